// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/pes.hpp>
#include <plex_tuner/ts/picture_scanner.hpp>
#include <plex_tuner/ts/program_tracker.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace plex_tuner::ts {

/// Why decoding can begin at a packet, best first.
enum class AccessReason : std::uint8_t {
    key_frame,      ///< IDR, IRAP or intra picture with its parameter sets before it
    recovery_point, ///< H.264 recovery point SEI, or an I picture that is no IDR, with parameter
                    ///< sets
    audio,          ///< start of an audio PES packet of a program without video
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
/// access points. A start is decided by the first slice header behind it, at most kMaxLookAhead of
/// that stream later; the report names the position of the start. Pure; not thread-safe.
class RandomAccessFinder {
public:
    /// Without a key frame for that long, in media time or in bytes of the whole stream, whichever
    /// comes first, a start with bare random_access_indicator is taken, later any start. Streams
    /// that have shown a key frame get four times as much, for their next one will come. Video that
    /// PictureScanner cannot read has its indicator trusted at once.
    struct Limits {
        std::int64_t indicator_after_ms = 2'000;
        std::int64_t any_after_ms = 5'000;
        std::uint64_t indicator_after_bytes = 3 * 1024 * 1024;
        std::uint64_t any_after_bytes = 8 * 1024 * 1024;
    };

    struct Outcome {
        /// This packet begins a PES packet that is now examined: the moment for the caller to
        /// remember what belongs to its position.
        bool candidate = false;
        /// The latest candidate turned out to be an access point.
        std::optional<FoundAccess> found;
    };

    /// Bytes examined behind a PES start; without a slice header in them it is a plain one.
    static constexpr std::size_t kMaxLookAhead = 64 * 1024;

    RandomAccessFinder() = default;

    explicit RandomAccessFinder(Limits limits) noexcept : limits_(limits) {}

    /// The program to look at. Resets the search when the main stream changed.
    void set_program(const ProgramTables& tables);
    /// Finds nothing until the next set_program.
    void forget_program() noexcept;

    /// A seam: the candidate is dropped, the waiting begins anew.
    void reset() noexcept;

    /// The caller has no more time: until a point has been found, any start of video or audio is
    /// one.
    void settle_for_anything() noexcept { settle_ = true; }

    /// Where a PES packet begins of which it is not known yet whether it is an access point: one
    /// that is found later lies there or behind what has been fed.
    [[nodiscard]] std::optional<std::uint64_t> pending() const noexcept {
        return examining_ ? std::optional(candidate_.offset) : std::nullopt;
    }

    /// Whether packets of that PID that begin no PES packet make a difference.
    [[nodiscard]] bool examines(std::uint16_t pid) const noexcept {
        return examining_ && pid == main_pid_;
    }

    /// `offset` is the position of the packet in the caller's count of bytes; it rises.
    [[nodiscard]] Outcome feed(PacketView packet, std::uint64_t offset) {
        const std::uint16_t pid = packet.pid();
        if ((pid != main_pid_ && pid != stand_in_pid_) || pid == kNullPid) {
            return {};
        }
        return pid == main_pid_ ? feed_main(packet, offset) : feed_stand_in(packet, offset);
    }

private:
    /// Enough of a PES header for its time stamps.
    static constexpr std::size_t kPesHeaderBytes = 19;

    struct Candidate {
        std::uint64_t offset = 0;
        std::optional<std::int64_t> pts;
        bool indicator = false;
    };

    [[nodiscard]] Outcome feed_main(PacketView packet, std::uint64_t offset);
    [[nodiscard]] Outcome feed_stand_in(PacketView packet, std::uint64_t offset);
    void begin_candidate(PacketView packet, std::uint64_t offset);
    [[nodiscard]] Bytes skip_pes_header(Bytes payload);
    [[nodiscard]] std::optional<FoundAccess> examine(Bytes payload);
    [[nodiscard]] std::optional<FoundAccess> decide(PictureKind kind);
    [[nodiscard]] FoundAccess accept(AccessReason reason, std::uint16_t pid);
    void note_time(std::uint16_t pid, const PesHeader& header) noexcept;
    [[nodiscard]] bool waited(
        std::int64_t ms, std::uint64_t bytes, std::uint64_t offset) const noexcept;

    Limits limits_;
    std::uint16_t main_pid_ = kNullPid;
    std::uint16_t stand_in_pid_ = kNullPid; ///< audio, for a video that never comes
    bool main_is_audio_ = false;
    Codec codec_ = Codec::unknown;
    PictureScanner scanner_;

    bool examining_ = false; ///< between a candidate and its decision
    Candidate candidate_;
    std::array<std::uint8_t, kPesHeaderBytes> pes_header_{};
    std::size_t pes_header_size_ = 0;
    std::optional<std::size_t> pes_header_skip_; ///< header bytes to come behind pes_header_
    bool pes_header_done_ = false;
    std::size_t examined_ = 0;

    std::optional<std::uint64_t> wait_begin_; ///< offset; unset: begins with the next packet
    std::int64_t waited_ticks_ = 0;           ///< 90 kHz
    std::uint16_t clock_pid_ = kNullPid;
    std::optional<std::int64_t> clock_;
    bool good_seen_ = false;
    bool main_seen_ = false; ///< the main stream has had a start since the last point
    bool settle_ = false;
};

} // namespace plex_tuner::ts
