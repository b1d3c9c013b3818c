// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::hls {

/// An attribute list (RFC 8216 section 4.2): NAME=value pairs with commas between them. Quoted
/// values may contain commas and '='; there is no escape. Views into the parsed text.
class AttributeList {
public:
    static constexpr std::size_t kMaxAttributes = 64;

    explicit AttributeList(std::string_view text);

    /// Value without quotes; names are compared exactly, the first of equal names counts.
    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const noexcept;
    /// The value, or "".
    [[nodiscard]] std::string_view text(std::string_view name) const noexcept;
    /// True for YES.
    [[nodiscard]] bool yes(std::string_view name) const noexcept;

private:
    std::vector<std::pair<std::string_view, std::string_view>> attributes_;
};

} // namespace plex_tuner::hls
