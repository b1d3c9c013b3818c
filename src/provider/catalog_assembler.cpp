// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_merger.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/catalog/taxonomy.hpp>
#include <plex_tuner/provider/catalog_assembler.hpp>
#include <plex_tuner/provider/chunks.hpp>
#include <plex_tuner/provider/hdhr_reader.hpp>
#include <plex_tuner/provider/series_details.hpp>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace plex_tuner::provider {
namespace {

using catalog::NamedText;
using catalog::StreamSource;

/// A larger answer, decompressed, is refused.
constexpr std::uint64_t kMaxAnswerBytes = std::uint64_t{2} << 30;

/// id → name
using Categories = std::unordered_map<std::string, std::string>;

[[nodiscard]] Result<Categories> read_categories(const std::filesystem::path& file) {
    Categories names;
    if (file.empty()) {
        return names;
    }
    auto chunks = file_chunks(file, kMaxAnswerBytes);
    if (!chunks) {
        return fail(std::move(chunks).error());
    }
    const auto read = read_xtream_categories(*chunks, [&](const XtreamCategory& category) {
        names.try_emplace(std::string(category.id), category.name);
    });
    if (!read) {
        return fail(read.error());
    }
    return names;
}

/// A time that a catalog cannot say is unknown to it.
[[nodiscard]] std::uint32_t catalog_time(std::int64_t seconds) noexcept {
    return std::in_range<std::uint32_t>(seconds) ? static_cast<std::uint32_t>(seconds) : 0;
}

/// A list whose records are about to be read.
struct OpenList {
    Categories categories;
    Chunks chunks;
};

[[nodiscard]] Result<OpenList> open_list(const XtreamList& list) {
    auto categories = read_categories(list.categories);
    if (!categories) {
        return fail(std::move(categories).error());
    }
    auto chunks = file_chunks(list.records, kMaxAnswerBytes);
    if (!chunks) {
        return fail(std::move(chunks).error());
    }
    return OpenList{std::move(*categories), std::move(*chunks)};
}

[[nodiscard]] std::string_view name_of(const Categories& categories, std::string_view id) {
    const auto found = categories.find(std::string(id));
    return found == categories.end() ? std::string_view() : std::string_view(found->second);
}

[[nodiscard]] bool wants_category(const CatalogFilters& filters, std::string_view name) {
    return filters.vod_categories.empty() ||
           std::ranges::any_of(filters.vod_categories,
               [&](const std::string& beginning) { return ascii::istarts_with(name, beginning); });
}

/// A channel of a panel until its place among the others is known.
struct PanelChannel {
    std::string id, name, number, icon, tvg_id;
    std::string_view group;
    std::size_t position = 0; ///< in the list of the panel
    std::int32_t archive_days = 0;
    bool archive = false;
    bool adult = false;
    bool radio = false;
};

/// Panels give paths of their own for some pictures.
[[nodiscard]] std::string absolute(std::string_view picture, const CatalogAccount& account) {
    if (picture.empty() || ascii::istarts_with(picture, "http://") ||
        ascii::istarts_with(picture, "https://")) {
        return std::string(picture);
    }
    std::string url = account.hosts.front().base().text();
    if (!picture.starts_with('/')) {
        url += '/';
    }
    return url.append(picture);
}

[[nodiscard]] std::string record_id(const CatalogAccount& account, std::string_view id) {
    std::string text = account.key;
    return text.append(1, '-').append(id);
}

} // namespace

Result<std::vector<SeriesReference>> list_series(
    const XtreamList& list, const CatalogFilters& filters) {
    auto open = open_list(list);
    if (!open) {
        return fail(std::move(open).error());
    }
    const auto& [categories, chunks] = *open;
    std::vector<SeriesReference> series;
    const auto read = read_xtream_series(chunks, [&](const XtreamSeries& one) {
        if (wants_category(filters, name_of(categories, one.category_id))) {
            series.push_back({std::string(one.id), one.last_modified});
        }
    });
    if (!read) {
        return fail(read.error());
    }
    return series;
}

struct CatalogAssembler::Impl {
    explicit Impl(CatalogFilters kept) : filters(std::move(kept)) {}

