// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>

#include <filesystem>
#include <string_view>

namespace plex_tuner::state {

/// "<doing> '<file>': <what the system says>; <what to do about it>".
[[nodiscard]] Error file_error(
    int errno_value, std::string_view doing, const std::filesystem::path& file);

} // namespace plex_tuner::state
