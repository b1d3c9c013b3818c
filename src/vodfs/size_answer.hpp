// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fetch/client.hpp>

#include <cstdint>
#include <optional>

namespace plex_tuner::vodfs {

/// The size of a file that the answer to a HEAD tells; none: it tells of something else, or
/// nothing.
[[nodiscard]] std::optional<std::uint64_t> size_in_head(const fetch::ResponseHead& head);

/// The content is said to be a page or JSON, not a film.
[[nodiscard]] bool is_text(const fetch::ResponseHead& head);

} // namespace plex_tuner::vodfs
