// SPDX-License-Identifier: GPL-3.0-or-later
#include "record_collector.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/catalog/catalog_file.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace plex_tuner::catalog {
namespace {

/// Years and numbers come as 2019, 2019.0, "2019" and "": what is no number is 0.
std::int32_t number_in(std::string_view text) {
    std::int32_t value = 0;
    text = ascii::trim(text);
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} ? value : 0;
}

/// Seconds since 1970 in the same forms; what is no such time is 0.
std::uint32_t time_in(std::string_view text) {
    std::uint32_t value = 0;
    text = ascii::trim(text);
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} ? value : 0;
}

} // namespace

bool RecordCollector::refuse(ErrorCode code, std::string message) {
    problem_.emplace(code, std::move(message));
    return false;
}

bool RecordCollector::within_limit(std::size_t items) {
    return items < kMaxListItems ||
           refuse(ErrorCode::too_large, "one record has more than 65536 list items");
}

bool RecordCollector::key(std::string_view name) {
    switch (stack_.back()) {
    case Context::header_map:
    case Context::attributes:
        return take(name_, name);
    case Context::ignored:
        break;
    default:
        field_ = field_named(name);
    }
    return true;
}

std::optional<RecordCollector::Context> RecordCollector::list_of_root(bool object) {
    const auto list = [this, object](Context context) -> std::optional<Context> {
        saw_list_ = true;
        if (object) {
            (void)refuse(ErrorCode::parse, "\"" + std::string(name_of(field_)) + "\" is no array");
            return std::nullopt;
        }
        return context;
    };
    switch (field_) {
    case Field::movies:
        return list(Context::movies);
    case Field::series:
        return list(Context::series);
    case Field::live_channels:
        return list(Context::live_channels);
    default:
        return Context::ignored;
    }
}

std::optional<RecordCollector::Context> RecordCollector::child_context(bool object) {
    const auto record = [this, object](Context context) -> std::optional<Context> {
        if (!object) {
            (void)refuse(ErrorCode::parse, "an array stands where a record should be");
            return std::nullopt;
        }
        return context;
    };
    const auto either = [](bool condition, Context context) {
        return condition ? context : Context::ignored;
    };
    switch (stack_.back()) {
    case Context::root:
        return list_of_root(object);
    case Context::movies:
        return record(Context::movie);
    case Context::series:
        return record(Context::one_series);
    case Context::seasons:
        return record(Context::season);
    case Context::episodes:
        return record(Context::episode);
    case Context::live_channels:
        return record(Context::live_channel);
    case Context::one_series:
        return either(field_ == Field::seasons && !object, Context::seasons);
    case Context::season:
        return either(field_ == Field::episodes && !object, Context::episodes);
    case Context::live_channel:
        if (field_ == Field::attributes) {
            return either(object, Context::attributes);
        }
        if (field_ == Field::source_headers) {
            return either(!object, Context::source_headers);
        }
        return either(field_ == Field::stream_urls && !object, Context::stream_urls);
    case Context::source_headers:
        return either(object, Context::header_map);
    default:
        return Context::ignored;
    }
}

bool RecordCollector::start_container(bool object) {
    if (stack_.size() >= kMaxCatalogDepth) {
        return refuse(ErrorCode::parse, "it is nested too deeply");
    }
    if (stack_.empty()) {
        if (!object) {
            return refuse(ErrorCode::parse, "it is no JSON object");
        }
        stack_.push_back(Context::root);
        return true;
    }
    const std::optional<Context> context = child_context(object);
    return context && begin(*context);
}

bool RecordCollector::begin(Context context) {
    const Context parent = stack_.back();
    stack_.push_back(context);
    switch (context) {
    case Context::movie:
    case Context::one_series:
    case Context::live_channel:
        begin_record();
        return true;
    case Context::season:
        seasons_.push_back({.number = 0, .first_episode = episodes_.size(), .episodes = 0});
        return within_limit(seasons_.size());
    case Context::episode:
        episodes_.emplace_back();
        ++seasons_.back().episodes;
        return within_limit(episodes_.size());
    case Context::header_map:
        headers_.emplace_back();
        return within_limit(headers_.size());
    case Context::ignored:
        if (parent == Context::stream_urls) {
            urls_.emplace_back(); // keeps the headers parallel
        } else if (parent == Context::source_headers) {
            headers_.emplace_back();
        }
        return true;
    default:
        return true;
    }
}