    void add(const catalog::LiveChannel& channel) {
        if (!filters.live_epg_only || !channel.tvg_id.empty()) {
            merger.add(channel);
        }
    }

    void add(const PanelChannel& from, const CatalogAccount& account) {
        std::vector<std::string> urls;
        std::vector<StreamSource> sources;
        urls.reserve(account.hosts.size());
        for (const XtreamUrls& host : account.hosts) {
            urls.push_back(host.live(from.id, account.live_extension));
            sources.push_back({urls.back(), {}});
        }
        const std::string days = std::to_string(from.archive_days);
        std::vector<NamedText> attributes;
        if (from.archive) {
            attributes.push_back({"catchup", "xc"});
            if (from.archive_days > 0) {
                attributes.push_back({"catchup-days", days});
            }
        }
        if (from.adult) {
            attributes.push_back({"adult", "1"});
        }
        const std::string id = record_id(account, from.id);
        const std::string logo = absolute(from.icon, account);
        catalog::LiveChannel channel;
        channel.channel_id = id;
        channel.guide_number = from.number;
        channel.guide_name = from.name;
        channel.tvg_id = from.tvg_id;
        channel.logo = logo;
        channel.group_title = from.group;
        channel.source_tag = account.tag;
        channel.radio = from.radio;
        channel.sources = sources;
        channel.attributes = attributes;
        add(channel);
    }

    CatalogFilters filters;
    catalog::CatalogBuilder builder;
    ChannelMerger merger{builder};
};

CatalogAssembler::CatalogAssembler(CatalogFilters filters)
    : impl_(std::make_unique<Impl>(std::move(filters))) {}

CatalogAssembler::~CatalogAssembler() = default;

std::size_t CatalogAssembler::merged_channels() const noexcept {
    return impl_->merger.merged();
}

Result<CatalogAssembler::PlaylistReport> CatalogAssembler::add_playlist(
    const std::filesystem::path& file, const CatalogAccount& account) {
    auto playlist = read_m3u_catalog(file, account.tag, {}, account.files);
    if (!playlist) {
        return fail(std::move(playlist).error());
    }
    impl_->merger.begin_account();
    for (const catalog::LiveChannel& channel : playlist->catalog.live_channels()) {
        impl_->add(channel);
    }
    return PlaylistReport{.channels = playlist->catalog.live_channels().size(),
        .vod_entries = playlist->vod_entries,
        .guide_urls = std::move(playlist->guide_urls),
        .skipped = std::move(playlist->skipped)};
}

Result<XtreamCounts> CatalogAssembler::add_lineup(
    const std::filesystem::path& file, const CatalogAccount& account) {
    auto chunks = file_chunks(file, kMaxAnswerBytes);
    if (!chunks) {
        return fail(std::move(chunks).error());
    }
    impl_->merger.begin_account();
    return read_hdhr_lineup(*chunks, [&](const HdhrChannel& from) {
        const std::string id = record_id(account, from.number);
        const StreamSource source{from.url, {}};
        catalog::LiveChannel channel;
        channel.channel_id = id;
        channel.guide_number = from.number;
        channel.guide_name = from.name;
        channel.tvg_id = from.tvg_id;
        channel.logo = from.logo;
        channel.source_tag = account.tag;
        channel.sources = {&source, 1};
        impl_->add(channel);
    });
}

Result<XtreamCounts> CatalogAssembler::add_live(
    const XtreamList& list, const CatalogAccount& account) {
    auto open = open_list(list);
    if (!open) {
        return fail(std::move(open).error());
    }
    const auto& [categories, chunks] = *open;
    std::vector<PanelChannel> channels;
    std::size_t categorised = 0;
    auto read = read_xtream_live_streams(chunks, [&](const XtreamLiveStream& stream) {
        categorised += stream.category_id.empty() ? 0 : 1;
        channels.push_back({.id = std::string(stream.id),
            .name = std::string(stream.name),
            .number = std::string(stream.number),
            .icon = std::string(stream.icon),
            .tvg_id = std::string(stream.epg_channel_id),
            .group = name_of(categories, stream.category_id),
            .position = channels.size(),
            .archive_days = stream.archive_days,
            .archive = stream.archive,
            .adult = stream.adult,
            .radio = stream.radio});
    });
    if (!read) {
        return read;
    }
    if (list.had_categories && categories.empty() && categorised > 0) {
        return fail(
            ErrorCode::parse, "the panel lists no live categories, but its channels have some");
    }
    std::ranges::sort(channels, {},
        [](const PanelChannel& channel) { return std::pair(channel.group, channel.position); });
    impl_->merger.begin_account();
    for (const PanelChannel& channel : channels) {
        impl_->add(channel, account);
    }
    return read;
}

