// SPDX-License-Identifier: GPL-3.0-or-later
// The language in which a test says what an origin does (timeline_origin.hpp).
//
// Statements are separated by line ends or semicolons; '#' starts a comment. They run in order, and
// what has been done is not done again: a request goes on where the one before it ended. The last
// statement is repeated for ever. A statement during which the client leaves is over.
//
// Times of media (serve, the [TIME] of what is left out, segments) are media time, as the clip's
// PCR counts it, and pass faster than on the wall: four times unless `pace` says otherwise. stall
// and playlist stall are wall time. A TIME is 3s, 500ms, 2m or 1h.
//
//   media
//     serve                      media until the client leaves
//     serve TIME | serve N packets
//     pace Nx                    N times as fast as real time; at first 4x
//     slow to N kbit/s           whatever the media needs
//     burst                      as fast as the client reads
//   the connection, mid-stream or before the first byte
//     head                       the response head now; else it comes with the first media
//     stall [TIME]               nothing is sent; without TIME until the client leaves
//     close | reset              FIN | RST, without an answer when none was sent yet
//     cut in packet              half of the next packet, then FIN
//   the answer to the next request (a stream that runs is closed first), N of them with xN
//     status CODE [retry-after SECONDS] [xN]
//     html [xN] | json [xN]      with 200
//     empty [xN]                 200 with no body
//     redirect [PATH] [xN]       302; without PATH to the path asked for
//   changes of the media that follows; its clocks and counters go on unless one of these says so
//     drop N packets             their counters are missed
//     duplicate N packets        each is sent twice, which 13818-1 2.4.3.3 allows once
//     corrupt N packets          noise for payload
//     garbage N bytes            noise between packets; sync is lost unless N is divisible by 188
//     jump pts +TIME | -TIME | +TICKS | +2^N   PTS, DTS and PCR together, 90 kHz
//     wrap pts in TIME           they reach 2^33 after TIME of media
//     switch clip NAME           another clip (A, B, …): codecs and size change, tables get a new
//     version pids shift                 all PIDs move by 16, tables get a new version psi silence
//     [TIME]         null packets in place of PAT and PMT no video [TIME] | no audio [TIME]   null
//     packets in place of them; the tables still list them no pcr [TIME]
//   HLS only, without effect on /live.ts
//     segments TIME              how long each is, at the next key frame; at first 1s
//     window N segments          at first 5
//     discontinuity              EXT-X-DISCONTINUITY before the next segment
//     gap                        the next segment is EXT-X-GAP and 404
//     segment N                  the next segment answers with status N for ever, as in segment 404
//     sequence reset             the media sequence begins anew at 0, the list with the next
//     segment sequence back N            the list of N segments ago, for the time of one segment
//     playlist stall TIME        no new segments
//     token expires              the list's address answers 403 until the entry is asked again
//     byte ranges                from here on all segments are ranges of one resource
//     endlist                    must be the last
//   loop                         must be the last: begins at the first statement again
//
// In HLS, answers go to requests of the list; close, reset, cut and stall happen once, in the
// middle of the next segment.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace plex_tuner::testing {

