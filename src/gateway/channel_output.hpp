// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "packet_watch.hpp"
#include "ring.hpp"

#include <plex_tuner/ts/format_scanner.hpp>
#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/splice.hpp>
#include <plex_tuner/ts/stream_scanner.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace plex_tuner::gateway {

/// Makes one continuous, aligned transport stream of the pieces that upstreams deliver and puts it
/// into the ring: packets cut and resynchronised, counters joined at seams, places to start found.
/// Confined to the session's strand.
class ChannelOutput {
public:
    explicit ChannelOutput(std::size_t ring_bytes) : ring_(ring_bytes) {}

    /// Each feed() ends with a slab, so nothing waits here but less than two packets.
    void feed(std::string_view bytes);
    void finish_piece();
    /// `new_upstream`: another source or connection, whose tables are learnt anew.
    void seam(ts::Seam kind, bool new_upstream);

    /// Start at the next best picture or sound: waiting for a key frame takes too long.
    void settle_for_anything() noexcept { scanner_.settle_for_anything(); }

    [[nodiscard]] Ring& ring() noexcept { return ring_; }

    [[nodiscard]] const Ring& ring() const noexcept { return ring_; }

    /// Where the first viewers begin: the first place of the channel's life. Nothing before it.
    [[nodiscard]] const std::shared_ptr<const ts::AccessPoint>& first_access() const noexcept {
        return first_access_;
    }

    [[nodiscard]] const PacketWatch& watch() const noexcept { return watch_; }

    [[nodiscard]] std::uint64_t sync_losses() const noexcept {
        return packetizer_.counters().sync_losses;
    }

    /// Packets that nobody could use: damaged, or of a reserved form.
    [[nodiscard]] std::uint64_t dropped_packets() const noexcept {
        return rewriter_.dropped_packets();
    }

    /// Seams that viewers were told of.
    [[nodiscard]] std::uint64_t discontinuities() const noexcept {
        return rewriter_.discontinuities();
    }

    /// PAT and PMT sections that were of no use.
    [[nodiscard]] std::uint64_t damaged_tables() const noexcept {
        return scanner_.tracker().damaged_sections();
    }

    /// What the streams are encoded as; null until that is known. Another object each time it
    /// changes.
    [[nodiscard]] const std::shared_ptr<const ts::StreamFormat>& format() const noexcept {
        return format_;
    }

    [[nodiscard]] bool plausible() const noexcept { return !packetizer_.not_ts(); }

private:
    void take(ts::Bytes packets, std::size_t to_come);
    void publish();

    ts::Packetizer packetizer_;
    ts::ContinuityRewriter rewriter_;
    ts::StreamScanner scanner_;
    ts::FormatScanner format_scanner_;
    PacketWatch watch_;
    Ring ring_;
    std::vector<std::uint8_t> filling_;
    std::vector<ts::AccessPoint> found_;
    std::shared_ptr<const ts::AccessPoint> first_access_;
    std::shared_ptr<const ts::StreamFormat> format_;
};

} // namespace plex_tuner::gateway
