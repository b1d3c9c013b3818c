// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/plex/wanted_libraries.hpp>

#include <algorithm>
#include <cstdint>

#include <nlohmann/json.hpp>

namespace plex_tuner::plex {

namespace {

using nlohmann::json;

constexpr std::string_view kLane = "{lane}";
// The directories of the mount.
constexpr std::string_view kFilms = "Movies";
constexpr std::string_view kSeries = "TV";

/// As the server writes its own.
char separator_of(std::string_view directory) {
    return directory.contains('\\') && !directory.contains('/') ? '\\' : '/';
}

std::string joined(const std::string& directory, std::string_view name) {
    std::string path = cleaned_path(directory);
    if (path != "/") {
        path += separator_of(directory);
    }
    return path.append(name);
}

/// `text` for that lane; `otherwise` is done where it does not name one.
template <class Otherwise>
std::string for_lane(std::string text, std::string_view lane, const Otherwise& otherwise) {
    std::size_t at = text.find(kLane);
    if (at == std::string::npos) {
        return text.empty() ? text : otherwise(text);
    }
    for (; at != std::string::npos; at = text.find(kLane, at + lane.size())) {
        text.replace(at, kLane.size(), lane);
    }
    return text;
}

/// Neither nothing nor a whole file system.
bool is_specific(std::string_view path) {
    const bool is_drive = path.size() <= 3 && path.size() >= 2 && path[1] == ':';
    return !path.empty() && path != "/" && path != "." && !is_drive;
}

std::uint64_t count_at(const json& lane, const char* key) {
    const auto found = lane.find(key);
    return found != lane.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

} // namespace

Result<std::vector<WantedLibrary>> libraries_of_mount(const LibraryPlaces& places) {
    const std::string& plex = places.plex_path.empty() ? places.mount : places.plex_path;
    for (const std::string& path : {places.mount, plex}) {
        if (!is_specific(cleaned_path(path))) {
            return fail(ErrorCode::invalid_argument,
                path.empty() ? "no mount is given" : "'" + path + "' is no directory of a mount");
        }
    }
    std::vector<WantedLibrary> wanted;
    const auto add = [&](LibraryKind kind, const std::string& title, std::string_view directory) {
        wanted.push_back({.title = title,
            .kind = kind,
            .path = joined(plex, directory),
            .local_path = joined(places.mount, directory)});
    };
    if (places.series) {
        add(LibraryKind::series, places.series_name, kSeries);
    }
    if (places.films) {
        add(LibraryKind::films, places.films_name, kFilms);
    }
    return wanted;
}

Result<std::vector<WantedLibrary>> libraries_of_lanes(
    const LibraryPlaces& places, std::string_view manifest) {
    const json file = json::parse(manifest, nullptr, false);
    if (!file.is_object() || !file.contains("lanes") || !file["lanes"].is_object()) {
        return fail(ErrorCode::parse, "it is no manifest of vod-split: a JSON object with lanes");
    }
    const json& lanes = file["lanes"];
    std::vector<std::string> order;
    if (const auto named = file.find("lane_order"); named != file.end() && named->is_array()) {
        for (const json& name : *named) {
            if (name.is_string() && lanes.contains(name.get_ref<const std::string&>())) {
                order.push_back(name);
            }
        }
    }
    for (const auto& [name, lane] : lanes.items()) {
        if (std::ranges::find(order, name) == order.end()) {
            order.push_back(name);
        }
    }
    std::vector<WantedLibrary> wanted;
    for (const std::string& lane : order) {
        // A part of paths and names.
        if (lane.empty() || lane.contains('/') || lane.starts_with('.') ||
            !lanes[lane].is_object()) {
            return fail(
                ErrorCode::parse, "it is no manifest of vod-split: a lane has no good name");
        }
        LibraryPlaces own = places;
        const auto below = [&](const std::string& directory) {
            return joined(directory, lane);
        };
        const auto behind = [&](const std::string& name) {
            return name + " " + lane;
        };
        own.mount = for_lane(places.mount, lane, below);
        own.plex_path = for_lane(places.plex_path, lane, below);
        own.films_name = for_lane(places.films_name, lane, behind);
        own.series_name = for_lane(places.series_name, lane, behind);
        own.films = places.films && count_at(lanes[lane], "movies") > 0;
        own.series = places.series && count_at(lanes[lane], "series") > 0;
        auto libraries = libraries_of_mount(own);
        if (!libraries) {
            return libraries;
        }
        wanted.insert(wanted.end(), libraries->begin(), libraries->end());
    }
    return wanted;
}

std::optional<std::string> path_for_plex(
    const std::vector<WantedLibrary>& libraries, std::string_view local_path) {
    const std::string path = cleaned_path(local_path);
    for (const WantedLibrary& library : libraries) {
        if (!lies_in(path, library.local_path)) {
            continue;
        }
        std::string mapped = library.path;
        for (const char c : path.substr(library.local_path.size())) {
            mapped += c == '/' ? separator_of(library.path) : c;
        }
        return mapped;
    }
    return std::nullopt;
}

} // namespace plex_tuner::plex
