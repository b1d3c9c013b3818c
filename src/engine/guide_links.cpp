// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_links.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/url.hpp>

#include <unordered_map>

namespace plex_tuner::engine {

namespace {

/// Of the first source of `channel` that is of the device; empty: none is.
std::string number_at(const lineup::Channel& channel, std::string_view host) {
    constexpr std::string_view kChannelPath = "/auto/v";
    for (const catalog::StreamSource& source : channel.sources) {
        // Streams are often at another port than the documents.
        const auto url = Url::parse(source.url.str());
        if (!url || !ascii::iequals(url->host(), host)) {
            continue;
        }
        const std::string_view path = url->path();
        if (const std::size_t at = path.find(kChannelPath); at != std::string_view::npos) {
            const std::string_view number = path.substr(at + kChannelPath.size());
            return std::string(number.substr(0, number.find('/')));
        }
    }
    return {};
}

} // namespace

SourceLinks link_guide(const lineup::Lineup& lineup,
    const std::vector<guide::SourceChannel>& declared, const epg::Aliases& aliases,
    epg::MatchOptions options) {
    const epg::Matcher matcher(declared, aliases, options);
    SourceLinks links;
    links.declared = declared.size();
    for (const lineup::Channel& channel : lineup.channels()) {
        links.matches.push_back(matcher.match(
            {channel.guide_name, channel.tvg_id, channel.group, channel.has_given_guide_id}));
        const std::string& id = links.matches.back().xmltv_id;
        links.ids.push_back(id.empty() ? std::string(channel.tvg_id) : id);
    }
    return links;
}

SourceLinks link_device_guide(const lineup::Lineup& lineup,
    const std::vector<guide::SourceChannel>& declared, std::string_view device,
    const epg::Aliases& aliases, epg::MatchOptions options) {
    SourceLinks links = link_guide(lineup, declared, aliases, options);
    const auto root = Url::parse(device);
    if (!root) {
        return links;
    }
    std::unordered_map<std::string_view, std::string_view> id_of;
    for (const guide::SourceChannel& channel : declared) {
        for (const std::string& name : channel.names) {
            id_of.emplace(name, channel.id);
        }
    }
    for (std::size_t i = 0; i < lineup.channels().size(); ++i) {
        const std::string number = number_at(lineup.channels()[i], root->host());
        const auto found = number.empty() ? id_of.end() : id_of.find(number);
        if (found != id_of.end()) {
            links.matches[i] = {.method = epg::Method::name_exact,
                .xmltv_id = std::string(found->second),
                .score = 1,
                .reason = "number " + number + " of the HDHomeRun",
                .alternatives = {}};
            links.ids[i] = found->second;
        }
    }
    return links;
}

SourceLinks link_by_channel_id(const lineup::Lineup& lineup) {
    SourceLinks links;
    for (const lineup::Channel& channel : lineup.channels()) {
        links.ids.emplace_back(channel.channel_id);
        links.matches.push_back({.method = epg::Method::none,
            .xmltv_id = {},
            .reason = "no guide has it; the panel was asked for this channel alone",
            .alternatives = {}});
    }
    return links;
}

} // namespace plex_tuner::engine
