// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "arena.hpp"
#include "block_use.hpp"
#include "ring.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/ts/clock_meter.hpp>
#include <plex_tuner/ts/format_scanner.hpp>
#include <plex_tuner/ts/key_frame_meter.hpp>
#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/splicer.hpp>
#include <plex_tuner/ts/stream_scanner.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plex_tuner::gateway {

/// Makes one continuous, aligned transport stream of the pieces that upstreams deliver and puts it
/// into the ring: packets cut and resynchronised, pieces spliced, places to start found. Blocks
/// that come stay in memory as long as packets of them are in the ring; those are at least half of
/// them, taken over some megabytes. Confined to the session's strand.
class ChannelOutput final : private ts::PacketSink {
public:
    /// Of sources that show one of `slates` nothing comes out; see ts::Splicer::refuse_pictures.
    ChannelOutput(std::size_t ring_bytes, std::vector<std::uint64_t> slates)
        : splicer_(*this), ring_(ring_bytes) {
        splicer_.refuse_pictures(std::move(slates));
    }

    /// Each feed() ends with a slab, so nothing waits here but PES packets that are not whole.
    /// `now`: when the bytes arrived.
    void feed(std::string bytes, SteadyTime now);
    /// The piece ended where it should.
    void finish_piece();
    /// The piece broke off.
    void abandon_piece();
    /// `new_upstream`: another source or connection, whose tables are learnt anew.
    void seam(ts::Seam kind, bool new_upstream);

    /// Start at the next best picture or sound: waiting for a key frame takes too long.
    void settle_for_anything() noexcept {
        scanner_.settle_for_anything();
        splicer_.settle_for_anything();
    }

    [[nodiscard]] Ring& ring() noexcept { return ring_; }

    [[nodiscard]] const Ring& ring() const noexcept { return ring_; }

    /// Where the first viewers begin: the first place of the channel's life. Nothing before it.
    [[nodiscard]] const std::shared_ptr<const ts::AccessPoint>& first_access() const noexcept {
        return first_access_;
    }

    [[nodiscard]] std::uint64_t sync_losses() const noexcept {
        return packetizer_.counters().sync_losses;
    }

    /// What the splicer did, and what the sources did wrong.
    [[nodiscard]] ts::Splicer::Counters splicing() const noexcept { return splicer_.counters(); }

    /// The clock of the sources, as it arrives.
    [[nodiscard]] const ts::ClockMeter& clock() const noexcept { return clock_; }

    [[nodiscard]] const ts::KeyFrameMeter& key_frames() const noexcept { return key_frames_; }

    [[nodiscard]] ts::Splicer::Progress progress() const noexcept { return splicer_.progress(); }

    /// PAT and PMT, for viewers who wait while nothing comes; nothing before they are known.
    void repeat_tables();

    /// Up to where those viewers may be sent tables; see ts::StreamScanner.
    [[nodiscard]] std::optional<ts::AccessPoint> waiting_place() const {
        return scanner_.waiting_place();
    }

    /// The packets of PAT and PMT in [from, to) of the ring; `from` is not below its begin.
    [[nodiscard]] std::vector<std::uint8_t> tables_between(
        StreamPosition from, StreamPosition to) const;

    /// Null packets, to keep connections alive in which nothing comes.
    void pad();

    /// What the streams are encoded as; null until that is known. Another object each time it
    /// changes.
    [[nodiscard]] const std::shared_ptr<const ts::StreamFormat>& format() const noexcept {
        return format_;
    }

    /// The tables that viewers get; null before the first.
    [[nodiscard]] const std::shared_ptr<const ts::ProgramTables>& tables() const noexcept {
        return scanner_.tables();
    }

    [[nodiscard]] bool plausible() const noexcept { return !packetizer_.not_ts(); }

private:
    void packets(ts::Bytes packets) override;
    void run(const ts::PacketRun& run) override;
    [[nodiscard]] std::size_t arena_bytes(std::size_t packets) const noexcept;
    void copy(ts::Bytes packets);
    void append(const ts::PacketRun& run);
    /// All that has come out goes into the ring.
    void publish();
    /// The same at the end of a call.
    void conclude();
    void put(const SlabPtr& slab);

    ts::Packetizer packetizer_;
    ts::ClockMeter clock_;
    ts::Splicer splicer_;
    ts::StreamScanner scanner_;
    ts::FormatScanner format_scanner_;
    ts::KeyFrameMeter key_frames_;
    Ring ring_;
    Arena arena_;             ///< for packets that are copied
    ts::PacketRun next_;      ///< goes into the ring next; what lies behind it in memory joins it
    std::size_t to_come_ = 0; ///< bytes of the running feed() that have not come out yet
    BlockUse use_;
    bool holds_ = false; ///< the splicer has been told that viewers have begun
    std::vector<ts::AccessPoint> found_;
    std::shared_ptr<const ts::AccessPoint> first_access_;
    std::shared_ptr<const ts::StreamFormat> format_;
};

} // namespace plex_tuner::gateway
