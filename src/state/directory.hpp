// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "file_error.hpp"

#include <plex_tuner/base/result.hpp>

#include <filesystem>
#include <system_error>

namespace plex_tuner::state {

/// With its parents, if it is not there.
[[nodiscard]] inline Result<void> make_directory(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
        return fail(file_error(error.value(), "cannot create directory", directory));
    }
    return {};
}

} // namespace plex_tuner::state
