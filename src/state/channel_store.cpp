// SPDX-License-Identifier: GPL-3.0-or-later
#include "database_file.hpp"

#include <plex_tuner/state/channel_store.hpp>

#include <array>
#include <limits>
#include <utility>

namespace plex_tuner::state {

namespace {

// Times are seconds since 1970, UTC; unknown texts are empty, unknown numbers 0.
constexpr std::array<const char*, 1> kMigrations = {
    "CREATE TABLE channel ("
    "  id TEXT PRIMARY KEY, mark INTEGER NOT NULL, last_seen INTEGER NOT NULL,"
    "  video_codec TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,"
    "  rate_numerator INTEGER NOT NULL, rate_denominator INTEGER NOT NULL, scan TEXT NOT NULL,"
    "  audio_codec TEXT NOT NULL, audio_channels INTEGER NOT NULL, sample_rate INTEGER NOT NULL,"
    "  language TEXT NOT NULL) WITHOUT ROWID;"};

/// What another program may have written; out of range is unknown.
template <class T>
[[nodiscard]] T number(const Query& row, int column) {
    const std::int64_t value = row.integer(column);
    return value >= 0 && value <= std::int64_t{std::numeric_limits<T>::max()}
               ? static_cast<T>(value)
               : T{0};
}

[[nodiscard]] ChannelMark mark_of(std::int64_t value) {
    switch (value) {
    case 1:
        return ChannelMark::favorite;
    case 2:
        return ChannelMark::hidden;
    default:
        return ChannelMark::none;
    }
}

[[nodiscard]] ChannelRecord record_of(const Query& row) {
    ChannelRecord record;
    record.id = row.text(0);
    record.mark = mark_of(row.integer(1));
    record.last_seen = WallTime(std::chrono::seconds(row.integer(2)));
    if (const std::string_view codec = row.text(3); !codec.empty()) {
        ts::VideoFormat& video = record.format.video.emplace();
        video.codec = ts::codec_named(codec);
        video.width = number<std::uint32_t>(row, 4);
        video.height = number<std::uint32_t>(row, 5);
        video.rate = {.numerator = number<std::uint32_t>(row, 6),
            .denominator = number<std::uint32_t>(row, 7)};
        video.scan = ts::scan_type_named(row.text(8));
    }
    if (const std::string_view codec = row.text(9); !codec.empty()) {
        record.format.audio.push_back({.codec = ts::codec_named(codec),
            .channels = number<std::uint8_t>(row, 10),
            .sample_rate = number<std::uint32_t>(row, 11),
            .language = std::string(row.text(12))});
    }
    return record;
}

[[nodiscard]] Result<std::vector<ChannelRecord>> load_all(Database& database) {
    std::vector<ChannelRecord> out;
    auto read = database.for_each_row(
        "SELECT id, mark, last_seen, video_codec, width, height, rate_numerator, rate_denominator,"
        " scan, audio_codec, audio_channels, sample_rate, language FROM channel ORDER BY id",
        [&](const Query& row) { out.push_back(record_of(row)); });
    if (!read) {
        return fail(std::move(read).error());
    }
    return out;
}

[[nodiscard]] std::int64_t to_column(WallTime time) {
    return time.time_since_epoch().count();
}

Result<void> write(Database& database, const ChannelRecord& record) {
    const ts::VideoFormat video = record.format.video.value_or(ts::VideoFormat{});
    const ts::AudioFormat audio =
        record.format.audio.empty() ? ts::AudioFormat{} : record.format.audio.front();
    const std::string_view video_codec =
        record.format.video ? to_string(video.codec) : std::string_view();
    const std::string_view audio_codec =
        record.format.audio.empty() ? std::string_view() : to_string(audio.codec);
    return database.run(
        "INSERT OR REPLACE INTO channel VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", record.id,
        static_cast<std::int64_t>(record.mark), to_column(record.last_seen), video_codec,
        video.width, video.height, video.rate.numerator, video.rate.denominator,
        to_string(video.scan), audio_codec, audio.channels, audio.sample_rate, audio.language);
}

} // namespace

ChannelStore::ChannelStore(DatabaseFile file)
    : file_(std::make_unique<DatabaseFile>(std::move(file))) {}

ChannelStore::ChannelStore(ChannelStore&& other) noexcept = default;
ChannelStore& ChannelStore::operator=(ChannelStore&& other) noexcept = default;
ChannelStore::~ChannelStore() = default;

Result<ChannelStore> ChannelStore::open(const std::filesystem::path& file) {
    auto opened = DatabaseFile::open({.file = file,
        .migrations = kMigrations,
        .durability = Durability::power,
        .check_whole = true});
    if (!opened) {
        return fail(std::move(opened).error());
    }
    return ChannelStore(std::move(*opened));
}

Result<std::vector<ChannelRecord>> ChannelStore::load() {
    return file_->read(load_all);
}

Result<void> ChannelStore::put(std::span<const ChannelRecord> records) {
    return file_->write([&](Database& database) -> Result<void> {
        for (const ChannelRecord& record : records) {
            if (auto written = write(database, record); !written) {
                return written;
            }
        }
        return {};
    });
}

Result<void> ChannelStore::mark_seen(
    std::span<const std::string> ids, WallTime time, WallTime cutoff) {
    return file_->write([&](Database& database) -> Result<void> {
        for (const std::string& id : ids) {
            if (auto updated = database.run(
                    "UPDATE channel SET last_seen = ? WHERE id = ?", to_column(time), id);
                !updated) {
                return updated;
            }
        }
        return database.run("DELETE FROM channel WHERE last_seen < ?", to_column(cutoff));
    });
}

std::vector<std::string> ChannelStore::take_warnings() {
    return file_->take_warnings();
}

} // namespace plex_tuner::state
