// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/clock_meter.hpp>
#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/random_access.hpp>
#include <plex_tuner/ts/splicer.hpp>
#include <plex_tuner/ts/step_stats.hpp>
#include <plex_tuner/ts/stream_format.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::ts {

/// What a PID of a surveyed stream is for.
enum class PidRole : std::uint8_t {
    pat,
    pmt,    ///< of the program that is looked at
    stream, ///< of that program
    clock,  ///< carries its clock and nothing else
    other,  ///< other tables, other programs
};

struct SurveyPid {
    std::uint16_t pid = 0;
    PidRole role = PidRole::other;
    std::uint8_t stream_type = 0; ///< of the PMT
    Codec codec = Codec::unknown; ///< by the PMT, or by its bytes where they prove another
    std::string language{};       ///< ISO 639-2; may be empty
    std::optional<VideoFormat> video{};
    std::optional<AudioFormat> audio{};
    std::optional<std::uint8_t> reordered{}; ///< of video: ReorderMeter::depth
    PidStats stats{};
    std::optional<std::uint64_t> bits_per_second{}; ///< empty without a clock
};

struct SurveyProgram {
    std::uint16_t number = 0;
    std::uint16_t pmt_pid = kNullPid;
    std::uint16_t pcr_pid = kNullPid; ///< kNullPid: none
    std::size_t programs = 0;         ///< in the PAT
    std::uint64_t changes = 0;        ///< of the tables, after the first
};

struct SurveyTables {
    std::uint64_t count = 0;
    StepStats interval{}; ///< in stream time, as fine as its clock references; 27 MHz
};

/// What StreamSurvey has seen so far.
struct SurveyReport {
    std::size_t packet_size = 0; ///< 188, 192 or 204; 0: no packets
    Packetizer::Counters framing{};
    StreamTotals totals{};
    std::uint64_t pieces = 0; ///< segments; 1 for a continuous stream
    std::uint64_t seams = 0;  ///< discontinuities that its source announced
    std::optional<SurveyProgram> program{};
    std::vector<SurveyPid> pids{}; ///< in rising order; null packets left out
    /// Of the program as viewers get it, as far as it was found out.
    StreamFormat format{};

    std::int64_t played = 0;                        ///< stream time, 27 MHz; 0: no clock
    std::optional<std::uint64_t> bits_per_second{}; ///< of all of it; empty without a clock
    std::uint64_t clock_references = 0;
    std::uint64_t clock_jumps = 0; ///< that nothing announced
    ClockMeter::Window clock{};    ///< of all of it; its jitter is that of the worst window
    SurveyTables pat{}, pmt{};

    std::uint64_t key_frames = 0;
    StepStats key_frame_interval{};             ///< 90 kHz
    std::optional<AccessReason> first_access{}; ///< where viewers would begin; empty: nowhere
    Splicer::Counters splicing{};               ///< what would be done for viewers
    bool useful = false;                        ///< it has pictures or sound

    /// Whether anything of it would not be passed on as it came.
    [[nodiscard]] bool needs_repair() const noexcept;
};

} // namespace plex_tuner::ts
