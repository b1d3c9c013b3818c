// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/plex/library.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::plex {

namespace {

/// Previews, chapter pictures and the search for intros, credits, advertisements and voices all
/// read whole files; so does measuring loudness.
constexpr std::array kHeavy = std::to_array<std::string_view>({"enableBIFGeneration",
    "enableChapterThumbGeneration", "enableIntroMarkerGeneration", "enableCreditsMarkerGeneration",
    "enableAdMarkerGeneration", "enableVoiceActivityGeneration"});

bool is_off(std::string_view value) {
    return value == "0" || ascii::iequals(value, "false");
}

/// Servers on Windows write them the other way round.
bool is_separator(char c) {
    return c == '/' || c == '\\';
}

bool shows(const Library& library, std::string_view path) {
    return std::ranges::any_of(library.locations,
        [&](const std::string& location) { return cleaned_path(location) == path; });
}

} // namespace

std::string_view section_type(LibraryKind kind) noexcept {
    return kind == LibraryKind::films ? "movie" : "show";
}

std::string cleaned_path(std::string_view path) {
    std::string cleaned;
    for (const char c : path) {
        // The two at the beginning of a share stay.
        if (!is_separator(c) || cleaned.size() < 2 || !is_separator(cleaned.back())) {
            if (cleaned != "/" || c != '/') {
                cleaned += c;
            }
        }
    }
    while (cleaned.size() > 1 && is_separator(cleaned.back())) {
        cleaned.pop_back();
    }
    return cleaned;
}

bool lies_in(std::string_view path, std::string_view directory) {
    return path.starts_with(directory) &&
           (path.size() == directory.size() || is_separator(path[directory.size()]));
}

LibraryPlan plan_library(const WantedLibrary& wanted, std::span<const Library> libraries) {
    LibraryPlan plan{.title = wanted.title};
    const std::string path = cleaned_path(wanted.path);
    for (const Library& library : libraries) {
        if (shows(library, path)) {
            plan.key = library.key;
            plan.title = library.title;
            if (library.type != section_type(wanted.kind)) {
                plan.problem = "the library " + library.title + " shows " + path +
                               " already, as type " + library.type;
            }
            return plan;
        }
    }
    for (const Library& library : libraries) {
        if (library.title == wanted.title) {
            plan.key = library.key;
            plan.problem = "there is a library of that name that shows another directory; give "
                           "another name, or another path with -plex-path";
            return plan;
        }
    }
    plan.is_new = true;
    return plan;
}

std::vector<Preference> safe_preset(std::span<const Preference> present) {
    std::vector<Preference> preset;
    for (const Preference& preference : present) {
        if (std::ranges::find(kHeavy, preference.id) != kHeavy.end() && !is_off(preference.value)) {
            preset.push_back({preference.id, "0"});
        }
    }
    return preset;
}

} // namespace plex_tuner::plex
