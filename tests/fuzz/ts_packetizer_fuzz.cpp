// SPDX-License-Identifier: GPL-3.0-or-later
// Packetizer, Splicer and Inspector: the same bytes give the same packets in every
// chunking and from memory of any kind, nothing is invented, and every byte is accounted for.
#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/splicer.hpp>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace {

using namespace plex_tuner::ts;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

std::vector<std::uint8_t> cut(Bytes input, std::size_t chunk) {
    std::vector<std::uint8_t> output;
    Packetizer packetizer;
    bool extra_framing = false;
    const auto sink = [&](Bytes run) {
        check(run.size() % kPacketSize == 0);
        for (std::size_t at = 0; at < run.size(); at += kPacketSize) {
            check(run[at] == kSyncByte);
        }
        extra_framing = extra_framing || packetizer.stride() != kPacketSize;
        output.insert(output.end(), run.begin(), run.end());
    };
    for (Bytes rest = input; !rest.empty();) {
        const Bytes part = rest.first(std::min(chunk, rest.size()));
        packetizer.feed(part, sink);
        rest = rest.subspan(part.size());
    }
    packetizer.finish(sink);
    const std::uint64_t used = output.size() + packetizer.counters().dropped_bytes;
    check(used <= input.size());
    check(packetizer.counters().packets * kPacketSize == output.size());
    check(extra_framing || output.empty() || packetizer.counters().sync_losses > 0 ||
          used == input.size());
    return output;
}

class Joined final : public PacketSink {
public:
    void packets(Bytes packets) override {
        check(packets.size() % kPacketSize == 0);
        bytes.insert(bytes.end(), packets.begin(), packets.end());
    }

    std::vector<std::uint8_t> bytes;
};

/// Looks at what is lent to it only at the end, when nobody may have changed it.
class Keeper final : public PacketSink {
public:
    void packets(Bytes packets) override { runs.push_back(copy_packets(packets)); }

    void run(const PacketRun& run) override { runs.push_back(run); }

    [[nodiscard]] std::vector<std::uint8_t> bytes() const {
        std::vector<std::uint8_t> all;
        for (const PacketRun& run : runs) {
            all.insert(all.end(), run.packets.begin(), run.packets.end());
        }
        return all;
    }

    std::vector<PacketRun> runs;
};

void begin_next_piece(Splicer& splicer, std::size_t pieces) {
    if (pieces % 3 == 0) {
        splicer.abandon_piece();
    } else {
        splicer.finish_piece();
    }
    splicer.seam(pieces % 2 == 0 ? Seam::discontinuity : Seam::continuous, pieces % 5 == 0);
    splicer.hold(pieces % 4 != 0);
    if (pieces % 7 == 0) {
        splicer.settle_for_anything();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const std::size_t chunk = 1 + data[0] * 5U;
    const auto seam_every = static_cast<std::size_t>(1 + data[1] % 8);
    const Bytes input(data + 2, size - 2);
    const std::vector<std::uint8_t> whole = cut(input, input.size() + 1);
    check(whole == cut(input, chunk));

    Joined joined;
    Splicer splicer(joined);
    Keeper keeper;
    Splicer lent(keeper);
    const PacketRun block = copy_packets(whole);
    Inspector inspector;
    std::size_t pieces = 0;
    for (Bytes rest = whole; !rest.empty();) {
        const Bytes piece = rest.first(std::min(rest.size(), seam_every * kPacketSize));
        splicer.feed(piece);
        const std::size_t at = whole.size() - rest.size();
        lent.feed({.packets = block.packets.subspan(at, piece.size()), .memory = block.memory});
        begin_next_piece(splicer, pieces);
        begin_next_piece(lent, pieces);
        ++pieces;
        rest = rest.subspan(piece.size());
    }
    check(keeper.bytes() == joined.bytes);
    inspector.feed(joined.bytes);
    check(inspector.totals().invalid_packets == 0);
    check(inspector.totals().continuity_errors == 0);
    check(inspector.totals().null_packets == 0);
    return 0;
}
