// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hdhr/discovery.hpp>

#include <algorithm>
#include <limits>
#include <string>

namespace plex_tuner::hdhr {

namespace {

constexpr std::uint32_t kTuner = 1;
constexpr std::uint32_t kAny = 0xFFFFFFFF;

[[nodiscard]] std::uint32_t big_endian_32(Octets bytes) {
    return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
           static_cast<std::uint32_t>(bytes[2]) << 8 | static_cast<std::uint32_t>(bytes[3]);
}

/// What is not said means any. Of the two ways to say it either may be there.
[[nodiscard]] bool wants_tuners(const NativePacket& request) {
    const auto type = request.number(Tag::device_type);
    if (type && (*type == kTuner || *type == kAny)) {
        return true;
    }
    const auto types = request.find(Tag::device_types);
    if (!types || types->size() % 4 != 0) {
        return !type;
    }
    for (Octets rest = *types; !rest.empty(); rest = rest.subspan(4)) {
        if (const std::uint32_t one = big_endian_32(rest); one == kTuner || one == kAny) {
            return true;
        }
    }
    return false;
}

} // namespace

std::vector<std::uint8_t> answer_discovery(
    Octets datagram, const Device& device, std::string_view base_url) {
    const auto request = NativePacket::parse(datagram);
    if (!request || !request->is(PacketType::discover_request) || !wants_tuners(*request)) {
        return {};
    }
    const std::uint32_t id = request->number(Tag::device_id).value_or(kAny);
    if (id != kAny && id != device.id.value()) {
        return {};
    }
    const int most = std::numeric_limits<std::uint8_t>::max();
    NativePacketWriter reply(PacketType::discover_reply);
    reply.number(Tag::device_type, kTuner)
        .number(Tag::device_id, device.id.value())
        .byte(Tag::tuner_count, static_cast<std::uint8_t>(std::clamp(device.tuner_count, 0, most)))
        .text(Tag::base_url, base_url)
        .text(Tag::lineup_url, std::string(base_url) + "/lineup.json")
        .text(Tag::device_auth, device_auth(device));
    return reply.fits() ? reply.finish() : std::vector<std::uint8_t>();
}

} // namespace plex_tuner::hdhr
