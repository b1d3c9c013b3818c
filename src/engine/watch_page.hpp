// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace plex_tuner::engine {

/// The page at /watch: plays a channel (`?v=5.1`, `&profile=plexsafe`) in the browser, with
/// player_script().
[[nodiscard]] std::string_view watch_page() noexcept;

/// mpegts.js, which turns a transport stream into what browsers play; compressed with gzip.
[[nodiscard]] std::string_view player_script() noexcept;

} // namespace plex_tuner::engine
