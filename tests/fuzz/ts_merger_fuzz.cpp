// SPDX-License-Identifier: GPL-3.0-or-later
// ProgramMerger: whatever comes on both sides, whole packets come out, and no PES packet of sound
// is counted twice.
#include <plex_tuner/ts/program_merger.hpp>

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

class Checker final : public PacketSink {
public:
    void packets(Bytes packets) override {
        check(!packets.empty() && packets.size() % kPacketSize == 0);
    }
};

} // namespace

/// Before each run of packets a byte: its lower bits say what it is for, the others how long it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Checker checker;
    ProgramMerger merger(checker);
    Bytes rest(data, size);
    std::size_t sound_packets = 0;
    while (!rest.empty()) {
        const std::uint8_t what = rest[0] & 0x07;
        const std::size_t length = (1 + (rest[0] >> 3)) * kPacketSize;
        rest = rest.subspan(1);
        switch (what) {
        case 0:
            merger.begin_time_base();
            continue;
        case 1:
            merger.begin_sound_time_base();
            continue;
        case 2:
            merger.finish_sound_piece();
            continue;
        case 3:
            merger.abandon_sound_piece();
            continue;
        case 4:
            merger.change_sound();
            continue;
        default:
            break;
        }
        const Bytes run = rest.first(std::min(length, rest.size()));
        rest = rest.subspan(run.size());
        std::vector<std::uint8_t> packets(run.begin(), run.end());
        packets.resize((packets.size() + kPacketSize - 1) / kPacketSize * kPacketSize, 0xFF);
        if (what == 5) {
            merger.feed_sound(packets);
            sound_packets += packets.size() / kPacketSize;
        } else {
            merger.feed(packets);
        }
        (void)merger.sound_ahead();
    }
    merger.finish();
    const ProgramMerger::Counters& counters = merger.counters();
    check(counters.merged + counters.misplaced + counters.repeated + counters.overflowed <=
          sound_packets);
    return 0;
}