void RecordCollector::begin_record() {
    record_text_.clear();
    text_.fill({});
    urls_.clear();
    headers_.clear();
    attributes_.clear();
    seasons_.clear();
    episodes_.clear();
}

bool RecordCollector::take(Piece& piece, std::string_view text) {
    if (text.size() > kMaxRecordText - record_text_.size()) {
        return refuse(ErrorCode::too_large, "one record has more than 64 MiB of text");
    }
    piece = {
        static_cast<std::uint32_t>(record_text_.size()), static_cast<std::uint32_t>(text.size())};
    record_text_.append(text);
    return true;
}

bool RecordCollector::null() {
    if (stack_.empty()) {
        return refuse(ErrorCode::parse, "it is no JSON object");
    }
    switch (stack_.back()) {
    case Context::root:
        saw_list_ = saw_list_ || field_ == Field::movies || field_ == Field::series ||
                    field_ == Field::live_channels;
        return true;
    case Context::stream_urls:
        urls_.emplace_back();
        return within_limit(urls_.size());
    case Context::source_headers:
        headers_.emplace_back();
        return within_limit(headers_.size());
    default:
        return true;
    }
}

bool RecordCollector::scalar(std::string_view text) {
    if (stack_.empty()) {
        return refuse(ErrorCode::parse, "it is no JSON object");
    }
    switch (stack_.back()) {
    case Context::root:
        if (field_ == Field::movies || field_ == Field::series || field_ == Field::live_channels) {
            return refuse(ErrorCode::parse, "\"" + std::string(name_of(field_)) + "\" is no array");
        }
        return true;
    case Context::movies:
    case Context::series:
    case Context::seasons:
    case Context::episodes:
    case Context::live_channels:
        return refuse(ErrorCode::parse, "a plain value stands where a record should be");
    case Context::live_channel:
        if (field_ == Field::stream_urls) {
            return take(urls_.emplace_back(), text) && within_limit(urls_.size());
        }
        [[fallthrough]];
    case Context::movie:
    case Context::one_series:
        return field_ == Field::unknown || take(text_[static_cast<std::size_t>(field_)], text);
    case Context::season:
        if (field_ == Field::number) {
            seasons_.back().number = number_in(text);
        }
        return true;
    case Context::episode:
        return set_episode_text(text);
    case Context::stream_urls:
        return take(urls_.emplace_back(), text) && within_limit(urls_.size());
    case Context::source_headers:
        headers_.emplace_back();
        return within_limit(headers_.size());
    case Context::header_map:
        headers_.back().push_back({name_, {}});
        return take(headers_.back().back().value, text) && within_limit(headers_.back().size());
    case Context::attributes:
        attributes_.push_back({name_, {}});
        return take(attributes_.back().value, text) && within_limit(attributes_.size());
    case Context::ignored:
        return true;
    }
    return true;
}

bool RecordCollector::set_episode_text(std::string_view text) {
    EpisodePieces& episode = episodes_.back();
    switch (field_) {
    case Field::id:
        return take(episode.id, text);
    case Field::title:
        return take(episode.title, text);
    case Field::added:
        episode.added = time_in(text);
        return true;
    case Field::airdate:
        return take(episode.airdate, text);
    case Field::stream_url:
        return take(episode.stream_url, text);
    case Field::season_num:
        episode.season_number = number_in(text);
        return true;
    case Field::episode_num:
        episode.episode_number = number_in(text);
        return true;
    default:
        return true;
    }
}

bool RecordCollector::end_array() {
    stack_.pop_back();
    return true;
}

