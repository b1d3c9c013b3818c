// SPDX-License-Identifier: GPL-3.0-or-later
#include "tag_reader.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <charconv>
#include <cmath>

namespace plex_tuner::hls {

std::optional<Line> LineReader::next() noexcept {
    while (!rest_.empty()) {
        const std::size_t end = rest_.find_first_of("\r\n");
        const std::string_view line = ascii::trim(rest_.substr(0, end));
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        ++count_;
        if (line.empty()) {
            continue;
        }
        if (!line.starts_with('#')) {
            return Line{.is_tag = false, .name = {}, .value = line};
        }
        if (!line.starts_with("#EXT")) {
            continue;
        }
        const std::size_t colon = line.find(':');
        return Line{.is_tag = true,
            .name = ascii::trim(line.substr(0, colon)),
            .value = colon == std::string_view::npos ? std::string_view{}
                                                     : ascii::trim(line.substr(colon + 1))};
    }
    return std::nullopt;
}

std::optional<double> leading_number(std::string_view text, double limit) noexcept {
    text = ascii::trim(text);
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(value) || value < 0 || value > limit) {
        return std::nullopt;
    }
    return value;
}

std::optional<std::uint64_t> leading_integer(std::string_view text) noexcept {
    text = ascii::trim(text);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} ? std::optional(value) : std::nullopt;
}

std::optional<std::pair<std::uint64_t, std::optional<std::uint64_t>>> parse_byte_range(
    std::string_view text) noexcept {
    const std::size_t at = text.find('@');
    const auto length = ascii::parse_integer<std::uint64_t>(ascii::trim(text.substr(0, at)));
    if (!length || *length == 0) {
        return std::nullopt;
    }
    if (at == std::string_view::npos) {
        return std::pair(*length, std::optional<std::uint64_t>{});
    }
    const auto offset = ascii::parse_integer<std::uint64_t>(ascii::trim(text.substr(at + 1)));
    if (!offset || *offset + *length < *offset) {
        return std::nullopt;
    }
    return std::pair(*length, offset);
}

std::optional<StartOffset> parse_start(const AttributeList& attributes) noexcept {
    constexpr double kMaxOffset = 7 * 86'400;
    std::string_view text = attributes.text("TIME-OFFSET");
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative || text.starts_with('+') ? 1 : 0);
    const std::optional<double> offset = leading_number(text, kMaxOffset);
    if (!offset) {
        return std::nullopt;
    }
    return StartOffset{
        .offset = Seconds(negative ? -*offset : *offset), .precise = attributes.yes("PRECISE")};
}

} // namespace plex_tuner::hls
