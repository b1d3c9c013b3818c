// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace plex_tuner::engine {

/// The page at /guide: a grid of channels against time that fetches what is seen of it from
/// /api/guide.
[[nodiscard]] std::string_view guide_page() noexcept;

} // namespace plex_tuner::engine
