// SPDX-License-Identifier: GPL-3.0-or-later
// Datagrams of any content, and RTP packets in any order: payloads lie within their datagram, and
// what is given out is what came in, once at most.
#include "gateway/rtp_order.hpp"

#include <cstdlib>

namespace {

using namespace plex_tuner::gateway;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto packet = parse_rtp(text)) {
        check(packet->payload.size() + 12 <= text.size());
        check(packet->payload.empty() ||
              (packet->payload.data() >= text.data() &&
                  packet->payload.data() + packet->payload.size() <= text.data() + text.size()));
    }
    // Three bytes are a packet: number, and its sender and the time that has passed.
    RtpOrder order;
    auto now = plex_tuner::SteadyTime(std::chrono::hours(1));
    std::string out;
    std::size_t packets = 0;
    for (std::size_t at = 0; at + 3 <= size; at += 3) {
        now += std::chrono::milliseconds(data[at + 2] >> 2);
        order.add({.payload_type = kRtpTransportStream,
                      .sequence = static_cast<std::uint16_t>(data[at] << 8 | data[at + 1]),
                      .sender = data[at + 2] & 1U,
                      .payload = text.substr(at, 1)},
            now, out);
        order.release(now, out);
        ++packets;
        check(out.size() + order.dropped() <= packets);
        check(out.size() + order.dropped() + RtpOrder::kWindow >= packets);
    }
    return 0;
}
