// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/crc.hpp>

namespace plex_tuner::hdhr {

/// The bytes of "0002000c…".
[[nodiscard]] inline std::vector<std::uint8_t> from_hex(std::string_view hex) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(
            static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    }
    return bytes;
}

[[nodiscard]] inline std::string to_hex(const std::vector<std::uint8_t>& bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (const std::uint8_t byte : bytes) {
        hex += kDigits[byte >> 4U];
        hex += kDigits[byte & 0xFU];
    }
    return hex;
}

/// A packet with that payload, right or wrong, and a right check sum.
[[nodiscard]] inline std::vector<std::uint8_t> sealed(
    std::uint8_t type, std::string_view payload_hex) {
    std::vector<std::uint8_t> bytes = from_hex(payload_hex);
    const std::size_t size = bytes.size();
    bytes.insert(bytes.begin(),
        {0, type, static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(size & 0xFFU)});
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), bytes.size());
    for (unsigned shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<std::uint8_t>(crc.checksum() >> shift));
    }
    return bytes;
}

} // namespace plex_tuner::hdhr
