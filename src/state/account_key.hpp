// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace plex_tuner::state {

inline constexpr std::size_t kMaxKeyBytes = 256;

/// A key that names an account or provider.
[[nodiscard]] inline Result<void> check_key(std::string_view key) {
    if (key.empty() || key.size() > kMaxKeyBytes) {
        return fail(ErrorCode::invalid_argument, "an account key has 1 to " +
                                                     std::to_string(kMaxKeyBytes) + " bytes, not " +
                                                     std::to_string(key.size()));
    }
    return {};
}

} // namespace plex_tuner::state
