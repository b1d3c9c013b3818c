// SPDX-License-Identifier: GPL-3.0-or-later
// FormatScanner on packets whose elementary streams come from the input. What it says must be
// possible, and the same whether the packets come at once or one by one.
#include <plex_tuner/ts/format_scanner.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace {

using namespace plex_tuner::ts;

constexpr std::uint16_t kVideo = 0x100;
constexpr std::uint16_t kAudio = 0x101;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

ElementaryStream stream(std::uint16_t pid, std::uint8_t type) {
    ElementaryStream result;
    result.pid = pid;
    result.stream_type = type;
    result.codec = codec_of(type, {});
    return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) {
        return 0;
    }
    constexpr std::array<std::uint8_t, 4> kVideoTypes{0x1B, 0x24, 0x02, 0x01};
    constexpr std::array<std::uint8_t, 5> kAudioTypes{0x0F, 0x03, 0x81, 0x87, 0x11};
    auto tables = std::make_shared<ProgramTables>();
    tables->pmt.streams = {stream(kVideo, kVideoTypes[data[0] % kVideoTypes.size()]),
        stream(kAudio, kAudioTypes[data[1] % kAudioTypes.size()])};
    Bytes rest(data + 2, size - 2);

    // One control byte per packet: start of a unit, audio, a lost packet before, and how much of
    // the elementary stream it carries.
    std::vector<std::uint8_t> packets;
    std::array<std::uint8_t, 2> counters{};
    while (rest.size() > 1) {
        const std::uint8_t control = rest[0];
        rest = rest.subspan(1);
        const bool start = (control & 0x80) != 0;
        const bool audio = (control & 0x40) != 0;
        std::uint8_t& counter = counters[audio ? 1 : 0];
        counter = (counter + ((control & 0x20) != 0 ? 1 : 0)) & 0x0F;
        const Bytes part =
            rest.first(std::min<std::size_t>(rest.size(), 1 + (control & 0x1F) * 5U));
        rest = rest.subspan(part.size());
        std::vector<std::uint8_t> payload;
        if (start) {
            payload = {0, 0, 1, 0xE0, 0, 0, 0x80, 0, 0};
        }
        payload.insert(payload.end(), part.begin(), part.end());
        const Packet packet = payload_packet(audio ? kAudio : kVideo, counter, start, payload);
        counter = (counter + 1) & 0x0F;
        packets.insert(packets.end(), packet.begin(), packet.end());
    }

    FormatScanner whole;
    (void)whole.feed(packets, tables);
    FormatScanner single;
    for (std::size_t at = 0; at < packets.size(); at += kPacketSize) {
        (void)single.feed(Bytes(packets).subspan(at, kPacketSize), tables);
    }
    check(whole.format() == single.format());
    if (const auto& video = whole.format().video) {
        check((video->width == 0) == (video->height == 0));
        check(video->width <= 2 * 16'888 && video->height <= 2 * 16'888);
        check(!video->rate.known() || video->rate.per_second() <= 301);
    }
    for (const AudioFormat& audio : whole.format().audio) {
        check(audio.channels <= 8 && audio.sample_rate <= 96'000);
    }
    return 0;
}
