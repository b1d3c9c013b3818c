// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hdhr/discovery_client.hpp>

#include <algorithm>

namespace plex_tuner::hdhr {

namespace {

constexpr std::uint32_t kTuner = 1;
constexpr std::uint32_t kAny = 0xFFFFFFFF;
constexpr std::size_t kLongestText = 256;

/// Of a stranger, for people to read.
[[nodiscard]] std::string plain(std::string_view text) {
    std::string out(text.substr(0, kLongestText));
    std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
    return out;
}

[[nodiscard]] bool is_tuner(const NativePacket& reply) {
    if (const auto type = reply.number(Tag::device_type)) {
        return *type == kTuner;
    }
    const auto types = reply.find(Tag::device_types);
    if (!types || types->size() % 4 != 0) {
        return false;
    }
    for (Octets rest = *types; !rest.empty(); rest = rest.subspan(4)) {
        if (rest[0] == 0 && rest[1] == 0 && rest[2] == 0 && rest[3] == kTuner) {
            return true;
        }
    }
    return false;
}

} // namespace

std::vector<std::uint8_t> discovery_request(std::optional<DeviceId> id) {
    return NativePacketWriter(PacketType::discover_request)
        .number(Tag::device_type, kAny)
        .number(Tag::device_id, id ? id->value() : kAny)
        .finish();
}

std::optional<FoundDevice> read_discovery_reply(Octets datagram) {
    const auto reply = NativePacket::parse(datagram);
    const auto id = reply ? reply->number(Tag::device_id) : std::nullopt;
    if (!id || !reply->is(PacketType::discover_reply) || !is_tuner(*reply)) {
        return std::nullopt;
    }
    FoundDevice device{.id = *id};
    if (const auto count = reply->find(Tag::tuner_count); count && count->size() == 1) {
        device.tuner_count = (*count)[0];
    }
    device.base_url = plain(reply->text(Tag::base_url).value_or(""));
    device.lineup_url = plain(reply->text(Tag::lineup_url).value_or(""));
    return device;
}

std::vector<std::uint8_t> get_request(std::string_view name) {
    return NativePacketWriter(PacketType::getset_request).terminated_text(Tag::name, name).finish();
}

std::optional<std::string> read_get_reply(Octets packet) {
    const auto reply = NativePacket::parse(packet);
    const auto value = reply && reply->is(PacketType::getset_reply) && !reply->find(Tag::error)
                           ? reply->text(Tag::value)
                           : std::nullopt;
    return value ? std::optional(plain(*value)) : std::nullopt;
}

} // namespace plex_tuner::hdhr
