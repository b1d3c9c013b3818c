// SPDX-License-Identifier: GPL-3.0-or-later
#include "picture_of_unit.hpp"

#include <algorithm>
#include <string_view>

namespace plex_tuner::ts {

namespace {

/// The elementary stream of a unit, packet by packet, without `skip` bytes of header, until `take`
/// has had enough.
template <class Take>
void for_each_payload(const StreamUnit& unit, std::size_t& skip, Take take) {
    unit.for_each_packet([&](MutablePacket packet) {
        const Bytes payload = PacketView(packet.data()).payload();
        const std::size_t header = std::min(skip, payload.size());
        skip -= header;
        return take(payload.subspan(header));
    });
}

} // namespace

PictureKind picture_of(const StreamUnit& unit, Codec codec) {
    PictureScanner scanner(codec);
    scanner.begin();
    PictureKind kind = PictureKind::undecided;
    std::size_t skip = unit.header->payload_offset;
    for_each_payload(unit, skip, [&](Bytes payload) {
        kind = scanner.feed(payload);
        return kind == PictureKind::undecided;
    });
    return kind;
}

void KeyFrameHasher::unit_ends() noexcept {
    if (has_begun()) {
        hash_ = collected_.value();
    }
}

void KeyFrameHasher::feed(const StreamUnit& unit, Codec codec) {
    if (hash_) {
        return;
    }
    if (unit.header) {
        unit_ends();
        if (hash_) {
            return;
        }
        scanner_ = PictureScanner(codec);
        scanner_.begin();
        kind_ = PictureKind::undecided;
        collecting_ = true;
        collected_ = Fnv1a();
        skip_ = unit.header->payload_offset;
    }
    if (!collecting_) {
        return;
    }
    for_each_payload(unit, skip_, [&](Bytes payload) {
        if (kind_ == PictureKind::undecided) {
            kind_ = scanner_.feed(payload);
        }
        collected_.add({reinterpret_cast<const char*>(payload.data()), payload.size()});
        return true;
    });
}

} // namespace plex_tuner::ts
