// SPDX-License-Identifier: GPL-3.0-or-later
// Packetizer, Splicer and Inspector: the same bytes give the same packets in every
// chunking, nothing is invented, and every byte is accounted for.
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
    Inspector inspector;
    std::size_t pieces = 0;
    for (Bytes rest = whole; !rest.empty();) {
        const Bytes piece = rest.first(std::min(rest.size(), seam_every * kPacketSize));
        splicer.feed(piece);
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
        ++pieces;
        rest = rest.subspan(piece.size());
    }
    inspector.feed(joined.bytes);
    check(inspector.totals().invalid_packets == 0);
    check(inspector.totals().continuity_errors == 0);
    check(inspector.totals().null_packets == 0);
    return 0;
}
