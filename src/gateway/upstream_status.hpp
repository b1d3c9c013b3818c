// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>

namespace plex_tuner::gateway {

/// True for the answers that carry what was asked for.
[[nodiscard]] constexpr bool is_success_status(int status) noexcept {
    return status == 200 || status == 206;
}

/// An upstream's status in words that tell the user where to look: login, address, or the
/// provider's connection limit.
[[nodiscard]] Error upstream_status_error(int status);

} // namespace plex_tuner::gateway
