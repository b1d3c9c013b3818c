// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/catalog/catalog_file.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace plex_tuner::catalog {
namespace {

constexpr unsigned kMode = 0600;
constexpr std::size_t kFlushBytes = std::size_t{64} << 10;

/// JSON with two-space indent. Commas and line ends are put before an item, so that no caller needs
/// to know which one is the last.
class JsonText {
public:
    /// What is inside goes on lines of its own.
    void open(char bracket) {
        text_.push_back(bracket);
        ++depth_;
        empty_ = true;
    }

    /// What is inside stays on this line.
    void open_inline(char bracket) {
        open(bracket);
        inline_ = true;
    }

    void close(char bracket) {
        --depth_;
        if (!empty_ && !inline_) {
            line();
        }
        text_.push_back(bracket);
        empty_ = false;
        inline_ = false;
    }

    void item() {
        if (!empty_) {
            text_.push_back(',');
        }
        if (!inline_) {
            line();
        } else if (!empty_) {
            text_.push_back(' ');
        }
        empty_ = false;
    }

    void key(std::string_view name) {
        item();
        append_json_string(text_, name);
        text_ += ": ";
    }

    /// `name` is one of ours, which needs no escape.
    void own_key(std::string_view name) {
        item();
        text_.append("\"").append(name).append("\": ");
    }

    void text(std::string_view value) { append_json_string(text_, value); }

    void text(const StreamAddress& address) {
        url_.clear();
        address.append_to(url_);
        text(std::string_view(url_));
    }

    void raw(std::string_view value) { text_ += value; }

    template <class Value>
    void member(std::string_view name, const Value& value) {
        own_key(name);
        text(value);
    }

    void member_unless_empty(std::string_view name, std::string_view value) {
        if (!value.empty()) {
            member(name, value);
        }
    }

    void time_member_unless_unknown(std::string_view name, std::uint32_t seconds) {
        if (seconds != 0) {
            number_member(name, seconds);
        }
    }

    void number_member(std::string_view name, std::int64_t value) {
        own_key(name);
        std::array<char, 24> digits{};
        const auto [end, error] =
            std::to_chars(digits.data(), digits.data() + digits.size(), value);
        text_.append(digits.data(), end);
    }

    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }

    /// What was added since the last call; the buffer is kept.
    [[nodiscard]] Result<void> flush_to(AtomicFile& file) {
        Result<void> written = file.write(text_);
        text_.clear();
        return written;
    }

private:
    void line() {
        text_.push_back('\n');
        text_.append(2 * depth_, ' ');
    }

    std::string text_;
    std::string url_;
    std::size_t depth_ = 0;
    bool empty_ = true;
    bool inline_ = false; ///< nothing nests in there
};

void append_named(JsonText& out, std::span<const NamedText> items) {
    out.open('{');
    for (const NamedText& item : items) {
        out.key(item.name);
        out.text(item.value);
    }
    out.close('}');
}

void append_record(JsonText& out, const LiveChannel& channel) {
    out.member("channel_id", channel.channel_id);
    out.member("guide_number", channel.guide_number);
    out.member("guide_name", channel.guide_name);
    out.member("stream_url", channel.sources.front().url);
    out.own_key("stream_urls");
    out.open('[');
    for (const StreamSource& source : channel.sources) {
        out.item();
        out.text(source.url);
    }
    out.close(']');
    out.own_key("epg_linked");
    out.raw(channel.tvg_id.empty() ? "false" : "true");
    out.member_unless_empty("tvg_id", channel.tvg_id);
    out.member_unless_empty("group_title", channel.group_title);
    out.member_unless_empty("source_tag", channel.source_tag);
    out.member_unless_empty("tvg_name", channel.tvg_name);
    out.member_unless_empty("tvg_shift", channel.tvg_shift);
    out.member_unless_empty("logo", channel.logo);
    if (channel.radio) {
        out.own_key("radio");
        out.raw("true");
    }
    if (std::ranges::any_of(
            channel.sources, [](const StreamSource& source) { return !source.headers.empty(); })) {
        out.own_key("source_headers");
        out.open('[');
        for (const StreamSource& source : channel.sources) {
            out.item();
            append_named(out, source.headers);
        }
        out.close(']');
    }
    if (!channel.attributes.empty()) {
        out.own_key("attributes");
        append_named(out, channel.attributes);
    }
}

template <class Record>
void append_common(JsonText& out, const Record& record) {
    out.member_unless_empty("artwork_url", record.artwork_url);
    out.member_unless_empty("category", record.category);
    out.member_unless_empty("region", record.region);
    out.member_unless_empty("language", record.language);
    out.member_unless_empty("source_tag", record.source_tag);
    out.member_unless_empty("provider_category_id", record.provider_category_id);
    out.member_unless_empty("provider_category_name", record.provider_category_name);
}

void append_record(JsonText& out, const Movie& movie) {
    out.member("id", movie.id);
    out.member("title", movie.title);
    out.number_member("year", movie.year);
    out.member("stream_url", movie.stream_url);
    out.time_member_unless_unknown("added", movie.added);
    append_common(out, movie);
}

/// On one line: two thirds of a large file are episodes.
void append_episode(JsonText& out, const Episode& episode) {
    out.open_inline('{');
    out.member("id", episode.id);
    out.number_member("season_num", episode.season_number);
    out.number_member("episode_num", episode.episode_number);
    out.member("title", episode.title);
    out.member_unless_empty("airdate", episode.airdate);
    out.member("stream_url", episode.stream_url);
    out.time_member_unless_unknown("added", episode.added);
    out.close('}');
}

void append_record(JsonText& out, const Series& series) {
    out.member("id", series.id);
    out.member("title", series.title);
    out.number_member("year", series.year);
    out.own_key("seasons");
    out.open('[');
    for (const Season& season : series.seasons) {
        out.item();
        out.open('{');
        out.number_member("number", season.number);
        out.own_key("episodes");
        out.open('[');
        for (const Episode& episode : season.episodes) {
            out.item();
            append_episode(out, episode);
        }
        out.close(']');
        out.close('}');
    }
    out.close(']');
    append_common(out, series);
}

template <class Record>
Result<void> append_list(
    JsonText& out, AtomicFile& file, std::string_view name, std::span<const Record> records) {
    out.own_key(name);
    out.open('[');
    for (const Record& record : records) {
        out.item();
        out.open('{');
        append_record(out, record);
        out.close('}');
        if (out.size() >= kFlushBytes) {
            if (Result<void> written = out.flush_to(file); !written) {
                return written;
            }
        }
    }
    out.close(']');
    return {};
}

Result<void> write_to(AtomicFile& file, const Catalog& catalog) {
    JsonText out;
    out.open('{');
    Result<void> written = append_list(out, file, "movies", catalog.movies());
    if (written) {
        written = append_list(out, file, "series", catalog.series());
    }
    if (written && !catalog.live_channels().empty()) {
        written = append_list(out, file, "live_channels", catalog.live_channels());
    }
    out.close('}');
    return written ? out.flush_to(file) : written;
}

} // namespace

Result<void> write_catalog_file(const Catalog& catalog, const std::filesystem::path& path) {
    Result<AtomicFile> file = AtomicFile::create(path, kMode);
    if (!file) {
        return fail(std::move(file).error());
    }
    if (Result<void> written = write_to(*file, catalog); !written) {
        return written;
    }
    return file->commit();
}

} // namespace plex_tuner::catalog
