// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hdhr/native_packet.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <boost/crc.hpp>

namespace plex_tuner::hdhr {

namespace {

constexpr std::size_t kHeadBytes = 4;
constexpr std::size_t kCrcBytes = 4;
/// Longer fields have a second byte of length.
constexpr std::size_t kShortLength = 0x7F;

[[nodiscard]] std::uint16_t big_endian_16(Octets bytes) {
    return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

[[nodiscard]] std::array<std::uint8_t, kCrcBytes> check_sum(Octets bytes) {
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), bytes.size());
    std::array<std::uint8_t, kCrcBytes> little_endian{};
    for (std::size_t i = 0; i < kCrcBytes; ++i) {
        little_endian[i] = static_cast<std::uint8_t>(crc.checksum() >> (8 * i));
    }
    return little_endian;
}

} // namespace

std::optional<NativePacket> NativePacket::parse(Octets bytes) {
    if (bytes.size() < kHeadBytes + kCrcBytes || bytes.size() > kMaxPacketBytes ||
        bytes.size() != kHeadBytes + big_endian_16(bytes.subspan(2)) + kCrcBytes) {
        return std::nullopt;
    }
    const Octets covered = bytes.first(bytes.size() - kCrcBytes);
    if (!std::ranges::equal(check_sum(covered), bytes.last(kCrcBytes))) {
        return std::nullopt;
    }
    NativePacket packet;
    packet.type_ = big_endian_16(bytes);
    for (Octets rest = covered.subspan(kHeadBytes); !rest.empty();) {
        if (rest.size() < 2) {
            return std::nullopt;
        }
        const std::uint8_t tag = rest[0];
        std::size_t length = rest[1];
        std::size_t head = 2;
        if (length > kShortLength) {
            if (rest.size() < 3) {
                return std::nullopt;
            }
            // The low seven bits come first.
            length = (length & kShortLength) | static_cast<std::size_t>(rest[2]) << 7;
            head = 3;
        }
        if (rest.size() - head < length) {
            return std::nullopt;
        }
        packet.fields_.push_back({tag, rest.subspan(head, length)});
        rest = rest.subspan(head + length);
    }
    return packet;
}

std::optional<Octets> NativePacket::find(Tag tag) const noexcept {
    const auto found = std::ranges::find(fields_, static_cast<std::uint8_t>(tag), &Field::tag);
    return found == fields_.end() ? std::nullopt : std::optional(found->value);
}

std::optional<std::uint32_t> NativePacket::number(Tag tag) const noexcept {
    const auto value = find(tag);
    if (!value || value->size() != 4) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(big_endian_16(*value)) << 16 |
           big_endian_16(value->subspan(2));
}

std::optional<std::string_view> NativePacket::text(Tag tag) const noexcept {
    const auto value = find(tag);
    if (!value) {
        return std::nullopt;
    }
    const std::string_view text(reinterpret_cast<const char*>(value->data()), value->size());
    return text.substr(0, text.find('\0'));
}

std::optional<std::size_t> native_packet_length(std::span<const std::uint8_t, 4> head) {
    const std::size_t length = kHeadBytes + big_endian_16(Octets(head).subspan(2)) + kCrcBytes;
    return length <= kMaxPacketBytes ? std::optional(length) : std::nullopt;
}

NativePacketWriter::NativePacketWriter(PacketType type) {
    const auto number = static_cast<std::uint16_t>(type);
    bytes_ = {static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number), 0, 0};
}

void NativePacketWriter::begin_field(Tag tag, std::size_t length) {
    bytes_.push_back(static_cast<std::uint8_t>(tag));
    if (length > kShortLength) {
        bytes_.push_back(static_cast<std::uint8_t>(0x80 | (length & kShortLength)));
        bytes_.push_back(static_cast<std::uint8_t>(length >> 7));
    } else {
        bytes_.push_back(static_cast<std::uint8_t>(length));
    }
}

NativePacketWriter& NativePacketWriter::number(Tag tag, std::uint32_t value) {
    begin_field(tag, 4);
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes_.push_back(static_cast<std::uint8_t>(value >> shift));
    }
    return *this;
}

NativePacketWriter& NativePacketWriter::byte(Tag tag, std::uint8_t value) {
    begin_field(tag, 1);
    bytes_.push_back(value);
    return *this;
}

NativePacketWriter& NativePacketWriter::text(Tag tag, std::string_view text) {
    begin_field(tag, text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
}

NativePacketWriter& NativePacketWriter::terminated_text(Tag tag, std::string_view text) {
    begin_field(tag, text.size() + 1);
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    bytes_.push_back(0);
    return *this;
}

bool NativePacketWriter::fits() const noexcept {
    return bytes_.size() + kCrcBytes <= kMaxPacketBytes;
}

std::vector<std::uint8_t> NativePacketWriter::finish() {
    const std::size_t payload = bytes_.size() - kHeadBytes;
    bytes_[2] = static_cast<std::uint8_t>(payload >> 8);
    bytes_[3] = static_cast<std::uint8_t>(payload);
    const auto sum = check_sum(bytes_);
    bytes_.insert(bytes_.end(), sum.begin(), sum.end());
    return std::move(bytes_);
}

} // namespace plex_tuner::hdhr
