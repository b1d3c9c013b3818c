// SPDX-License-Identifier: GPL-3.0-or-later
#include "picture_of_unit.hpp"

#include <plex_tuner/base/hash.hpp>

#include <algorithm>
#include <string_view>

namespace plex_tuner::ts {

namespace {

/// The elementary stream of a unit, packet by packet, until `take` has had enough.
template <class Take>
void for_each_payload(const StreamUnit& unit, Take take) {
    std::size_t skip = unit.header->payload_offset;
    for (std::size_t at = 0; at < unit.packets.size(); at += kPacketSize) {
        const Bytes payload = PacketView(unit.packets.data() + at).payload();
        const std::size_t header = std::min(skip, payload.size());
        skip -= header;
        if (!take(payload.subspan(header))) {
            return;
        }
    }
}

} // namespace

PictureKind picture_of(const StreamUnit& unit, Codec codec) {
    PictureScanner scanner(codec);
    scanner.begin();
    PictureKind kind = PictureKind::undecided;
    for_each_payload(unit, [&](Bytes payload) {
        kind = scanner.feed(payload);
        return kind == PictureKind::undecided;
    });
    return kind;
}

std::optional<std::uint64_t> key_frame_hash(const StreamUnit& unit, Codec codec) {
    if (!unit.header || picture_of(unit, codec) != PictureKind::key_frame) {
        return std::nullopt;
    }
    Fnv1a hash;
    for_each_payload(unit, [&](Bytes payload) {
        hash.add({reinterpret_cast<const char*>(payload.data()), payload.size()});
        return true;
    });
    return hash.value();
}

} // namespace plex_tuner::ts
