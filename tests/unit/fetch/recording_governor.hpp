// SPDX-License-Identifier: GPL-3.0-or-later
// A governor that lets everybody pass, or nobody, and notes what it is told.
#pragma once

#include <plex_tuner/fetch/governor.hpp>

#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::fetch::testing {

class RecordingGovernor final : public Governor {
public:
    asio::awaitable<Result<std::unique_ptr<RequestPermit>>> acquire(
        const Request& /*request*/, std::chrono::milliseconds /*max_wait*/) override {
        ++asked;
        if (refusal) {
            co_return fail(*refusal);
        }
        ++held;
        most_held = std::max(most_held, held);
        co_return std::make_unique<Permit>(*this);
    }

    std::optional<Error> refusal;
    int asked = 0;
    int held = 0;
    int most_held = 0;
    std::vector<RequestOutcome> outcomes;

private:
    class Permit final : public RequestPermit {
    public:
        explicit Permit(RecordingGovernor& governor) : governor_(governor) {}

        ~Permit() override { --governor_.held; }

        void report(const RequestOutcome& outcome) override {
            governor_.outcomes.push_back(outcome);
        }

    private:
        RecordingGovernor& governor_;
    };
};

} // namespace plex_tuner::fetch::testing