Result<XtreamCounts> CatalogAssembler::add_movies(
    const XtreamList& list, const CatalogAccount& account) {
    auto open = open_list(list);
    if (!open) {
        return fail(std::move(open).error());
    }
    const auto& [categories, chunks] = *open;
    const XtreamUrls& host = account.hosts.front();
    return read_xtream_movies(chunks, [&](const XtreamMovie& from) {
        const std::string_view category = name_of(categories, from.category_id);
        if (!wants_category(impl_->filters, category)) {
            return;
        }
        const std::string id = record_id(account, from.id);
        const std::string url = host.movie(from.id, from.extension);
        const std::string picture = absolute(from.icon, account);
        catalog::Movie movie;
        movie.id = id;
        movie.title = from.name;
        movie.year = from.year;
        movie.added = catalog_time(from.added);
        movie.stream_url = url;
        movie.artwork_url = picture;
        movie.provider_category_id = from.category_id;
        movie.provider_category_name = category;
        catalog::apply_taxonomy(movie);
        impl_->builder.add(movie);
    });
}

Result<XtreamCounts> CatalogAssembler::add_series(
    const XtreamList& list, const CatalogAccount& account, const SeriesDetailsLookup& details) {
    auto open = open_list(list);
    if (!open) {
        return fail(std::move(open).error());
    }
    const auto& [categories, chunks] = *open;
    const XtreamUrls& host = account.hosts.front();
    std::vector<std::string> urls;
    std::vector<std::string> ids;
    std::vector<catalog::Episode> episodes;
    std::vector<catalog::Season> seasons;
    return read_xtream_series(chunks, [&](const XtreamSeries& from) {
        const std::string_view category = name_of(categories, from.category_id);
        if (!wants_category(impl_->filters, category)) {
            return;
        }
        urls.clear();
        ids.clear();
        episodes.clear();
        seasons.clear();
        for_each_episode(details(from.id), [&](const XtreamEpisode& one) {
            urls.push_back(host.episode(one.id, one.extension));
            ids.push_back(record_id(account, one.id));
            catalog::Episode& episode = episodes.emplace_back();
            episode.season_number = one.season;
            episode.episode_number = one.number;
            episode.title = one.title;
            episode.airdate = one.airdate;
            episode.added = catalog_time(one.added);
        });
        for (std::size_t i = 0; i < episodes.size(); ++i) {
            episodes[i].id = ids[i];
            episodes[i].stream_url = urls[i];
        }
        const std::span<const catalog::Episode> all(episodes);
        for (std::size_t begin = 0; begin < all.size();) {
            std::size_t end = begin;
            while (end < all.size() && all[end].season_number == all[begin].season_number) {
                ++end;
            }
            seasons.push_back({all[begin].season_number, all.subspan(begin, end - begin)});
            begin = end;
        }
        const std::string id = record_id(account, from.id);
        const std::string picture = absolute(from.cover, account);
        catalog::Series series;
        series.id = id;
        series.title = from.name;
        series.year = from.year;
        series.artwork_url = picture;
        series.provider_category_id = from.category_id;
        series.provider_category_name = category;
        series.seasons = seasons;
        catalog::apply_taxonomy(series);
        impl_->builder.add(series);
    });
}

catalog::Catalog CatalogAssembler::build() {
    impl_->builder.sort_vod();
    auto catalog = impl_->builder.build();
    impl_ = std::make_unique<Impl>(impl_->filters);
    return catalog;
}

} // namespace plex_tuner::provider
