// SPDX-License-Identifier: GPL-3.0-or-later
// Sections from packets, PAT and PMT from sections, and ProgramTracker. Packets are given the CRC
// of their section where one fits, so that mutations reach the parsers.
#include <plex_tuner/ts/crc32.hpp>
#include <plex_tuner/ts/program_tracker.hpp>
#include <plex_tuner/ts/psi.hpp>

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

/// The input as a section with right length and CRC.
std::vector<std::uint8_t> sealed(Bytes input) {
    std::vector<std::uint8_t> section(input.begin(), input.end());
    section.resize(std::clamp<std::size_t>(section.size(), 8, kMaxPsiSectionSize - 4));
    const std::size_t length = section.size() + 4 - 3;
    section[1] = static_cast<std::uint8_t>(0xB0 | length >> 8);
    section[2] = static_cast<std::uint8_t>(length);
    const std::uint32_t crc = crc32_mpeg(section);
    for (int shift = 24; shift >= 0; shift -= 8) {
        section.push_back(static_cast<std::uint8_t>(crc >> shift));
    }
    return section;
}

void parse_section(Bytes section) {
    if (const auto pat = parse_pat(section)) {
        const auto again = parse_pat(write_pat(*pat));
        check(again && *again == *pat);
    }
    if (const auto pmt = parse_pmt(section)) {
        const auto again = parse_pmt(write_pmt(*pmt));
        check(again && *again == *pmt);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes input(data, size);
    parse_section(input);
    const std::vector<std::uint8_t> section = sealed(input);
    parse_section(section);

    ProgramTracker tracker;
    SectionAssembler assembler;
    std::vector<std::uint8_t> packets;
    append_section_packets(kPatPid,
        write_pat({.transport_stream_id = 1, .programs = {{.number = 1, .pid = 0x100}}}), 0,
        packets);
    append_section_packets(0x100, section, 0, packets);
    append_section_packets(kPatPid, section, 1, packets);
    // The input itself as packets: their headers, pointers and lengths are the fuzzer's.
    for (std::size_t at = 0; at + kPacketSize <= size; at += kPacketSize) {
        packets.insert(packets.end(), data + at, data + at + kPacketSize);
    }
    for (std::size_t at = 0; at < packets.size(); at += kPacketSize) {
        const PacketView packet(packets.data() + at);
        tracker.feed(packet);
        assembler.feed(packet, [](Bytes found) {
            check(found.size() >= 12 && found.size() <= kMaxSectionSize);
            check(crc32_mpeg(found) == 0);
            parse_section(found);
        });
    }
    if (tracker.tables()) {
        check(!tracker.tables()->pmt_section.empty());
    }
    return 0;
}
