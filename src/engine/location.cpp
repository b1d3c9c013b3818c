// SPDX-License-Identifier: GPL-3.0-or-later
#include "location.hpp"

#include <plex_tuner/base/redact.hpp>

#include <ranges>

namespace plex_tuner::engine {

namespace {

std::string text_of(const Location& location) {
    if (const auto* url = std::get_if<Url>(&location)) {
        return url->text();
    }
    return std::get<std::filesystem::path>(location).string();
}

} // namespace

std::string redacted_text(const Location& location) {
    if (const auto* url = std::get_if<Url>(&location)) {
        return url->redacted();
    }
    return redact_text(text_of(location));
}

std::vector<Location> guide_locations(
    const std::vector<std::string>& texts, const Location& playlist) {
    std::vector<Location> locations;
    for (const std::string& text : texts) {
        if (auto url = Url::parse(text); url && url->is_http()) {
            locations.emplace_back(std::move(*url));
        } else if (const auto* base = std::get_if<Url>(&playlist)) {
            if (auto resolved = base->resolve(text); resolved && resolved->is_http()) {
                locations.emplace_back(std::move(*resolved));
            }
        } else if (!url) {
            locations.emplace_back(std::get<std::filesystem::path>(playlist).parent_path() /
                                   std::filesystem::path(text));
        }
    }
    return locations;
}

std::string location_list(const std::vector<Location>& locations) {
    std::string text;
    for (const Location& location : locations) {
        text.append(text_of(location)).append("\n");
    }
    return text;
}

std::vector<Location> parse_location_list(std::string_view text) {
    std::vector<Location> locations;
    for (const auto range : std::views::split(text, '\n')) {
        const std::string_view line(range.begin(), range.end());
        if (line.empty()) {
            continue;
        }
        if (auto url = Url::parse(line); url && url->is_http()) {
            locations.emplace_back(std::move(*url));
        } else {
            locations.emplace_back(std::filesystem::path(line));
        }
    }
    return locations;
}

} // namespace plex_tuner::engine
