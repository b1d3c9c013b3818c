// SPDX-License-Identifier: GPL-3.0-or-later
// Libraries of Plex for the films and series of a mount: what is there, what is wanted, and what is
// to be done about it, decided without asking anybody.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::plex {

enum class LibraryKind : std::uint8_t { films, series };

/// "movie" and "show", as Plex calls them.
[[nodiscard]] std::string_view section_type(LibraryKind kind) noexcept;

/// A library that Plex has.
struct Library {
    std::string key = {};
    std::string type = {};
    std::string title = {};
    std::vector<std::string> locations = {};
};

/// A setting of a library.
struct Preference {
    std::string id = {};
    std::string value = {};
    friend bool operator==(const Preference&, const Preference&) = default;
};

struct WantedLibrary {
    std::string title = {};
    LibraryKind kind = LibraryKind::films;
    std::string path = {};       ///< as Plex sees it
    std::string local_path = {}; ///< the same directory as this program sees it
};

struct LibraryPlan {
    bool is_new = false;
    std::string key = {};     ///< of the library that is there
    std::string title = {};   ///< which it has: people rename theirs
    std::string problem = {}; ///< set: nothing can be done
};

/// A library that shows the path is the one, whatever it is called; one of the name that shows
/// something else is not ours to change.
[[nodiscard]] LibraryPlan plan_library(
    const WantedLibrary& wanted, std::span<const Library> libraries);

/// What is to be set so that a library does not read films from one end to the other: of the
/// settings that are there those that make it, with the value that does not. They go by other names
/// in other versions, so nothing is set that is not there.
[[nodiscard]] std::vector<Preference> safe_preset(std::span<const Preference> present);

/// Without what does not tell directories apart: "/media//vod/" is "/media/vod".
[[nodiscard]] std::string cleaned_path(std::string_view path);
/// Whether `path` is `directory` or lies in it.
[[nodiscard]] bool lies_in(std::string_view path, std::string_view directory);

} // namespace plex_tuner::plex
