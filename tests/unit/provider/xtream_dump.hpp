// SPDX-License-Identifier: GPL-3.0-or-later
// What the Xtream readers make of an answer, as text, one record a line: "id|name|…". The last line
// is the verdict. Values that are empty or zero are left out together with their name.
#pragma once

#include <plex_tuner/provider/xtream_account.hpp>
#include <plex_tuner/provider/xtream_reader.hpp>

#include <concepts>
#include <string>
#include <string_view>

namespace plex_tuner::provider::test {

class Line {
public:
    explicit Line(std::string_view id) : text_(id) {}

    Line& with(std::string_view name, std::string_view value) {
        if (!value.empty()) {
            text_.append(" ").append(name).append("=").append(value);
        }
        return *this;
    }

    template <std::integral Value>
    Line& with(std::string_view name, Value value) {
        return value == 0 ? *this : with(name, std::string_view(std::to_string(value)));
    }

    [[nodiscard]] std::string str() const { return text_ + "\n"; }

private:
    std::string text_;
};

inline std::string verdict(const Result<XtreamCounts>& result) {
    return result ? "read " + std::to_string(result->read) + ", skipped " +
                        std::to_string(result->skipped)
                  : std::string(to_string(result.error().code())) + ": " + result.error().message();
}

inline std::string dump_categories(const Chunks& chunks) {
    std::string out;
    const auto result = read_xtream_categories(chunks, [&](const XtreamCategory& category) {
        out += Line(category.id).with("name", category.name).str();
    });
    return out + verdict(result);
}

inline std::string dump_live(const Chunks& chunks) {
    std::string out;
    const auto result = read_xtream_live_streams(chunks, [&](const XtreamLiveStream& live) {
        out += Line(live.id)
                   .with("name", live.name)
                   .with("number", live.number)
                   .with("icon", live.icon)
                   .with("epg", live.epg_channel_id)
                   .with("category", live.category_id)
                   .with("archive", live.archive)
                   .with("days", live.archive_days)
                   .with("adult", live.adult)
                   .with("radio", live.radio)
                   .with("added", live.added)
                   .str();
    });
    return out + verdict(result);
}

inline std::string dump_movies(const Chunks& chunks) {
    std::string out;
    const auto result = read_xtream_movies(chunks, [&](const XtreamMovie& movie) {
        out += Line(movie.id)
                   .with("name", movie.name)
                   .with("icon", movie.icon)
                   .with("category", movie.category_id)
                   .with("ext", movie.extension)
                   .with("year", movie.year)
                   .with("adult", movie.adult)
                   .with("added", movie.added)
                   .str();
    });
    return out + verdict(result);
}

inline std::string dump_series(const Chunks& chunks) {
    std::string out;
    const auto result = read_xtream_series(chunks, [&](const XtreamSeries& series) {
        out += Line(series.id)
                   .with("name", series.name)
                   .with("cover", series.cover)
                   .with("category", series.category_id)
                   .with("year", series.year)
                   .with("modified", series.last_modified)
                   .str();
    });
    return out + verdict(result);
}

inline std::string dump_series_info(const Chunks& chunks) {
    std::string out;
    const auto result = read_xtream_series_info(chunks, [&](const XtreamEpisode& episode) {
        out += Line(episode.id)
                   .with("at",
                       "S" + std::to_string(episode.season) + "E" + std::to_string(episode.number))
                   .with("title", episode.title)
                   .with("aired", episode.airdate)
                   .with("ext", episode.extension)
                   .str();
    });
    if (!result) {
        return out + verdict(std::unexpected(result.error()));
    }
    return out + verdict(result->episodes) + (result->known ? "" : ", unknown");
}

inline std::string dump_account(const Chunks& chunks) {
    const Result<XtreamAccount> account = read_xtream_account(chunks);
    if (!account) {
        return verdict(std::unexpected(account.error()));
    }
    std::string formats;
    for (const std::string& format : account->output_formats) {
        formats += (formats.empty() ? "" : ",") + format;
    }
    return Line("account")
        .with("status", account->status_text)
        .with("kind", static_cast<int>(account->status))
        .with("message", account->message)
        .with("expires", account->expires_at ? account->expires_at->time_since_epoch().count() : 0)
        .with("max", account->max_connections.value_or(0))
        .with("active", account->active_connections)
        .with("trial", account->trial)
        .with("formats", formats)
        .with("zone", account->time_zone)
        .with("streams", account->stream_base ? account->stream_base->text() : "")
        .str();
}

} // namespace plex_tuner::provider::test
