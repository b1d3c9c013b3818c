// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mount_counters.hpp"

#include <plex_tuner/fetch/governor.hpp>
#include <plex_tuner/vodfs/source_access.hpp>

#include <utility>

namespace plex_tuner::vodfs {

/// The requests of files: each waits for what its provider allows, and is counted. Thread-safe.
class FileRequests final : public fetch::Governor {
public:
    /// Both outlive it.
    FileRequests(SourceAccess& access, MountCounters& counters)
        : access_(access), counters_(counters) {}

    [[nodiscard]] asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> acquire(
        const fetch::Request& request, std::chrono::milliseconds max_wait) override {
        auto permit = co_await access_.permit(request, max_wait);
        if (permit) {
            ++counters_.provider_requests;
        }
        co_return permit;
    }

private:
    SourceAccess& access_;
    MountCounters& counters_;
};

} // namespace plex_tuner::vodfs
