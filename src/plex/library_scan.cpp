// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/library_scan.hpp>

#include <algorithm>

namespace plex_tuner::plex {

namespace {

/// Whether the library has to look at all that it shows because of `path`, or at `path` alone.
enum class Reach { nothing, path, everything };

Reach reach_of(const std::string& path, const Library& library) {
    Reach reach = Reach::nothing;
    for (const std::string& one : library.locations) {
        const std::string location = cleaned_path(one);
        if (lies_in(location, path)) {
            return Reach::everything;
        }
        if (lies_in(path, location)) {
            reach = Reach::path;
        }
    }
    return reach;
}

} // namespace

std::vector<LibraryScan> plan_scans(
    std::span<const std::string> changed, std::span<const Library> libraries) {
    std::vector<LibraryScan> scans;
    for (const Library& library : libraries) {
        std::vector<LibraryScan> own;
        for (const std::string& one : changed) {
            const std::string path = cleaned_path(one);
            const Reach reach = reach_of(path, library);
            if (reach == Reach::everything) {
                own.assign(1, {.key = library.key});
                break;
            }
            if (reach == Reach::path) {
                own.push_back({.key = library.key, .path = path});
            }
        }
        std::ranges::move(own, std::back_inserter(scans));
    }
    return scans;
}

} // namespace plex_tuner::plex
