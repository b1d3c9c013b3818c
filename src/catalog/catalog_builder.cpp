// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalog_state.hpp"

#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/catalog/vod_order.hpp>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace plex_tuner::catalog {
namespace {

/// Groups, countries, User-Agents and the like are shorter; longer texts rarely repeat.
constexpr std::size_t kMaxInternedBytes = 256;
/// Bounds the table, not the catalog: texts beyond it are stored each time.
constexpr std::size_t kMaxInterned = std::size_t{1} << 16;
/// Accounts have a handful; more means that each address has one of its own.
constexpr std::size_t kMaxPrefixes = std::size_t{1} << 12;

} // namespace

struct CatalogBuilder::Impl {
    std::unique_ptr<Catalog::State> state = std::make_unique<Catalog::State>();
    std::unordered_set<Text> interned;
    std::unordered_set<Text> prefixes; ///< of addresses
    Text last_prefix;
    std::vector<StreamSource> sources;
    std::vector<NamedText> named;
    std::vector<Season> seasons;
    std::vector<Episode> episodes;
    std::span<const NamedText> last_headers;
    std::span<const NamedText> last_attributes;

    [[nodiscard]] Arena& arena() { return state->arena; }

    /// For texts that mostly differ from record to record, but come in runs.
    [[nodiscard]] Text keep(Text text, Text previous) {
        return text == previous ? previous : arena().copy(text);
    }

    /// For texts from a small vocabulary.
    [[nodiscard]] Text intern(Text text) {
        return text.size() > kMaxInternedBytes ? arena().copy(text)
                                               : find_or_copy(interned, text, kMaxInterned);
    }

    /// The same for one that most often is the same as in the record before.
    [[nodiscard]] Text intern(Text text, Text previous) {
        return text == previous ? previous : intern(text);
    }

    [[nodiscard]] Text find_or_copy(std::unordered_set<Text>& known, Text text, std::size_t limit) {
        if (text.empty()) {
            return {};
        }
        if (const auto found = known.find(text); found != known.end()) {
            return *found;
        }
        const Text copy = arena().copy(text);
        if (known.size() < limit) {
            known.insert(copy);
        }
        return copy;
    }

    [[nodiscard]] StreamAddress keep(StreamAddress address) {
        if (address.prefix().empty()) {
            address = StreamAddress::split(address.suffix());
        }
        if (address.prefix() != last_prefix) {
            last_prefix = find_or_copy(prefixes, address.prefix(), kMaxPrefixes);
        }
        return {last_prefix, arena().copy(address.suffix())};
    }

    /// Ids of a panel stand at the start of the file name: 123 and 123.mkv.
    [[nodiscard]] Text keep_id(Text id, const StreamAddress& kept) {
        return kept.suffix().starts_with(id) ? kept.suffix().substr(0, id.size())
                                             : arena().copy(id);
    }

    [[nodiscard]] std::span<const NamedText> keep(
        std::span<const NamedText> items, std::span<const NamedText>& previous) {
        if (!std::ranges::equal(items, previous)) {
            named.clear();
            for (const NamedText& item : items) {
                named.push_back({intern(item.name), intern(item.value)});
            }
            previous = arena().copy(std::span<const NamedText>(named));
        }
        return previous;
    }

    /// Those among `present` are taken from there.
    [[nodiscard]] std::span<const StreamSource> keep(
        std::span<const StreamSource> wanted, std::span<const StreamSource> present) {
        sources.clear();
        for (const StreamSource& source : wanted) {
            const auto same = std::ranges::find_if(present,
                [&](const StreamSource& candidate) { return candidate.url == source.url; });
            sources.push_back({same == present.end() ? keep(source.url) : same->url,
                keep(source.headers, last_headers)});
        }
        return arena().copy(std::span<const StreamSource>(sources));
    }

    template <class Record>
    void keep_common(Record& copy, const Record& record, const Record& previous) {
        copy.title = keep(record.title, previous.title);
        copy.year = record.year;
        copy.artwork_url = keep(record.artwork_url, previous.artwork_url);
        copy.category = intern(record.category, previous.category);
        copy.region = intern(record.region, previous.region);
        copy.language = intern(record.language, previous.language);
        copy.source_tag = intern(record.source_tag, previous.source_tag);
        copy.provider_category_id =
            intern(record.provider_category_id, previous.provider_category_id);
        copy.provider_category_name =
            intern(record.provider_category_name, previous.provider_category_name);
    }

    void make_channel_ids_unique();
};

CatalogBuilder::CatalogBuilder() : impl_(std::make_unique<Impl>()) {}

CatalogBuilder::~CatalogBuilder() = default;
CatalogBuilder::CatalogBuilder(CatalogBuilder&&) noexcept = default;
CatalogBuilder& CatalogBuilder::operator=(CatalogBuilder&&) noexcept = default;