bool RecordCollector::end_object() {
    const Context ended = stack_.back();
    stack_.pop_back();
    if (ended == Context::movie) {
        add_movie();
    } else if (ended == Context::one_series) {
        add_series();
    } else if (ended == Context::live_channel) {
        add_live_channel();
    }
    return true;
}

std::vector<NamedText> RecordCollector::views_of(const std::vector<NamedPiece>& items) const {
    std::vector<NamedText> views;
    views.reserve(items.size());
    for (const NamedPiece& item : items) {
        views.push_back({text_of(item.name), text_of(item.value)});
    }
    return views;
}

void RecordCollector::add_live_channel() {
    std::vector<std::vector<NamedText>> header_views;
    header_views.reserve(headers_.size());
    for (const auto& headers : headers_) {
        header_views.push_back(views_of(headers));
    }
    std::vector<StreamSource> sources;
    sources.reserve(urls_.size() + 1);
    for (std::size_t i = 0; i < urls_.size(); ++i) {
        if (urls_[i].size != 0) {
            sources.push_back({text_of(urls_[i]), i < header_views.size()
                                                      ? std::span<const NamedText>(header_views[i])
                                                      : std::span<const NamedText>()});
        }
    }
    // stream_url is the first of stream_urls; where a foreign file differs, it says which is
    // primary.
    if (const Text primary = text_of(Field::stream_url); !primary.empty()) {
        const auto listed = std::ranges::find_if(
            sources, [primary](const StreamSource& source) { return source.url == primary; });
        if (listed == sources.end()) {
            sources.insert(sources.begin(), {primary, {}});
        } else {
            std::rotate(sources.begin(), listed, listed + 1);
        }
    }
    const std::vector<NamedText> attributes = views_of(attributes_);
    LiveChannel channel;
    channel.channel_id = text_of(Field::channel_id);
    channel.guide_number = text_of(Field::guide_number);
    channel.guide_name = text_of(Field::guide_name);
    channel.tvg_id = text_of(Field::tvg_id);
    channel.tvg_name = text_of(Field::tvg_name);
    channel.logo = text_of(Field::logo);
    channel.group_title = text_of(Field::group_title);
    channel.source_tag = text_of(Field::source_tag);
    channel.tvg_shift = text_of(Field::tvg_shift);
    channel.radio = text_of(Field::radio) == "true" || text_of(Field::radio) == "1";
    channel.sources = sources;
    channel.attributes = attributes;
    builder_.add(channel);
}

template <class Record>
void RecordCollector::fill_common(Record& record) const {
    record.id = text_of(Field::id);
    record.title = text_of(Field::title);
    record.year = number_in(text_of(Field::year));
    record.artwork_url = text_of(Field::artwork_url);
    record.category = text_of(Field::category);
    record.region = text_of(Field::region);
    record.language = text_of(Field::language);
    record.source_tag = text_of(Field::source_tag);
    record.provider_category_id = text_of(Field::provider_category_id);
    record.provider_category_name = text_of(Field::provider_category_name);
}

void RecordCollector::add_movie() {
    Movie movie;
    fill_common(movie);
    movie.added = time_in(text_of(Field::added));
    movie.stream_url = text_of(Field::stream_url);
    builder_.add(movie);
}

void RecordCollector::add_series() {
    std::vector<Episode> episodes;
    episodes.reserve(episodes_.size());
    for (const EpisodePieces& episode : episodes_) {
        episodes.push_back({.id = text_of(episode.id),
            .season_number = episode.season_number,
            .episode_number = episode.episode_number,
            .title = text_of(episode.title),
            .airdate = text_of(episode.airdate),
            .stream_url = text_of(episode.stream_url),
            .added = episode.added});
    }
    std::vector<Season> seasons;
    seasons.reserve(seasons_.size());
    for (const SeasonRange& season : seasons_) {
        seasons.push_back({season.number,
            std::span<const Episode>(episodes).subspan(season.first_episode, season.episodes)});
    }
    Series series;
    fill_common(series);
    series.seasons = seasons;
    builder_.add(series);
}

} // namespace plex_tuner::catalog
