// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as an answer of an Xtream panel: what comes out keeps the promises of its records, the
// same in every chunking. The first byte picks the reader.
#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/provider/short_guide.hpp>
#include <plex_tuner/provider/xtream_account.hpp>
#include <plex_tuner/provider/xtream_reader.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace plex_tuner::provider;
using plex_tuner::Result;

constexpr std::size_t kLongestId = 128;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

/// What came out, for comparison; each text is checked on its way in.
class Output {
public:
    Output& text(std::string_view value) {
        require(plex_tuner::utf8::is_valid(value));
        require(std::ranges::none_of(
            value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; }));
        text_.append(value).append("|");
        return *this;
    }

    Output& id(std::string_view value) {
        require(!value.empty() && value.size() <= kLongestId);
        return text(value);
    }

    Output& number(std::int64_t value) {
        require(value >= 0);
        text_.append(std::to_string(value)).append("|");
        return *this;
    }

    void counts(const XtreamCounts& counts) { number(static_cast<std::int64_t>(counts.skipped)); }

    template <class T>
    void verdict(const Result<T>& result) {
        if (!result) {
            text_.append(result.error().message());
        } else if constexpr (std::same_as<T, XtreamCounts>) {
            counts(*result);
        }
    }

    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    std::string text_;
};

void read_account(Output& out, const Chunks& chunks) {
    const Result<XtreamAccount> account = read_xtream_account(chunks);
    out.verdict(account);
    if (!account) {
        return;
    }
    out.text(account->status_text).text(account->message).text(account->time_zone);
    out.number(account->active_connections);
    require(!account->max_connections || *account->max_connections > 0);
    for (const std::string& format : account->output_formats) {
        out.text(format);
    }
    if (account->stream_base) {
        require(account->stream_base->is_http());
        out.text(account->stream_base->text());
    }
}

void read_list(Output& out, char kind, const Chunks& chunks) {
    switch (kind) {
    case '1':
        out.verdict(read_xtream_categories(chunks,
            [&](const XtreamCategory& category) { out.id(category.id).text(category.name); }));
        break;
    case '2':
        out.verdict(read_xtream_live_streams(chunks, [&](const XtreamLiveStream& live) {
            require(!live.name.empty());
            out.id(live.id).text(live.name).text(live.number).text(live.icon);
            out.text(live.epg_channel_id).text(live.category_id);
            out.number(live.archive_days).number(live.added);
        }));
        break;
    case '3':
        out.verdict(read_xtream_movies(chunks, [&](const XtreamMovie& movie) {
            require(!movie.name.empty() && movie.extension.size() <= 8);
            out.id(movie.id).text(movie.name).text(movie.icon).text(movie.category_id);
            out.text(movie.extension).number(movie.year).number(movie.added);
        }));
        break;
    default:
        out.verdict(read_xtream_series(chunks, [&](const XtreamSeries& series) {
            require(!series.name.empty());
            out.id(series.id).text(series.name).text(series.cover).text(series.category_id);
            out.number(series.year).number(series.last_modified);
        }));
        break;
    }
}

void read_series_info(Output& out, const Chunks& chunks) {
    std::size_t episodes = 0;
    const auto info = read_xtream_series_info(chunks, [&](const XtreamEpisode& episode) {
        ++episodes;
        out.id(episode.id).number(episode.season).number(episode.number);
        out.text(episode.title).text(episode.airdate).text(episode.extension);
    });
    out.verdict(info);
    if (info) {
        require(info->episodes.read == episodes && (info->known || episodes == 0));
        out.counts(info->episodes);
    }
}

void read_short(Output& out, const Chunks& chunks) {
    const auto listings = read_short_guide(chunks);
    out.verdict(listings);
    if (!listings) {
        return;
    }
    require(listings->size() <= kMaxListings);
    for (const XtreamListing& listing : *listings) {
        require(!listing.title.empty() && listing.start < listing.stop);
        out.text(listing.title).text(listing.description);
        out.number(listing.start.time_since_epoch().count());
    }
}

std::string read(char kind, std::string_view body, std::size_t chunk) {
    Output out;
    const Chunks chunks = text_chunks(body, chunk);
    if (kind == '0') {
        read_account(out, chunks);
    } else if (kind == '5') {
        read_series_info(out, chunks);
    } else if (kind == '6') {
        read_short(out, chunks);
    } else {
        read_list(out, kind, chunks);
    }
    return out.take();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string text(data, data + size);
    const std::string_view body = std::string_view(text).substr(1);
    const std::string whole = read(text[0], body, std::string_view::npos);
    require(read(text[0], body, 1 + size % 61) == whole);
    require(read(text[0], body, 1) == whole);
    return 0;
}
