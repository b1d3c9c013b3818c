// SPDX-License-Identifier: GPL-3.0-or-later
#include "attribute_list.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>

namespace plex_tuner::hls {

AttributeList::AttributeList(std::string_view text) {
    while (!text.empty() && attributes_.size() < kMaxAttributes) {
        const std::size_t stop = text.find_first_of("=,");
        if (stop == std::string_view::npos) {
            return;
        }
        const std::string_view name = ascii::trim(text.substr(0, stop));
        const bool has_value = text[stop] == '=';
        text.remove_prefix(stop + 1);
        if (!has_value) {
            continue; // a name alone says nothing
        }
        std::string_view value;
        const std::size_t begin = text.find_first_not_of(" \t");
        if (begin != std::string_view::npos && text[begin] == '"') {
            text.remove_prefix(begin + 1);
            const std::size_t quote = text.find('"');
            value = text.substr(0, quote);
            text.remove_prefix(quote == std::string_view::npos ? text.size() : quote + 1);
            const std::size_t comma = text.find(',');
            text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
        } else {
            const std::size_t comma = text.find(',');
            value = ascii::trim(text.substr(0, comma));
            text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
        }
        attributes_.emplace_back(name, value);
    }
}

std::optional<std::string_view> AttributeList::get(std::string_view name) const noexcept {
    const auto found =
        std::ranges::find(attributes_, name, &std::pair<std::string_view, std::string_view>::first);
    return found == attributes_.end() ? std::nullopt : std::optional(found->second);
}

std::string_view AttributeList::text(std::string_view name) const noexcept {
    return get(name).value_or(std::string_view{});
}

bool AttributeList::yes(std::string_view name) const noexcept {
    return ascii::iequals(text(name), "YES");
}

} // namespace plex_tuner::hls
