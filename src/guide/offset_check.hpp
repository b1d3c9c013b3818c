// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plex_tuner::guide {

/// A programme as the comparison of two guides sees it.
struct Airing {
    std::uint32_t channel; ///< index in the lineup
    std::uint32_t start;   ///< seconds since 1970
    std::uint64_t title;   ///< hash of its title
};

/// How much later `other` has what `reference` has, where enough programmes of channels that both
/// have say the same: a guide that is off by its time zone. Titles that one of them has several
/// times on a channel say nothing. Nothing when they agree, or when there is too little to tell.
[[nodiscard]] std::optional<std::chrono::minutes> likely_offset(
    std::span<const Airing> reference, std::span<const Airing> other);

} // namespace plex_tuner::guide
