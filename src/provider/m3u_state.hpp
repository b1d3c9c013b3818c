// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "m3u_headers.hpp"
#include "m3u_lines.hpp"

#include <plex_tuner/provider/m3u_reader.hpp>

#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::provider {

/// What the reader knows between two lines.
struct M3uReader::Impl {
public:
    Impl(Sink to, LocalFiles files);

    void feed(std::string_view bytes);
    [[nodiscard]] Result<void> finish();

    std::map<std::string, Skipped> skipped;
    std::size_t entries = 0;

private:
    /// From an #EXTINF to the next one.
    struct Pending {
        M3uEntry entry;
        HeaderList headers; ///< of attributes and directives, for every source
        std::size_t line = 0;
        std::size_t number_rank = std::numeric_limits<std::size_t>::max();
        bool open = false;
        bool counted = false;    ///< why there is no source has been counted
        bool unreadable = false; ///< its #EXTINF was too long, its URLs have no name
    };

    void line(const LineSplitter::Line& line);
    void cut_line(std::string_view start, std::size_t number);
    void directive(std::string_view text, std::size_t number);
    void option(std::string_view assignment, std::size_t number);
    void list_header(std::string_view attributes, std::size_t number);
    void extinf(std::string_view text, std::size_t number);
    void extinf_attribute(std::string_view name, std::string_view value);
    [[nodiscard]] bool field_attribute(std::string_view name, std::string_view value);
    void keep_attribute(std::string_view name, std::string_view value);
    void inherit_from_header();
    void source_line(std::string_view text, std::size_t number);
    [[nodiscard]] bool is_usable_url(std::string_view url, std::size_t number);
    void begin_entry(std::size_t number);
    void add_source(std::string_view url, std::string_view pipe_headers, std::size_t number);
    void finish_entry();
    void bound_texts();
    void shorten(std::string& text, std::size_t number);
    void forget_directives();
    void count(std::string reason, std::size_t number, std::string_view text);

    Sink sink_;
    LocalFiles files_;
    LineSplitter lines_;
    std::string first_bytes_; ///< to say what it is when it is no list
    bool marked_ = false;     ///< an #EXTM3U or #EXTINF was there
    bool hls_ = false;

    Pending pending_;
    /// Directives since the last URL or #EXTINF; lists put them on either side of their #EXTINF.
    HeaderList directives_;
    std::vector<M3uPair> options_;
    bool vod_directive_ = false;

    std::string sticky_group_;
    std::string header_shift_;
    std::vector<M3uPair> header_catchup_;
};

} // namespace plex_tuner::provider
