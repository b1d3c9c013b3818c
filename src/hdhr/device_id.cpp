// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/hdhr/device_id.hpp>

#include <array>

namespace plex_tuner::hdhr {

namespace {

constexpr std::array<std::uint8_t, 16> kCheckTable = {
    0xA, 0x5, 0xF, 0x6, 0x7, 0xC, 0x1, 0xB, 0x9, 0x2, 0x8, 0xD, 0x4, 0x3, 0xE, 0x0};
constexpr std::uint32_t kWildcard = 0xFFFFFFFF;

/// The XOR over all digits but the last; a valid id's last digit equals it.
constexpr std::uint32_t check_digit(std::uint32_t value) noexcept {
    std::uint32_t sum = 0;
    for (unsigned digit = 7; digit >= 1; --digit) {
        const std::uint32_t nibble = (value >> (digit * 4)) & 0xF;
        sum ^= digit % 2 == 1 ? kCheckTable[nibble] : nibble;
    }
    return sum;
}

} // namespace

bool DeviceId::is_valid(std::uint32_t value) noexcept {
    return value != 0 && value != kWildcard && (value & 0xF) == check_digit(value);
}

DeviceId DeviceId::corrected(std::uint32_t value) noexcept {
    const std::uint32_t id = (value & ~std::uint32_t{0xF}) | check_digit(value);
    // Only the wildcards remain invalid; no device may have them.
    return is_valid(id) ? DeviceId(id) : from_seed(value);
}

DeviceId DeviceId::from_seed(std::uint64_t seed) noexcept {
    // 104xxxxx to 10Exxxxx: outside every range that clients treat as legacy hardware (100 to 103,
    // 111, 120 to 122), and close to what current hardware carries.
    const std::uint64_t mixed = Fnv1a().add(std::to_string(seed)).value();
    const auto third = static_cast<std::uint32_t>(0x4 + (mixed >> 40) % 11);
    const auto middle = static_cast<std::uint32_t>(mixed & 0xFFFF);
    return corrected(0x10000000U | third << 20 | middle << 4);
}

std::optional<std::uint32_t> DeviceId::parse_hex(std::string_view text) noexcept {
    text = ascii::trim(text);
    if (ascii::istarts_with(text, "0x")) {
        text.remove_prefix(2);
    }
    if (text.size() > 8) {
        return std::nullopt;
    }
    return ascii::parse_integer<std::uint32_t>(text, 16);
}

std::string DeviceId::text() const {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out(8, '0');
    for (unsigned i = 0; i < 8; ++i) {
        out[i] = kDigits[(value_ >> (28 - 4 * i)) & 0xF];
    }
    return out;
}

ConfiguredDeviceId device_id_from_configuration(std::string_view text) {
    if (const auto value = DeviceId::parse_hex(text)) {
        if (DeviceId::is_valid(*value)) {
            return {DeviceId::corrected(*value), {}};
        }
        const DeviceId id = DeviceId::corrected(*value);
        return {
            id, "device id " + std::string(ascii::trim(text)) +
                    " fails the HDHomeRun check digit, so real clients would ignore it; using " +
                    id.text() + " (set this value to silence the warning)"};
    }
    const DeviceId id = DeviceId::from_seed(Fnv1a().add(ascii::trim(text)).value());
    return {id, "device id '" + std::string(ascii::trim(text)) +
                    "' is not 8 hex digits as HDHomeRun clients require; using " + id.text() +
                    ", derived from it (set this value to silence the warning)"};
}

} // namespace plex_tuner::hdhr
