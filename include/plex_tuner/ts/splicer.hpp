// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>
#include <plex_tuner/ts/packet_run.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace plex_tuner::ts {

/// What lies between the bytes before and after a join.
enum class Seam : std::uint8_t {
    continuous,    ///< next segment of the same stream: only the counters may start anew
    discontinuity, ///< other time base, program or a gap
};

/// Where the spliced stream goes.
class PacketSink {
public:
    virtual ~PacketSink() = default;
    /// Whole packets, valid during the call.
    virtual void packets(Bytes packets) = 0;

    /// Whole packets that may be kept: nobody changes them any more.
    virtual void run(const PacketRun& run) { packets(run.packets); }
};

/// Makes one transport stream of the pieces of many, with one program and one timeline for good
/// (ISO/IEC 13818-1 2.4.2 to 2.4.4): PIDs stay, PAT and PMT are ours (at least every 100 ms, with
/// another version when they change), counters have no gap, and PCR, PTS and DTS go on where they
/// stopped. After a discontinuity pictures go on with the next random access point, continuing the
/// clock of those before; sound keeps its distance to them, and what would overlap is left out. A
/// source whose clock jumps by itself is joined likewise. Damaged PES packets, duplicates, null
/// packets and other programs are left out; streams that are announced and never come are taken out
/// of the PMT; a program without clock references gets its own; a stream whose first bytes prove
/// that it is not what the PMT says is announced as what it is. Of the first piece nothing is
/// changed but that; it begins when its first sound has shown what it is, or after a second of
/// media without any, for players take the first PMT for good. Once told to hold, it gives out
/// whole PES packets, so that a piece can break off anywhere: they come a picture later. Pure; not
/// thread-safe.
class Splicer {
public:
    struct Counters {
        std::uint64_t splices = 0;           ///< seams that were hidden
        std::uint64_t jumps = 0;             ///< of a source's clock by itself, hidden likewise
        std::uint64_t continuity_errors = 0; ///< of the sources
        std::uint64_t damaged_units = 0;     ///< PES packets left out
        std::uint64_t dropped_packets = 0;   ///< transport error, no sync, reserved form
        std::uint64_t damaged_tables = 0;
        std::uint64_t overlaps = 0;        ///< PES packets left out to keep the timeline
        std::uint64_t corrected_types = 0; ///< streams that are not what their PMT says
        /// Streams of AAC whose channels are only described in the stream: now in each header.
        std::uint64_t repaired_aac = 0;
        std::uint64_t unrepaired_aac = 0; ///< likewise, with frames where that cannot be done
    };

    enum class Program : std::uint8_t {
        unknown, ///< its tables have not come
        useful,
        useless, ///< neither pictures nor sound
    };

    /// Where the stream stands.
    struct Progress {
        Program program = Program::unknown;
        bool joining = false; ///< a random access point is awaited after a seam; nothing comes out
        /// The program has pictures that no player takes in a transport stream: Codec::vp9.
        bool has_vp9 = false;
        std::uint64_t media_packets = 0;        ///< of the program's streams, as they came
        std::optional<std::int64_t> time = {};  ///< latest decoding time given out, 90 kHz
        std::optional<std::int64_t> clock = {}; ///< latest clock reference, 27 MHz
        /// Of the first key frame of the source, for pictures that providers send in place of a
        /// channel: FNV-1a over its elementary stream.
        std::optional<std::uint64_t> first_picture = {};
    };

    /// `sink` outlives it.
    explicit Splicer(PacketSink& sink);
    ~Splicer();
    Splicer(const Splicer&) = delete;
    Splicer& operator=(const Splicer&) = delete;

    /// Whole packets (a multiple of 188 bytes) of the piece, in memory that nobody else uses: they
    /// are changed where they lie, and go on to PacketSink::run without being copied. They may come
    /// out in other order and in later calls; other packets of the memory stay as they are.
    void feed(const PacketRun& run);
    /// The same of packets that are valid during the call only: they are copied first.
    void feed(Bytes packets);
    /// The piece ended where it should: the PES packets under way are whole.
    void finish_piece();
    /// The piece broke off: the PES packets under way are damaged.
    void abandon_piece();

    /// Whether pictures are kept back until they are whole, as sound is. Not at first: a channel
    /// that starts gives out its first key frame while it comes. That one and any discontinuity
    /// make it hold.
    void hold(bool hold);

    /// Of a source whose first key frame has one of these hashes (see Progress::first_picture)
    /// nothing is given out from that picture on. Call before the first packet; makes it hold.
    void refuse_pictures(std::vector<std::uint64_t> hashes);

    /// The next packets begin a new piece; `new_program`: of another source, whose tables are
    /// learnt anew.
    void seam(Seam kind, bool new_program);

    /// After a discontinuity: go on with any picture or sound, for a random access point takes too
    /// long. At the begin: go on without knowing what the sound is.
    void settle_for_anything() noexcept;

    /// Gives out PAT and PMT although no media comes, for those who wait for it; nothing while the
    /// program is not known.
    void send_tables();

    [[nodiscard]] Progress progress() const noexcept;

    [[nodiscard]] Counters counters() const noexcept;

private:
    class State;
    std::unique_ptr<State> state_;
};

} // namespace plex_tuner::ts
