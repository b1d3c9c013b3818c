// SPDX-License-Identifier: GPL-3.0-or-later
#include "m3u_text.hpp"
#include "xtream_list.hpp"

#include <plex_tuner/base/ascii.hpp>

namespace plex_tuner::provider {
namespace {

/// What all records of lists have. Slots of a shape's own come behind.
enum CommonSlot : std::uint8_t { kId, kName, kCategory, kCategories, kImage, kFirstOwnSlot };

template <class Record>
[[nodiscard]] bool make_named(auto& values, Record& record) {
    if (!tidy_id(values[kId])) {
        return false;
    }
    tidy(values[kName]);
    record.id = values[kId];
    record.name = values[kName].empty() ? record.id : std::string_view(values[kName]);
    return true;
}

[[nodiscard]] std::string_view category_of(auto& values) {
    return tidy_id(values[kCategory])     ? std::string_view(values[kCategory])
           : tidy_id(values[kCategories]) ? std::string_view(values[kCategories])
                                          : std::string_view();
}

[[nodiscard]] std::string_view tidied(std::string& text) {
    tidy(text);
    return text;
}

[[nodiscard]] std::int32_t year_of(
    std::string_view year, std::string_view date, std::string_view name) {
    if (const std::int32_t found = year_of_date(year); found != 0) {
        return found;
    }
    const std::int32_t found = year_of_date(date);
    return found != 0 ? found : year_in_name(name);
}

struct Categories {
    using Record = XtreamCategory;
    static constexpr std::string_view kWhat = "the list of categories";
    static constexpr std::size_t kSlots = kFirstOwnSlot;
    static constexpr FieldTable kFields{
        std::to_array<Field>({{"category_id", kId}, {"category_name", kName}, {"name", kName}})};

    static bool make(auto& values, Record& record) { return make_named(values, record); }
};

struct LiveStreams {
    enum Slot : std::uint8_t {
        kNumber = kFirstOwnSlot,
        kEpgId,
        kArchive,
        kArchiveDays,
        kAdult,
        kType,
        kAdded,
        kEnd
    };

    using Record = XtreamLiveStream;
    static constexpr std::string_view kWhat = "the list of live streams";
    static constexpr std::size_t kSlots = kEnd;
    static constexpr FieldTable kFields{std::to_array<Field>({{"stream_id", kId}, {"name", kName},
        {"category_id", kCategory, FieldKind::list}, {"category_ids", kCategories, FieldKind::list},
        {"stream_icon", kImage}, {"num", kNumber}, {"epg_channel_id", kEpgId},
        {"tv_archive", kArchive, FieldKind::flag}, {"tv_archive_duration", kArchiveDays},
        {"is_adult", kAdult, FieldKind::flag}, {"stream_type", kType}, {"added", kAdded}})};

    static bool make(auto& values, Record& record) {
        constexpr std::int64_t kMaxDays = 3650;
        if (!make_named(values, record)) {
            return false;
        }
        record.category_id = category_of(values);
        record.icon = tidied(values[kImage]);
        record.epg_channel_id = tidied(values[kEpgId]);
        values[kNumber] = channel_number(tidied(values[kNumber]));
        record.number = values[kNumber];
        record.archive =
            count_of(values[kArchive], INT32_MAX).value_or(0) != 0 || is_yes(values[kArchive]);
        record.archive_days =
            static_cast<std::int32_t>(count_of(values[kArchiveDays], kMaxDays).value_or(0));
        record.adult = is_yes(values[kAdult]);
        record.radio = ascii::icontains(values[kType], "radio");
        record.added = epoch_of(values[kAdded]);
        return true;
    }
};

struct Movies {
    enum Slot : std::uint8_t { kExtension = kFirstOwnSlot, kYear, kDate, kAdult, kAdded, kEnd };

    using Record = XtreamMovie;
    static constexpr std::string_view kWhat = "the list of films";
    static constexpr std::size_t kSlots = kEnd;
    static constexpr FieldTable kFields{std::to_array<Field>({{"stream_id", kId}, {"name", kName},
        {"category_id", kCategory, FieldKind::list}, {"category_ids", kCategories, FieldKind::list},
        {"stream_icon", kImage}, {"container_extension", kExtension}, {"year", kYear},
        {"releaseDate", kDate}, {"releasedate", kDate}, {"release_date", kDate},
        {"is_adult", kAdult, FieldKind::flag}, {"added", kAdded}})};

    static bool make(auto& values, Record& record) {
        if (!make_named(values, record)) {
            return false;
        }
        record.category_id = category_of(values);
        record.icon = tidied(values[kImage]);
        tidy_extension(values[kExtension]);
        record.extension = values[kExtension];
        record.year = year_of(values[kYear], values[kDate], record.name);
        record.adult = is_yes(values[kAdult]);
        record.added = epoch_of(values[kAdded]);
        return true;
    }
};

struct SeriesList {
    enum Slot : std::uint8_t { kYear = kFirstOwnSlot, kDate, kModified, kEnd };

    using Record = XtreamSeries;
    static constexpr std::string_view kWhat = "the list of series";
    static constexpr std::size_t kSlots = kEnd;
    static constexpr FieldTable kFields{std::to_array<Field>({{"series_id", kId}, {"name", kName},
        {"category_id", kCategory, FieldKind::list}, {"category_ids", kCategories, FieldKind::list},
        {"cover", kImage}, {"year", kYear}, {"releaseDate", kDate}, {"releasedate", kDate},
        {"release_date", kDate}, {"last_modified", kModified}})};

    static bool make(auto& values, Record& record) {
        if (!make_named(values, record)) {
            return false;
        }
        record.category_id = category_of(values);
        record.cover = tidied(values[kImage]);
        record.year = year_of(values[kYear], values[kDate], record.name);
        record.last_modified = epoch_of(values[kModified]);
        return true;
    }
};

} // namespace

Result<XtreamCounts> read_xtream_categories(
    const Chunks& chunks, const std::function<void(const XtreamCategory&)>& category) {
    return read_list<Categories>(chunks, category);
}

Result<XtreamCounts> read_xtream_live_streams(
    const Chunks& chunks, const std::function<void(const XtreamLiveStream&)>& stream) {
    return read_list<LiveStreams>(chunks, stream);
}

Result<XtreamCounts> read_xtream_movies(
    const Chunks& chunks, const std::function<void(const XtreamMovie&)>& movie) {
    return read_list<Movies>(chunks, movie);
}

Result<XtreamCounts> read_xtream_series(
    const Chunks& chunks, const std::function<void(const XtreamSeries&)>& series) {
    return read_list<SeriesList>(chunks, series);
}

} // namespace plex_tuner::provider
