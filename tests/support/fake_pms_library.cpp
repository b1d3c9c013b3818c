// SPDX-License-Identifier: GPL-3.0-or-later
// The libraries of the stand-in.
#include "fake_pms.hpp"

#include <algorithm>
#include <filesystem>

namespace plex_tuner::testing {

namespace {

namespace fs = std::filesystem;

PmsNode section_of(const PmsLibrary& library) {
    PmsNode node{.name = "Directory"};
    node.truth("allowSync", true).set("key", std::to_string(library.key));
    node.set("type", library.type).set("title", library.title).set("agent", library.agent);
    node.set("scanner", library.scanner).set("language", "en-US").truth("refreshing", false);
    node.number("scannedAt", 1'700'000'000);
    for (const std::string& path : library.locations) {
        PmsNode location{.name = "Location"};
        location.number("id", library.key).set("path", path);
        node.children.push_back(std::move(location));
    }
    return node;
}

} // namespace

int FakePms::add_library(
    const std::string& type, const std::string& title, const std::string& location) {
    const std::scoped_lock lock(mutex_);
    libraries_.push_back({.key = next_key_++,
        .type = type,
        .title = title,
        .locations = {location},
        .preferences = script_.preferences});
    return libraries_.back().key;
}

std::vector<PmsLibrary> FakePms::libraries() const {
    const std::scoped_lock lock(mutex_);
    return libraries_;
}

FakePms::Answer FakePms::act_on_libraries(const Request& request, std::string_view rest) {
    if (rest.empty()) {
        if (request.method == "POST") {
            return create_library(request);
        }
        PmsNode node = pms_container(libraries_.size());
        for (const PmsLibrary& library : libraries_) {
            node.children.push_back(section_of(library));
        }
        return {.container = std::move(node)};
    }
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const auto library = std::ranges::find_if(libraries_,
        [&](const PmsLibrary& one) { return std::to_string(one.key) == rest.substr(0, slash); });
    if (library == libraries_.end()) {
        return {.status = 404};
    }
    rest.remove_prefix(slash);
    if (rest == "/prefs") {
        return act_on_preferences(request, *library);
    }
    if (rest == "/refresh") {
        return scan(request, *library);
    }
    return {.status = 404};
}

FakePms::Answer FakePms::create_library(const Request& request) {
    PmsLibrary library{.key = next_key_,
        .type = request.value("type"),
        .title = request.value("name"),
        .agent = request.value("agent"),
        .scanner = request.value("scanner"),
        .locations = {request.value("location")},
        .preferences = script_.preferences};
    const bool is_known = (library.type == "movie" && library.agent == "tv.plex.agents.movie" &&
                              library.scanner == "Plex Movie") ||
                          (library.type == "show" && library.agent == "tv.plex.agents.series" &&
                              library.scanner == "Plex TV Series");
    if (!is_known || library.title.empty() || request.value("language").empty() ||
        !fs::is_directory(script_.file_root + library.locations.front())) {
        return {.status = 400};
    }
    ++next_key_;
    libraries_.push_back(std::move(library));
    PmsNode node = pms_container(1);
    node.children.push_back(section_of(libraries_.back()));
    return {.status = 201, .container = std::move(node)};
}

FakePms::Answer FakePms::act_on_preferences(const Request& request, PmsLibrary& library) {
    if (request.method == "GET") {
        PmsNode node = pms_container(library.preferences.size());
        for (const auto& [id, value] : library.preferences) {
            PmsNode setting{.name = "Setting"};
            setting.set("id", id).set("type", "bool").set("value", value);
            node.children.push_back(std::move(setting));
        }
        return {.container = std::move(node)};
    }
    for (const auto& [id, value] : request.query) {
        if (!library.preferences.contains(id)) {
            return {.status = 400};
        }
    }
    if (request.method == "PUT" && !script_.puts_preferences) {
        return {};
    }
    for (const auto& [id, value] : request.query) {
        if (id != script_.stubborn_preference) {
            library.preferences[id] = value == "0" ? "false" : value; // as it keeps them
        }
    }
    return {};
}

/// It really walks what is there.
FakePms::Answer FakePms::scan(const Request& request, PmsLibrary& library) const {
    const std::string path = request.value("path");
    const std::string& root = library.locations.front();
    if (!path.empty() && path != root && !path.starts_with(root + "/")) {
        return {.status = 400};
    }
    library.scans.push_back(path);
    library.files = 0;
    for (const auto& entry :
        fs::recursive_directory_iterator(script_.file_root + (path.empty() ? root : path))) {
        library.files += entry.is_regular_file() ? 1 : 0;
    }
    return {};
}

} // namespace plex_tuner::testing
