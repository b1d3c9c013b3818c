// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/provider/series_details.hpp>

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

namespace plex_tuner::provider {
namespace {

/// First line. Another one whenever what is read from an answer changes.
constexpr std::string_view kVersion = "episodes 1\n";
/// season, number, id, extension, airdate, title, and when it was added, which is missing in rows
/// that are older than this field. No text has a tab or a line break in it: the
/// reader drops control characters.
constexpr std::size_t kFields = 7;

struct OwnedEpisode {
    std::int32_t season;
    std::int32_t number;
    std::string id, extension, airdate, title;
    std::int64_t added;
};

/// Takes one field off the front of `line`.
[[nodiscard]] std::string_view take_field(std::string_view& line) {
    const std::size_t tab = std::min(line.find('\t'), line.size());
    const std::string_view field = line.substr(0, tab);
    line.remove_prefix(std::min(tab + 1, line.size()));
    return field;
}

} // namespace

Result<std::optional<std::string>> pack_series_info(const Chunks& chunks) {
    std::vector<OwnedEpisode> episodes;
    const auto info = read_xtream_series_info(chunks, [&](const XtreamEpisode& episode) {
        episodes.push_back({episode.season, episode.number, std::string(episode.id),
            std::string(episode.extension), std::string(episode.airdate),
            std::string(episode.title), episode.added});
    });
    if (!info) {
        return fail(info.error());
    }
    if (!info->known) {
        return std::nullopt;
    }
    const auto order = [](const OwnedEpisode& one) {
        return std::tie(one.season, one.number, one.id);
    };
    std::ranges::sort(episodes, {}, order);
    const auto repeated = std::ranges::unique(episodes, {}, order);
    episodes.erase(repeated.begin(), repeated.end());

    std::string packed(kVersion);
    for (const OwnedEpisode& episode : episodes) {
        packed += std::to_string(episode.season);
        packed += '\t';
        packed += std::to_string(episode.number);
        for (const std::string* text :
            {&episode.id, &episode.extension, &episode.airdate, &episode.title}) {
            packed += '\t';
            packed += *text;
        }
        packed += '\t';
        packed += std::to_string(episode.added);
        packed += '\n';
    }
    return packed;
}

bool for_each_episode(
    std::string_view packed, const std::function<void(const XtreamEpisode&)>& episode) {
    if (!packed.starts_with(kVersion) || !packed.ends_with('\n')) {
        return false;
    }
    packed.remove_prefix(kVersion.size());
    while (!packed.empty()) {
        const std::size_t end = packed.find('\n');
        std::string_view line = packed.substr(0, end);
        packed.remove_prefix(end + 1);
        std::array<std::string_view, kFields> fields;
        for (std::string_view& field : fields) {
            field = take_field(line);
        }
        const auto season = ascii::parse_integer<std::int32_t>(fields[0]);
        const auto number = ascii::parse_integer<std::int32_t>(fields[1]);
        if (!season || !number || fields[2].empty()) {
            return false;
        }
        episode({.id = fields[2],
            .season = *season,
            .number = *number,
            .title = fields[5],
            .airdate = fields[4],
            .extension = fields[3],
            .added = ascii::parse_integer<std::int64_t>(fields[6]).value_or(0)});
    }
    return true;
}

} // namespace plex_tuner::provider
