// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::hdhr {

using Octets = std::span<const std::uint8_t>;

/// HDHomeRun native protocol: a reply's type is its request's plus one.
enum class PacketType : std::uint16_t {
    discover_request = 2,
    discover_reply = 3,
    getset_request = 4,
    getset_reply = 5,
};

enum class Tag : std::uint8_t {
    device_type = 0x01,
    device_id = 0x02,
    name = 0x03,
    value = 0x04,
    error = 0x05,
    tuner_count = 0x10,
    lock_key = 0x15,
    lineup_url = 0x27,
    base_url = 0x2A,
    device_auth = 0x2B,
    device_types = 0x2D,
};

/// A packet on the wire, head and check sum included, is never longer.
inline constexpr std::size_t kMaxPacketBytes = 1460;

/// A packet that was received; valid as long as the bytes it was read from.
class NativePacket {
public:
    /// Of bytes that are one packet and nothing else. nullopt: too long or too short, the check sum
    /// is wrong, or a field reaches beyond the end.
    [[nodiscard]] static std::optional<NativePacket> parse(Octets bytes);

    [[nodiscard]] std::uint16_t type() const noexcept { return type_; }

    [[nodiscard]] bool is(PacketType type) const noexcept {
        return type_ == static_cast<std::uint16_t>(type);
    }

    /// The first field of that tag; what is unknown is passed over.
    [[nodiscard]] std::optional<Octets> find(Tag tag) const noexcept;
    /// Big endian; nullopt when it is missing or of another size.
    [[nodiscard]] std::optional<std::uint32_t> number(Tag tag) const noexcept;
    /// Without the NUL at its end, if it has one.
    [[nodiscard]] std::optional<std::string_view> text(Tag tag) const noexcept;

private:
    struct Field {
        std::uint8_t tag = 0;
        Octets value = {};
    };

    std::uint16_t type_ = 0;
    std::vector<Field> fields_;
};

/// Of a packet in a byte stream, from its first four bytes: its whole length. nullopt: longer than
/// packets are.
[[nodiscard]] std::optional<std::size_t> native_packet_length(
    std::span<const std::uint8_t, 4> head);

class NativePacketWriter {
public:
    explicit NativePacketWriter(PacketType type);

    NativePacketWriter& number(Tag tag, std::uint32_t value);
    NativePacketWriter& byte(Tag tag, std::uint8_t value);
    /// URLs and the like.
    NativePacketWriter& text(Tag tag, std::string_view text);
    /// Names, values and errors: the NUL at their end counts, for clients cut off the last byte.
    NativePacketWriter& terminated_text(Tag tag, std::string_view text);

    /// Whether all that was added fits; else the packet is not to be sent.
    [[nodiscard]] bool fits() const noexcept;
    /// Call once.
    [[nodiscard]] std::vector<std::uint8_t> finish();

private:
    void begin_field(Tag tag, std::size_t length);

    std::vector<std::uint8_t> bytes_;
};

} // namespace plex_tuner::hdhr
