// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/hour_shift.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

namespace plex_tuner::guide {

std::chrono::minutes parse_guide_shift(std::string_view hours) noexcept {
    return parse_hour_shift(hours).value_or(std::chrono::minutes(0));
}

} // namespace plex_tuner::guide
