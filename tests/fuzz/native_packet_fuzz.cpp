// SPDX-License-Identifier: GPL-3.0-or-later
// Packets of the HDHomeRun native protocol: fields lie within the packet, and a discovery request,
// if it is answered, gets a packet that can be read.
#include <plex_tuner/hdhr/discovery.hpp>
#include <plex_tuner/hdhr/discovery_client.hpp>

#include <array>
#include <cstdlib>

namespace {

using namespace plex_tuner::hdhr;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void read_one(Octets bytes) {
    const auto packet = NativePacket::parse(bytes);
    if (!packet) {
        return;
    }
    for (const Tag tag : {Tag::device_type, Tag::device_id, Tag::name, Tag::value, Tag::error,
             Tag::lock_key, Tag::base_url, Tag::device_types}) {
        if (const auto value = packet->find(tag); value && !value->empty()) {
            check(value->data() >= bytes.data());
            check(value->data() + value->size() <= bytes.data() + bytes.size());
        }
        (void)packet->number(tag);
        const auto text = packet->text(tag);
        check(!text || text->find('\0') == std::string_view::npos);
    }
    const auto reply = answer_discovery(bytes, Device{}, "http://10.0.0.5:5004");
    check(reply.empty() || NativePacket::parse(reply));
    if (const auto device = read_discovery_reply(bytes)) {
        check(device->base_url.find('\n') == std::string::npos);
    }
    (void)read_get_reply(bytes);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    read_one({data, size});
    if (size >= 4) {
        const auto length = native_packet_length(std::span<const std::uint8_t, 4>(data, 4));
        check(!length || *length <= kMaxPacketBytes);
    }
    // Nobody guesses a check sum: the same bytes as fields, with the right one.
    NativePacketWriter writer(
        size % 2 == 0 ? PacketType::discover_request : PacketType::getset_request);
    std::vector<std::uint8_t> sealed = writer
                                           .text(Tag::name, {reinterpret_cast<const char*>(data),
                                                                std::min<std::size_t>(size, 1000)})
                                           .finish();
    read_one(sealed);
    const std::string_view text(
        reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 1000));
    read_one(NativePacketWriter(PacketType::discover_reply)
            .number(Tag::device_type, 1)
            .number(Tag::device_id, 1)
            .text(Tag::base_url, text)
            .finish());
    read_one(NativePacketWriter(PacketType::getset_reply).text(Tag::value, text).finish());
    return 0;
}
