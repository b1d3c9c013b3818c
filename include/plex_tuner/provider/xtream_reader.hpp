// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/provider/chunks.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace plex_tuner::provider {

// Readers of what an Xtream panel's player_api.php answers (protocols 6). They keep one record in
// memory, whatever the size of the list, and are liberal: numbers may be texts and the other way
// round, a list may be an object of its records, an empty one [], {}, null or false. A record that
// cannot be used (no id, one of more than 128 bytes, no object) is left out and counted.
//
// A record is handed over as it ends; its texts are valid during that call. They are valid UTF-8
// without control characters, trimmed, and empty where the panel says nothing. Records may have
// come before an error: then the caller drops them.
//
// Errors, all of them naming the list:
//  - invalid_argument: the panel says that user name or password is wrong ("auth": 0);
//  - empty_body, blocked (an HTML page), parse (no JSON, a cut answer, something behind it, JSON
//    that is no such list; with the byte offset where there is one), too_large (a text of more than
//    1 MiB), and the error of the chunks.

/// How many records came, and how many were left out.
struct XtreamCounts {
    std::size_t read = 0;
    std::size_t skipped = 0;
    friend bool operator==(const XtreamCounts&, const XtreamCounts&) = default;
};

struct XtreamCategory {
    std::string_view id;
    std::string_view name; ///< never empty: the id for want of a name
};

struct XtreamLiveStream {
    std::string_view id;     ///< stream_id
    std::string_view name;   ///< never empty: the id for want of a name
    std::string_view number; ///< as the panel counts ("7", "5.1"), above zero; empty without
    std::string_view icon;
    std::string_view epg_channel_id;
    std::string_view category_id;  ///< the first, where there are several
    std::int32_t archive_days = 0; ///< how far back it can be watched; 0 also where it says nothing
    bool archive = false;
    bool adult = false;
    bool radio = false;
    std::int64_t added = 0; ///< seconds since 1970; 0 unknown
};

struct XtreamMovie {
    std::string_view id;   ///< stream_id
    std::string_view name; ///< never empty: the id for want of a name
    std::string_view icon;
    std::string_view category_id; ///< the first, where there are several
    std::string_view extension;   ///< of the file, lower case, without the dot; may be empty
    /// Of the year, the release date, or "(2019)" in the name; never of `added`. 0 unknown.
    std::int32_t year = 0;
    bool adult = false;
    std::int64_t added = 0; ///< seconds since 1970; 0 unknown
};

struct XtreamSeries {
    std::string_view id;   ///< series_id
    std::string_view name; ///< never empty: the id for want of a name
    std::string_view cover;
    std::string_view category_id;   ///< the first, where there are several
    std::int32_t year = 0;          ///< as XtreamMovie::year
    std::int64_t last_modified = 0; ///< seconds since 1970; 0 unknown
};

struct XtreamEpisode {
    std::string_view id;
    /// As the episode says, else the key its season stands under, else "S01E02" in the title, else
    /// its place in a list of lists, else 1. From 0 (specials).
    std::int32_t season = 0;
    std::int32_t number = 0;    ///< as the episode says, else "S01E02" in the title; 0 unknown
    std::string_view title;     ///< may be empty
    std::string_view airdate;   ///< as written
    std::string_view extension; ///< of the file, lower case, without the dot; may be empty
    std::int64_t added = 0;     ///< seconds since 1970; 0 unknown
};

/// get_live_categories, get_vod_categories, get_series_categories.
[[nodiscard]] Result<XtreamCounts> read_xtream_categories(
    const Chunks& chunks, const std::function<void(const XtreamCategory&)>& category);

/// get_live_streams.
[[nodiscard]] Result<XtreamCounts> read_xtream_live_streams(
    const Chunks& chunks, const std::function<void(const XtreamLiveStream&)>& stream);

/// get_vod_streams.
[[nodiscard]] Result<XtreamCounts> read_xtream_movies(
    const Chunks& chunks, const std::function<void(const XtreamMovie&)>& movie);

/// get_series.
[[nodiscard]] Result<XtreamCounts> read_xtream_series(
    const Chunks& chunks, const std::function<void(const XtreamSeries&)>& series);

struct XtreamSeriesInfo {
    XtreamCounts episodes;
    /// False when the panel says nothing of the series, neither its name nor an episode: it does
    /// not know it, or does not want to tell now. What was known before is better than that.
    bool known = false;
};

/// get_series_info: the episodes in the order of the answer, from any of the shapes a list, a map
/// of episodes, a list of lists, a map of seasons to lists or to maps.
[[nodiscard]] Result<XtreamSeriesInfo> read_xtream_series_info(
    const Chunks& chunks, const std::function<void(const XtreamEpisode&)>& episode);

} // namespace plex_tuner::provider
