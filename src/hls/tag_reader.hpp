// SPDX-License-Identifier: GPL-3.0-or-later
// What the readers of master and media playlists share: lines, tags and tolerant values.
#pragma once

#include "attribute_list.hpp"

#include <plex_tuner/hls/playlist.hpp>

#include <optional>
#include <string_view>

namespace plex_tuner::hls {

/// A line: blank and comment lines are passed over by LineReader.
struct Line {
    bool is_tag = false;
    std::string_view name;  ///< of a tag, with its '#': "#EXTINF"
    std::string_view value; ///< behind the colon, trimmed; of a URI line the URI
};

/// Cuts text into lines at LF, CRLF or CR.
class LineReader {
public:
    explicit LineReader(std::string_view text) noexcept : rest_(text) {}

    /// The next tag or URI; nullopt at the end.
    [[nodiscard]] std::optional<Line> next() noexcept;

    /// Lines read so far, blank ones and comments counted.
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

private:
    std::string_view rest_;
    std::size_t count_ = 0;
};

/// A non-negative number at the front of `text` ("10", "9.009", "10;x"); nullopt without one or
/// beyond `limit`.
[[nodiscard]] std::optional<double> leading_number(std::string_view text, double limit) noexcept;

/// A decimal integer alone, or followed by anything but a digit.
[[nodiscard]] std::optional<std::uint64_t> leading_integer(std::string_view text) noexcept;

/// "n@o" or "n"; a missing offset is nullopt in the second.
[[nodiscard]] std::optional<std::pair<std::uint64_t, std::optional<std::uint64_t>>>
parse_byte_range(std::string_view text) noexcept;

[[nodiscard]] std::optional<StartOffset> parse_start(const AttributeList& attributes) noexcept;

/// The two kinds of playlist; `text` begins with #EXTM3U and keeps the limit of lines.
[[nodiscard]] Result<MasterPlaylist> read_master(std::string_view text);
[[nodiscard]] Result<MediaPlaylist> read_media(std::string_view text);

} // namespace plex_tuner::hls
