// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/ts/clock_meter.hpp>
#include <plex_tuner/ts/format_scanner.hpp>
#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/key_frame_meter.hpp>
#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/reorder_meter.hpp>
#include <plex_tuner/ts/splicer.hpp>
#include <plex_tuner/ts/stream_scanner.hpp>
#include <plex_tuner/ts/survey_report.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace plex_tuner::ts {

/// Looks at a transport stream from all sides, for somebody who wants to know what is in it and
/// what is wrong with it: counters and clocks of the stream as it comes, and what the splicer would
/// make of it for viewers. Pure; not thread-safe.
class StreamSurvey final : private PacketSink {
public:
    StreamSurvey() : splicer_(*this) {}

    /// Bytes in any chunking and framing that arrived at `now`.
    void feed(Bytes bytes, SteadyTime now);
    /// The piece ended where it should.
    void finish_piece();
    /// The piece broke off.
    void abandon_piece();
    /// The next bytes begin a new piece.
    void seam(Seam kind);

    /// False while the bytes of this piece look like no transport stream at all.
    [[nodiscard]] bool plausible() const noexcept { return !packetizer_.not_ts(); }

    /// Stream time so far, by its clock; 27 MHz.
    [[nodiscard]] std::int64_t played() const noexcept { return clock_.played(); }

    /// What its streams are encoded as is known as far as it will be.
    [[nodiscard]] bool is_format_known() const noexcept {
        return tracker_.tables() != nullptr && formats_.is_settled();
    }

    [[nodiscard]] SurveyReport report() const;

private:
    /// The sections of a PID, by when they come.
    struct TableMeter {
        std::uint64_t count = 0;
        StepStats interval;
        std::optional<std::int64_t> last; ///< stream time

        void see(std::int64_t played, bool clocked) noexcept;
    };

    void packets(Bytes packets) override;
    void take(Bytes run);
    void follow(PacketView packet);
    [[nodiscard]] std::optional<std::uint64_t> bits_per_second() const noexcept;
    [[nodiscard]] SurveyPid pid_report(std::uint16_t pid) const;
    void add_formats(SurveyReport& report) const;

    Packetizer packetizer_;
    std::size_t packet_size_ = 0;
    SteadyTime now_{};

    // Of the stream as it comes.
    Inspector inspector_;
    ProgramTracker tracker_;
    FormatScanner formats_;
    ClockMeter clock_;
    ReorderMeter pictures_; ///< of the first video
    TableMeter pat_, pmt_;
    std::uint64_t packets_ = 0;
    std::optional<std::uint64_t> first_clock_at_; ///< packets before it
    std::uint64_t last_clock_at_ = 0;
    std::uint64_t table_changes_ = 0;
    std::uint64_t pieces_ = 0;
    std::uint64_t seams_ = 0;

    // Of what viewers would get.
    Splicer splicer_;
    StreamScanner scanner_;
    FormatScanner sent_formats_;
    std::uint64_t sent_ = 0; ///< bytes
    std::vector<AccessPoint> found_;
    KeyFrameMeter key_frames_;
    std::optional<AccessReason> first_access_;
};

} // namespace plex_tuner::ts
