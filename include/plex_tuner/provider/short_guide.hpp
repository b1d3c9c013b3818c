// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/provider/chunks.hpp>
#include <plex_tuner/provider/xtream_urls.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::provider {

/// A programme of one channel, as get_short_epg gives it. Texts are UTF-8 without control
/// characters.
struct XtreamListing {
    std::string title; ///< not empty
    std::string description;
    WallTime start{};
    WallTime stop{}; ///< after start

    friend bool operator==(const XtreamListing&, const XtreamListing&) = default;
};

/// More listings of one channel are not read.
inline constexpr std::size_t kMaxListings = 512;

/// Reads the answer to get_short_epg or get_simple_data_table. Titles and descriptions may be
/// base64, as the panels have it, or plain. Listings without a title, or whose times are only given
/// in the local time of the panel, are left out. A channel without programmes gives none; errors as
/// those of the lists of xtream_reader.hpp.
[[nodiscard]] Result<std::vector<XtreamListing>> read_short_guide(const Chunks& chunks);

/// The id of the stream behind an address of one of the account's live channels on this host, in
/// any of the forms of protocols 6.1; empty: it is none.
[[nodiscard]] std::string_view live_stream_id(const XtreamUrls& host, std::string_view address);

} // namespace plex_tuner::provider
