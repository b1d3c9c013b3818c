// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/library.hpp>
#include <plex_tuner/plex/server.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::plex {

struct LibraryOptions {
    bool dry_run = false;
    bool safe_preset = true;
    bool scan = true;
    /// As Plex sees them; none: libraries are scanned whole.
    std::vector<std::string> scan_paths = {};
};

/// What became of a library, in the words of the result.
enum class LibraryAction : std::uint8_t {
    created,
    repaired, ///< settings that read whole films were switched off
    skipped,  ///< all is as wanted
    error,
};

[[nodiscard]] std::string_view to_string(LibraryAction action) noexcept;

struct LibraryResult {
    std::string title = {};
    LibraryKind kind = LibraryKind::films;
    std::string path = {}; ///< as Plex sees it
    LibraryAction action = LibraryAction::skipped;
    std::string key = {};
    std::vector<std::string> switched_off = {}; ///< settings, or what would be
    std::vector<std::string> scanned = {};      ///< paths, or what would be
    std::string error = {};
};

/// Gives Plex the libraries that are wanted: those that are there stay as they are, apart from
/// settings that read whole films. An error of the whole only when Plex cannot be asked what it
/// has: nothing was changed then.
[[nodiscard]] asio::awaitable<Result<std::vector<LibraryResult>>> register_libraries(
    Server& server, std::vector<WantedLibrary> wanted, LibraryOptions options, log::Logger logger);

} // namespace plex_tuner::plex
