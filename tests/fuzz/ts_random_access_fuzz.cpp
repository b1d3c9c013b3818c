// SPDX-License-Identifier: GPL-3.0-or-later
// StreamScanner with everything below it, on packets whose elementary streams come from the input.
// Each access point must be a PES start of the stream, and joining there must be free of counter
// errors; fed packet by packet it finds the same.
#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/stream_scanner.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace {

using namespace plex_tuner::ts;

constexpr std::uint16_t kPmt = 0x1000;
constexpr std::uint16_t kVideo = 0x100;
constexpr std::uint16_t kAudio = 0x101;
constexpr RandomAccessFinder::Limits kLimits{.indicator_after_ms = 40,
    .any_after_ms = 80,
    .indicator_after_bytes = 4'000,
    .any_after_bytes = 8'000};

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

bool is_same(const AccessPoint& one, const AccessPoint& other) {
    const auto same_counter = [](const PidCounter& a, const PidCounter& b) {
        return a.pid == b.pid && a.counter == b.counter;
    };
    return one.offset == other.offset && one.reason == other.reason && one.pts == other.pts &&
           std::ranges::equal(one.counters, other.counters, same_counter);
}

/// What the fast way through the middle of PES packets must not change.
void check_packet_by_packet(
    const StreamScanner& whole, Bytes packets, const std::vector<AccessPoint>& points) {
    StreamScanner scanner(kLimits);
    std::vector<AccessPoint> found;
    for (std::size_t at = 0; at < packets.size(); at += kPacketSize) {
        scanner.feed(packets.subspan(at, kPacketSize), at, found);
    }
    check(std::ranges::equal(found, points, is_same));
    const auto place = scanner.waiting_place();
    const auto same_place = whole.waiting_place();
    check(place.has_value() == same_place.has_value() && (!place || is_same(*place, *same_place)));
}

ElementaryStream stream(std::uint16_t pid, std::uint8_t type) {
    ElementaryStream result;
    result.pid = pid;
    result.stream_type = type;
    return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    constexpr std::array<std::uint8_t, 6> kTypes{0x1B, 0x24, 0x02, 0x10, 0xEA, 0x0F};
    const std::uint8_t type = kTypes[data[0] % kTypes.size()];
    Bytes rest(data + 1, size - 1);

    std::vector<std::uint8_t> packets;
    append_section_packets(kPatPid,
        write_pat({.transport_stream_id = 1, .programs = {{.number = 1, .pid = kPmt}}}), 0,
        packets);
    append_section_packets(kPmt,
        write_pmt({.program_number = 1,
            .pcr_pid = kVideo,
            .streams = {stream(kVideo, type), stream(kAudio, 0x0F)}}),
        0, packets);
    // One control byte per packet: start, audio, random access, and how much payload it carries.
    std::uint8_t video_counter = 0;
    std::uint8_t audio_counter = 0;
    while (rest.size() > 1) {
        const std::uint8_t control = rest[0];
        rest = rest.subspan(1);
        const bool audio = (control & 0x40) != 0;
        std::uint8_t& counter = audio ? audio_counter : video_counter;
        const Bytes part =
            rest.first(std::min<std::size_t>(rest.size(), 1 + (control & 0x1F) * 6U));
        rest = rest.subspan(part.size());
        Packet packet =
            payload_packet(audio ? kAudio : kVideo, counter, (control & 0x80) != 0, part);
        if ((control & 0x20) != 0 && (packet[3] & 0x20) != 0 && packet[4] > 0) {
            packet[5] |= 0x40;
        }
        if (part.size() % 64 == 3) {
            const Packet between = null_packet();
            packets.insert(packets.end(), between.begin(), between.end());
        }
        counter = (counter + 1) & 0x0F;
        packets.insert(packets.end(), packet.begin(), packet.end());
    }

    StreamScanner scanner(kLimits);
    std::vector<AccessPoint> points;
    scanner.feed(packets, 0, points);
    check_packet_by_packet(scanner, packets, points);
    std::uint64_t last = 0;
    for (const AccessPoint& point : points) {
        check(point.offset % kPacketSize == 0 && point.offset < packets.size());
        check(point.offset > last);
        last = point.offset;
        check(PacketView(packets.data() + point.offset).unit_start());
        check(point.tables != nullptr);
        Inspector inspector;
        inspector.feed(point.preamble());
        inspector.feed(Bytes(packets).subspan(point.offset));
        check(inspector.totals().continuity_errors == 0);
    }
    return 0;
}