namespace step {

using Time = std::chrono::milliseconds;

struct Serve {
    std::optional<Time> time = {}; ///< neither: until the client leaves
    std::optional<std::size_t> packets = {};
    friend bool operator==(const Serve&, const Serve&) = default;
};

struct Pace {
    double times = 0;                ///< of real time; 0: see below
    std::size_t bits_per_second = 0; ///< 0 as well: as fast as the client reads
    friend bool operator==(const Pace&, const Pace&) = default;
};

struct Head {
    friend bool operator==(const Head&, const Head&) = default;
};

struct Stall {
    std::optional<Time> time = {};
    friend bool operator==(const Stall&, const Stall&) = default;
};

/// The end of a connection.
struct End {
    enum class Kind : std::uint8_t { close, reset, cut };
    Kind kind = Kind::close;
    friend bool operator==(const End&, const End&) = default;
};

struct Answer {
    enum class Kind : std::uint8_t { status, html, json, empty, redirect };
    Kind kind = Kind::status;
    int status = 200;
    std::optional<std::size_t> retry_after = {}; ///< seconds
    std::string target = {};                     ///< of a redirect; empty: the path asked for
    std::size_t times = 1;
    friend bool operator==(const Answer&, const Answer&) = default;
};

/// Damage to a number of packets, or of bytes.
struct Damage {
    enum class Kind : std::uint8_t { drop, duplicate, corrupt, garbage };
    Kind kind = Kind::drop;
    std::size_t count = 0;
    friend bool operator==(const Damage&, const Damage&) = default;
};

struct Jump {
    std::int64_t ticks = 0; ///< 90 kHz
    friend bool operator==(const Jump&, const Jump&) = default;
};

struct Wrap {
    Time in{0};
    friend bool operator==(const Wrap&, const Wrap&) = default;
};

struct SwitchClip {
    std::string name;
    friend bool operator==(const SwitchClip&, const SwitchClip&) = default;
};

struct ShiftPids {
    friend bool operator==(const ShiftPids&, const ShiftPids&) = default;
};

/// Something is left out of the media for a time, or for good.
struct Mask {
    enum class What : std::uint8_t { psi, pcr, video, audio };
    What what = What::psi;
    std::optional<Time> time = {};
    friend bool operator==(const Mask&, const Mask&) = default;
};

struct SegmentLength {
    Time time{0};
    friend bool operator==(const SegmentLength&, const SegmentLength&) = default;
};

struct Window {
    std::size_t segments = 0;
    friend bool operator==(const Window&, const Window&) = default;
};

/// What marks the next segment.
struct MarkSegment {
    enum class Mark : std::uint8_t { discontinuity, gap, status, sequence_reset };
    Mark mark = Mark::discontinuity;
    int status = 0;
    friend bool operator==(const MarkSegment&, const MarkSegment&) = default;
};

struct SequenceBack {
    std::size_t segments = 0;
    friend bool operator==(const SequenceBack&, const SequenceBack&) = default;
};

struct PlaylistStall {
    Time time{0};
    friend bool operator==(const PlaylistStall&, const PlaylistStall&) = default;
};

struct TokenExpires {
    friend bool operator==(const TokenExpires&, const TokenExpires&) = default;
};

struct ByteRanges {
    friend bool operator==(const ByteRanges&, const ByteRanges&) = default;
};

struct EndList {
    friend bool operator==(const EndList&, const EndList&) = default;
};

struct Loop {
    friend bool operator==(const Loop&, const Loop&) = default;
};

} // namespace step

using Step = std::variant<step::Serve, step::Pace, step::Head, step::Stall, step::End, step::Answer,
    step::Damage, step::Jump, step::Wrap, step::SwitchClip, step::ShiftPids, step::Mask,
    step::SegmentLength, step::Window, step::MarkSegment, step::SequenceBack, step::PlaylistStall,
    step::TokenExpires, step::ByteRanges, step::EndList, step::Loop>;

struct ScriptError {
    enum class Kind : std::uint8_t {
        unknown_statement,
        missing_value,  ///< "drop packets"
        bad_value,      ///< not a number, a time, a status
        out_of_range,   ///< 0 packets, status 42
        too_many_words, ///< more than the statement takes
        not_at_the_end, ///< loop or endlist before other statements
        nothing_served, ///< the last statement neither serves nor answers, or there is none
    };

    Kind kind = Kind::unknown_statement;
    std::size_t line = 0; ///< from 1
    std::string statement;

    /// "line 2: bad value: drop x packets".
    [[nodiscard]] std::string message() const;
    friend bool operator==(const ScriptError&, const ScriptError&) = default;
};

[[nodiscard]] std::string_view to_string(ScriptError::Kind kind) noexcept;

using Script = std::vector<Step>; ///< never empty

/// Pure.
[[nodiscard]] std::expected<Script, ScriptError> parse_script(std::string_view text);

} // namespace plex_tuner::testing
