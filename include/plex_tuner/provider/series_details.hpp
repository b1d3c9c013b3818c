// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/provider/xtream_reader.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::provider {

/// What get_series_info says of a series, made small for keeping: its episodes, by season, number
/// and id, each id once. A panel that does not know the series (XtreamSeriesInfo::known) gives
/// nothing: what was kept before is better. Errors as read_xtream_series_info.
[[nodiscard]] Result<std::optional<std::string>> pack_series_info(const Chunks& chunks);

/// The episodes of packed details, in their order; texts are views of `packed`. False when it was
/// not packed by this version, or is damaged: it is to be fetched again.
bool for_each_episode(
    std::string_view packed, const std::function<void(const XtreamEpisode&)>& episode);

} // namespace plex_tuner::provider
