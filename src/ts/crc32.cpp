// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/crc32.hpp>

#include <array>

namespace plex_tuner::ts {
namespace {

constexpr std::uint32_t kPolynomial = 0x04C11DB7;

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i << 24;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value & 0x80000000U) != 0 ? value << 1 ^ kPolynomial : value << 1;
        }
        table[i] = value;
    }
    return table;
}

constexpr auto kTable = make_table();

} // namespace

std::uint32_t crc32_mpeg(Bytes bytes) noexcept {
    std::uint32_t crc = 0xFFFFFFFF;
    for (const std::uint8_t byte : bytes) {
        crc = crc << 8 ^ kTable[crc >> 24 ^ byte];
    }
    return crc;
}

} // namespace plex_tuner::ts
