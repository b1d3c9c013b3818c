// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "media_sink.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/ts/stream_survey.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace plex_tuner::gateway {

/// Where a source is played to be looked at: takes all as fast as it comes, cancels the attempt
/// when enough has come, and when nothing comes for too long. Confined to the attempt's strand.
class SurveySink final : public MediaSink {
public:
    /// `limit`: so much stream time is enough, or more of it until formats are known if `thorough`.
    /// `patience`: without media for longer the source has
    /// stalled; zero: it may be silent for ever.
    SurveySink(Attempt& attempt, std::optional<std::chrono::milliseconds> limit, bool thorough,
        std::chrono::milliseconds patience)
        : attempt_(attempt), limit_(limit), thorough_(thorough), patience_(patience),
          least_patience_(patience) {}

    void seam(ts::Seam kind) override;

    void feed(std::string bytes) override;

    void finish_piece() override;

    void abandon_piece() override { abandoned_ = true; }

    /// The source is over: it ended where it should, it broke off, or (neither) it was left.
    void conclude(bool ended, bool broken);

    void segments_missed(std::uint64_t count) override { segments_missed_ += count; }

    void sound_lost(std::uint64_t segments) override { sound_lost_ += segments; }

    void datagrams_lost(std::uint64_t count) override { datagrams_lost_ += count; }

    [[nodiscard]] bool plausible() const override { return survey_.plausible(); }

    [[nodiscard]] bool may_gather() const override { return false; }

    [[nodiscard]] asio::awaitable<Result<void>> wait_for_room() override;

    [[nodiscard]] asio::awaitable<Result<void>> pace(std::size_t /*bytes*/) override {
        return wait_for_room();
    }

    void set_patience(std::chrono::milliseconds patience) override;

    [[nodiscard]] const ts::StreamSurvey& survey() const noexcept { return survey_; }

    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

    /// Of media.
    [[nodiscard]] std::optional<SteadyTime> first_byte() const noexcept { return first_byte_; }

    [[nodiscard]] std::uint64_t missed_segments() const noexcept { return segments_missed_; }

    [[nodiscard]] std::uint64_t lost_sound() const noexcept { return sound_lost_; }

    [[nodiscard]] std::uint64_t lost_datagrams() const noexcept { return datagrams_lost_; }

    /// As much has come as was wanted.
    [[nodiscard]] bool has_enough() const noexcept { return has_enough_; }

private:
    void begin_anew();

    Attempt& attempt_;
    std::optional<std::chrono::milliseconds> limit_;
    bool thorough_;
    std::chrono::milliseconds patience_;
    std::chrono::milliseconds least_patience_;
    ts::StreamSurvey survey_;
    std::uint64_t bytes_ = 0;
    std::optional<SteadyTime> first_byte_;
    std::uint64_t segments_missed_ = 0;
    std::uint64_t sound_lost_ = 0;
    std::uint64_t datagrams_lost_ = 0;
    bool abandoned_ = false; ///< the piece; it counts when another follows
    bool watching_ = false;  ///< the attempt's deadline is for stalls
    bool has_enough_ = false;
};

} // namespace plex_tuner::gateway
