// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/pes.hpp>
#include <plex_tuner/ts/program_tracker.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace plex_tuner::ts {

/// Why decoding can begin at a packet, best first.
enum class AccessReason : std::uint8_t {
    key_frame,      ///< IDR, IRAP or intra picture with its parameter sets before it
    recovery_point, ///< H.264 recovery point SEI, or an I picture that is no IDR, with parameter
                    ///< sets
    audio,          ///< start of an audio frame of a program without video
    indicator,      ///< only the random_access_indicator of the adaptation field says so
    any_picture,    ///< nothing better came within the limits: some picture begins here
    any_audio,      ///< the announced video never came: some audio begins here
};

[[nodiscard]] std::string_view to_string(AccessReason reason) noexcept;
/// True for the reasons that are only taken after waiting in vain: indicator, any_picture,
/// any_audio.
[[nodiscard]] bool is_fallback(AccessReason reason) noexcept;

struct FoundAccess {
    std::uint64_t offset =
        0; ///< of the packet that starts the PES packet, as counted by the caller
    AccessReason reason = AccessReason::key_frame;
    std::uint16_t pid = 0;
    std::optional<std::int64_t> pts; ///< 90 kHz ticks
};

/// Tells which PES starts of the main stream (the first video, else the first audio) are random
/// access points. A start is decided by the first picture's header behind it, at most
/// kMaxLookAhead later; the report names the position of the start. Pure; not thread-safe.
class RandomAccessFinder {
public:
    struct Limits {
        /// Without a key frame for that long (media time or bytes of the whole stream, whichever
        /// comes first) a bare random_access_indicator is accepted, and after `any_*` any picture.
        /// Streams that have shown key frames get four times as much.
        std::int64_t indicator_after_ms = 2'000;
        std::int64_t any_after_ms = 5'000;
        std::uint64_t indicator_after_bytes = 3 * 1024 * 1024;
        std::uint64_t any_after_bytes = 8 * 1024 * 1024;
    };

    /// Elementary stream bytes examined behind a PES start before it is decided without a picture.
    static constexpr std::size_t kMaxLookAhead = 64 * 1024;

    RandomAccessFinder();
    explicit RandomAccessFinder(Limits limits);

    /// The program to look at; resets the search when the main stream changed.
    void set_program(const ProgramTables& tables);
    /// A seam: what was begun is dropped, the waiting times begin anew.
    void reset() noexcept;

    /// Accept from now on what any_after_* would accept, until a point has been found: the caller
    /// has no more time.
    void settle_for_anything() noexcept { settle_ = true; }

    /// True when this packet begins a PES packet that is now being examined: the moment for the
    /// caller to remember what belongs to this position.
    struct Outcome {
        bool candidate = false;
        std::optional<FoundAccess> found; ///< may name an earlier candidate: always the latest one
                                          ///< before this packet, or this one
    };

    /// `offset` is the position of the packet in the caller's count of bytes.
    [[nodiscard]] Outcome feed(PacketView packet, std::uint64_t offset) {
        const std::uint16_t pid = packet.pid();
        if (pid != main_pid_ && pid != audio_pid_) {
            return {};
        }
        return feed_stream(pid, packet, offset);
    }

private:
    enum class Scan : std::uint8_t { undecided, key_frame, recovery_point, plain };

    struct Candidate {
        std::uint64_t offset = 0;
        std::optional<std::int64_t> pts;
        bool indicator = false;
    };

    [[nodiscard]] Outcome feed_stream(std::uint16_t pid, PacketView packet, std::uint64_t offset);
    [[nodiscard]] std::optional<FoundAccess> decide(Scan scan, std::uint64_t offset);
    [[nodiscard]] bool waited(
        std::int64_t ms, std::uint64_t bytes, std::uint64_t offset) const noexcept;
    void note_time(
        std::uint16_t pid, std::optional<std::int64_t> pts, std::uint64_t offset) noexcept;
    [[nodiscard]] Scan scan(Bytes bytes);
    [[nodiscard]] Scan on_unit();
    [[nodiscard]] Scan on_h264() noexcept;
    [[nodiscard]] Scan on_hevc() noexcept;
    [[nodiscard]] Scan on_mpeg2() noexcept;

    /// Bytes kept behind a start code: enough for each decision that reads a header.
    static constexpr std::size_t kUnitHeader = 8;

    Limits limits_;
    std::uint16_t main_pid_ = kNullPid;
    std::uint16_t audio_pid_ = kNullPid; ///< stand-in for a video that never comes
    Codec codec_ = Codec::unknown;

    bool scanning_ = false;
    Candidate candidate_;
    std::size_t scanned_ = 0;
    std::size_t header_skip_ = 0;       ///< PES header bytes still to come
    std::uint32_t window_ = 0xFFFFFFFF; ///< last bytes, to see start codes over packet borders
    std::array<std::uint8_t, kUnitHeader> unit_{};
    std::size_t unit_size_ = 0;
    bool in_unit_ = false;
    bool parameters_ = false; ///< SPS or sequence header seen in this access unit
    bool recovery_ = false;

    bool waiting_ = false; ///< reference below is set
    std::uint64_t reference_offset_ = 0;
    std::uint16_t clock_pid_ = kNullPid;
    std::optional<std::int64_t> reference_pts_;
    std::int64_t waited_ticks_ = 0;
    bool good_seen_ = false;
    bool settle_ = false;
};

} // namespace plex_tuner::ts