void CatalogBuilder::add(const LiveChannel& channel) {
    if (channel.sources.empty()) {
        return;
    }
    Impl& impl = *impl_;
    std::vector<LiveChannel>& all = impl.state->live_channels;
    const LiveChannel previous = all.empty() ? LiveChannel{} : all.back();

    LiveChannel copy;
    copy.channel_id = impl.arena().copy(channel.channel_id);
    copy.guide_number = impl.arena().copy(channel.guide_number);
    copy.guide_name = impl.keep(channel.guide_name, previous.guide_name);
    copy.tvg_id = channel.tvg_id == channel.channel_id ? copy.channel_id
                                                       : impl.keep(channel.tvg_id, previous.tvg_id);
    copy.tvg_name = channel.tvg_name == channel.guide_name
                        ? copy.guide_name
                        : impl.keep(channel.tvg_name, previous.tvg_name);
    copy.logo = impl.keep(channel.logo, previous.logo);
    copy.group_title = impl.intern(channel.group_title, previous.group_title);
    copy.source_tag = impl.intern(channel.source_tag, previous.source_tag);
    copy.tvg_shift = impl.intern(channel.tvg_shift, previous.tvg_shift);
    copy.radio = channel.radio;
    copy.sources = impl.keep(channel.sources, {});
    copy.attributes = impl.keep(channel.attributes, impl.last_attributes);
    all.push_back(copy);
}

void CatalogBuilder::add(const Movie& movie) {
    std::vector<Movie>& all = impl_->state->movies;
    const Movie previous = all.empty() ? Movie{} : all.back();
    Movie copy;
    impl_->keep_common(copy, movie, previous);
    copy.added = movie.added;
    copy.stream_url = impl_->keep(movie.stream_url);
    copy.id = impl_->keep_id(movie.id, copy.stream_url);
    all.push_back(copy);
}

void CatalogBuilder::add(const Series& series) {
    Impl& impl = *impl_;
    std::vector<Series>& all = impl.state->series;
    const Series previous = all.empty() ? Series{} : all.back();
    Series copy;
    copy.id = impl.arena().copy(series.id);
    impl.keep_common(copy, series, previous);
    impl.seasons.clear();
    for (const Season& season : series.seasons) {
        impl.episodes.clear();
        for (const Episode& episode : season.episodes) {
            Episode& kept = impl.episodes.emplace_back(episode);
            kept.stream_url = impl.keep(episode.stream_url);
            kept.id = impl.keep_id(episode.id, kept.stream_url);
            kept.title = impl.arena().copy(episode.title);
            kept.airdate = impl.intern(episode.airdate);
        }
        impl.seasons.push_back(
            {season.number, impl.arena().copy(std::span<const Episode>(impl.episodes))});
    }
    copy.seasons = impl.arena().copy(std::span<const Season>(impl.seasons));
    all.push_back(copy);
}

std::span<const LiveChannel> CatalogBuilder::live_channels() const noexcept {
    return impl_->state->live_channels;
}

void CatalogBuilder::set_channel_id(std::size_t index, Text channel_id) {
    LiveChannel& channel = impl_->state->live_channels.at(index);
    channel.channel_id =
        channel_id == channel.tvg_id ? channel.tvg_id : impl_->arena().copy(channel_id);
}

void CatalogBuilder::set_sources(std::size_t index, std::span<const StreamSource> sources) {
    LiveChannel& channel = impl_->state->live_channels.at(index);
    if (!sources.empty()) {
        channel.sources = impl_->keep(sources, channel.sources);
    }
}

void CatalogBuilder::sort_vod() {
    catalog::sort_vod(impl_->state->movies);
    catalog::sort_vod(impl_->state->series);
}

void CatalogBuilder::Impl::make_channel_ids_unique() {
    std::vector<LiveChannel>& channels = state->live_channels;
    for (LiveChannel& channel : channels) {
        if (channel.channel_id.empty()) {
            const Fnv1a hash = Fnv1a().add(channel.tvg_id).add({"\0", 1}).add(channel.guide_name);
            channel.channel_id = arena().copy("channel-" + hash.hex());
        }
    }
    // Ids as given come first: a made-up "x-2" must not take the place of a channel named so.
    std::unordered_set<Text> taken;
    taken.reserve(channels.size());
    std::vector<LiveChannel*> repeated;
    for (LiveChannel& channel : channels) {
        if (!taken.insert(channel.channel_id).second) {
            repeated.push_back(&channel);
        }
    }
    std::unordered_map<Text, std::size_t> last_suffix;
    std::string id;
    for (LiveChannel* const channel : repeated) {
        std::size_t& suffix = last_suffix.try_emplace(channel->channel_id, 1).first->second;
        do {
            ++suffix;
            id.assign(channel->channel_id).append("-").append(std::to_string(suffix));
        } while (taken.contains(id));
        channel->channel_id = *taken.insert(arena().copy(id)).first;
    }
}

Catalog CatalogBuilder::build() {
    impl_->make_channel_ids_unique();
    // The lists are not shrunk: a copy of 30 MB, to give back pages that were never touched.
    Catalog catalog;
    catalog.state_ = std::move(impl_->state);
    *impl_ = Impl();
    return catalog;
}

} // namespace plex_tuner::catalog
