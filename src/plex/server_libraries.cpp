// SPDX-License-Identifier: GPL-3.0-or-later
#include "read_records.hpp"
#include "server_call.hpp"

namespace plex_tuner::plex {

namespace {

constexpr std::string_view kSections = "/library/sections";

struct Reader {
    std::string_view agent;
    std::string_view scanner;
};

constexpr Reader reader_of(LibraryKind kind) {
    return kind == LibraryKind::films ? Reader{"tv.plex.agents.movie", "Plex Movie"}
                                      : Reader{"tv.plex.agents.series", "Plex TV Series"};
}

} // namespace

asio::awaitable<Result<std::vector<Library>>> Server::libraries() {
    auto answer = co_await ask_patiently({.path = std::string(kSections)});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return read_libraries(answer->container);
}

asio::awaitable<Result<void>> Server::create_library(WantedLibrary wanted) {
    const Reader reader = reader_of(wanted.kind);
    std::string query = "type=" + std::string(section_type(wanted.kind)) +
                        "&name=" + percent::encode(wanted.title) +
                        "&agent=" + percent::encode(reader.agent) +
                        "&scanner=" + percent::encode(reader.scanner) +
                        "&language=en-US&location=" + percent::encode(wanted.path);
    auto answer = co_await ask(
        {.method = fetch::Method::post, .path = std::string(kSections), .query = std::move(query)});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return Result<void>{};
}

asio::awaitable<Result<std::vector<Preference>>> Server::library_preferences(std::string key) {
    auto answer = co_await ask_patiently({.path = path_of(kSections, key) + "/prefs"});
    if (!answer) {
        co_return std::unexpected(std::move(answer).error());
    }
    co_return read_preferences(answer->container);
}

asio::awaitable<Result<void>> Server::set_library_preferences(
    std::string key, std::vector<Preference> preferences, fetch::Method method) {
    std::string query;
    for (const Preference& preference : preferences) {
        query.append(query.empty() ? "" : "&").append(percent::encode(preference.id));
        query.append("=").append(percent::encode(preference.value));
    }
    co_return co_await change({.method = method,
        .path = path_of(kSections, key) + "/prefs",
        .query = std::move(query),
        .may_be_missing = true});
}

asio::awaitable<Result<void>> Server::scan_library(std::string key, std::string path) {
    co_return co_await change({.path = path_of(kSections, key) + "/refresh",
        .query = path.empty() ? std::string() : "path=" + percent::encode(path)});
}

} // namespace plex_tuner::plex
