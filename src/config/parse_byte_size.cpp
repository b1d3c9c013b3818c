// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_byte_size.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::config {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t bytes;
};

constexpr std::array<Unit, 11> kUnits = {{{"", 1}, {"b", 1}, {"k", 1ULL << 10}, {"kib", 1ULL << 10},
    {"kb", 1'000}, {"m", 1ULL << 20}, {"mib", 1ULL << 20}, {"mb", 1'000'000}, {"g", 1ULL << 30},
    {"gib", 1ULL << 30}, {"gb", 1'000'000'000}}};

constexpr std::array<Unit, 3> kShown = {
    {{"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}}};

} // namespace

std::optional<std::uint64_t> parse_byte_size(std::string_view text) {
    text = ascii::trim(text);
    const auto* const digits_end = std::ranges::find_if_not(text, ascii::is_digit);
    const auto digits = static_cast<std::size_t>(digits_end - text.begin());
    const auto number = ascii::parse_integer<std::uint64_t>(text.substr(0, digits));
    const std::string_view suffix = ascii::trim(text.substr(digits));
    const auto* const unit = std::ranges::find_if(
        kUnits, [&](const Unit& known) { return ascii::iequals(known.name, suffix); });
    std::uint64_t bytes = 0;
    if (!number || unit == kUnits.end() || __builtin_mul_overflow(*number, unit->bytes, &bytes)) {
        return std::nullopt;
    }
    return bytes;
}

std::string format_byte_size(std::uint64_t bytes) {
    for (const Unit& unit : kShown) {
        if (bytes >= unit.bytes && bytes % unit.bytes == 0) {
            return std::to_string(bytes / unit.bytes) + std::string(unit.name);
        }
    }
    return std::to_string(bytes) + "B";
}

} // namespace plex_tuner::config
