// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_merger.hpp"

#include "stream_identity.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/url.hpp>

#include <algorithm>

namespace plex_tuner::provider {
namespace {

/// Stream ids of panels are small numbers: without the host they would mean any panel's.
[[nodiscard]] std::string stream_key(const catalog::StreamAddress& address) {
    const std::string text = address.str();
    const auto url = Url::parse(text);
    std::string key = url ? ascii::lower(url->host()) : std::string();
    return key.append(1, ' ').append(stream_identity(text));
}

} // namespace

void ChannelMerger::begin_account() {
    const auto channels = builder_.live_channels();
    for (; known_ < channels.size(); ++known_) {
        const catalog::LiveChannel& channel = channels[known_];
        if (!channel.tvg_id.empty()) {
            by_tvg_id_[ascii::lower(channel.tvg_id)].push_back(known_);
        }
        for (const catalog::StreamSource& source : channel.sources) {
            by_stream_.try_emplace(stream_key(source.url), known_);
        }
    }
}

void ChannelMerger::add(const catalog::LiveChannel& channel) {
    if (const auto index = known_ == 0 ? std::nullopt : find(channel)) {
        add_backups(*index, channel);
        ++merged_;
        return;
    }
    builder_.add(channel);
}

std::optional<std::size_t> ChannelMerger::find(const catalog::LiveChannel& channel) const {
    if (!channel.tvg_id.empty()) {
        const auto same = by_tvg_id_.find(ascii::lower(channel.tvg_id));
        if (same == by_tvg_id_.end()) {
            return std::nullopt;
        }
        if (same->second.size() == 1) {
            return same->second.front();
        }
        const auto named = std::ranges::find_if(same->second, [&](std::size_t index) {
            return ascii::iequals(builder_.live_channels()[index].guide_name, channel.guide_name);
        });
        return named == same->second.end() ? std::nullopt : std::optional(*named);
    }
    for (const catalog::StreamSource& source : channel.sources) {
        const auto same = by_stream_.find(stream_key(source.url));
        if (same != by_stream_.end()) {
            return same->second;
        }
    }
    return std::nullopt;
}

void ChannelMerger::add_backups(std::size_t index, const catalog::LiveChannel& channel) {
    const auto known = builder_.live_channels()[index].sources;
    std::vector<catalog::StreamSource> sources(known.begin(), known.end());
    for (const catalog::StreamSource& source : channel.sources) {
        if (std::ranges::find(sources, source.url, &catalog::StreamSource::url) == sources.end()) {
            sources.push_back(source);
        }
    }
    builder_.set_sources(index, sources);
}

} // namespace plex_tuner::provider
