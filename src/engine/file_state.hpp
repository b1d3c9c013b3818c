// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace plex_tuner::engine {

/// Size and time of a file: another text whenever somebody has written it. Of a missing file it is
/// a text of its own.
[[nodiscard]] inline std::string file_state(const std::filesystem::path& file) {
    std::error_code error;
    return std::to_string(std::filesystem::file_size(file, error)) + " " +
           std::to_string(std::filesystem::last_write_time(file, error).time_since_epoch().count());
}

} // namespace plex_tuner::engine
