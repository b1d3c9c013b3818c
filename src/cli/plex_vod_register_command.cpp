// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "plex_server.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/base/text_table.hpp>
#include <plex_tuner/plex/library_registration.hpp>
#include <plex_tuner/plex/wanted_libraries.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>

namespace plex_tuner::cli {

namespace {

constexpr std::size_t kMaxManifest = std::size_t{1} << 20;

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -mount DIRECTORY\n        Where films and series are mounted (PLEX_TUNER_MOUNT); {lane} in "
    "it "
    "stands for a lane.\n"
    "  -plex-path DIRECTORY\n        The same directory as Plex sees it, where that is another "
    "one\n        (PLEX_TUNER_PLEX_VOD_PATH).\n"
    "  -manifest FILE\n        manifest.json of vod-split: libraries for each lane that has "
    "something.\n"
    "  -shows-name NAME\n        Of the library of series; default VOD. {lane} as above.\n"
    "  -movies-name NAME\n        Of the library of films; default VOD-Movies.\n"
    "  -shows-only\n        Series alone.\n"
    "  -movies-only\n        Films alone.\n"
    "  -vod-safe-preset=false\n        Leave on what reads whole films: previews, intros, credits "
    "and so on.\n"
    "  -refresh=false\n        Do not have Plex look for new files.\n"
    "  -scan-path DIRECTORY\n        Have it look only there; may be given several times.\n"
    "  -dry-run\n        Print what would be done, and change nothing.\n"
    "  -json\n        Print the result as JSON.\n";

struct Switches {
    plex::LibraryPlaces places;
    std::optional<std::string> manifest;
    std::vector<std::string> scan_paths;
    plex::LibraryOptions options;
    bool json = false;
    std::string problem; ///< set: a flag is wrong
};

Switches take_switches(std::vector<std::string>& arguments) {
    Switches switches;
    plex::LibraryPlaces& places = switches.places;
    places.mount = take_value(arguments, "mount").value_or("");
    places.plex_path = take_value(arguments, "plex-path").value_or("");
    places.series_name = take_value(arguments, "shows-name").value_or("VOD");
    places.films_name = take_value(arguments, "movies-name").value_or("VOD-Movies");
    switches.manifest = take_value(arguments, "manifest");
    switches.scan_paths = take_values(arguments, "scan-path");
    const bool shows_only = take_switch(arguments, "shows-only");
    const bool movies_only = take_switch(arguments, "movies-only");
    places.films = !shows_only;
    places.series = !movies_only;
    switches.options.safe_preset =
        take_on_or_off(arguments, "vod-safe-preset", true, switches.problem);
    switches.options.scan = take_on_or_off(arguments, "refresh", true, switches.problem);
    switches.options.dry_run = take_switch(arguments, "dry-run");
    switches.json = take_switch(arguments, "json");
    if (shows_only && movies_only) {
        switches.problem = "-shows-only and -movies-only exclude each other";
    } else if (places.films_name.empty() || places.series_name.empty()) {
        switches.problem = "a library needs a name";
    } else if (places.films && places.series && places.films_name == places.series_name) {
        switches.problem = "the two libraries need two names";
    } else if (!switches.options.scan && !switches.scan_paths.empty()) {
        switches.problem = "-scan-path and -refresh=false exclude each other";
    }
    return switches;
}

Result<std::vector<plex::WantedLibrary>> read_wanted(const Switches& switches) {
    if (!switches.manifest) {
        return plex::libraries_of_mount(switches.places);
    }
    const auto text = read_file(*switches.manifest, kMaxManifest);
    if (!text) {
        return std::unexpected(text.error());
    }
    auto wanted = plex::libraries_of_lanes(switches.places, *text);
    return wanted ? std::move(wanted)
                  : Result<std::vector<plex::WantedLibrary>>(
                        fail_with(std::move(wanted), *switches.manifest));
}

/// A directory that is not there now, or an empty mount point, would be an empty library; Plex may
/// throw away what it knew of it.
std::optional<std::string> missing_directory(const std::vector<plex::WantedLibrary>& wanted) {
    for (const plex::WantedLibrary& library : wanted) {
        std::error_code error;
        if (!std::filesystem::is_directory(library.local_path, error)) {
            return library.local_path;
        }
    }
    return std::nullopt;
}

std::string listed(const std::vector<std::string>& words, const char* separator) {
    std::string text;
    for (const std::string& word : words) {
        text.append(text.empty() ? "" : separator).append(word);
    }
    return text;
}

std::string json_list(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text.append(text.empty() ? "" : ", ").append(json_quoted(word));
    }
    return "[" + text + "]";
}

std::string report_json(
    const std::vector<plex::LibraryResult>& results, std::string_view plex_url, bool dry_run) {
    std::string text = "{\n  \"plex_url\": " + json_quoted(plex_url) +
                       ",\n  \"dry_run\": " + (dry_run ? "true" : "false") + ",\n  \"results\": [";
    const char* separator = "\n";
    for (const plex::LibraryResult& result : results) {
        text += separator;
        text += "    {\n      \"name\": " + json_quoted(result.title) +
                ",\n      \"type\": " + json_quoted(section_type(result.kind)) +
                ",\n      \"path\": " + json_quoted(result.path) +
                ",\n      \"action\": " + json_quoted(to_string(result.action)) +
                ",\n      \"key\": " + json_quoted(result.key) +
                ",\n      \"switched_off\": " + json_list(result.switched_off) +
                ",\n      \"scanned\": " + json_list(result.scanned) +
                ",\n      \"error\": " + json_quoted(result.error) + "\n    }";
        separator = ",\n";
    }
    return text + (results.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

std::string report_table(const std::vector<plex::LibraryResult>& results) {
    std::vector<std::vector<std::string>> rows{
        {"LIBRARY", "TYPE", "PATH", "ACTION", "KEY", "SWITCHED OFF", "SCANNED"}};
    for (const plex::LibraryResult& result : results) {
        const auto or_dash = [](const std::string& text) {
            return text.empty() ? std::string("-") : text;
        };
        rows.push_back({result.title, std::string(section_type(result.kind)), result.path,
            std::string(to_string(result.action)), or_dash(result.key),
            result.error.empty() ? or_dash(listed(result.switched_off, ", ")) : result.error,
            or_dash(listed(result.scanned, ", "))});
    }
    return text_table(rows);
}

} // namespace

ExitCode plex_vod_register_command(const Invocation& invocation) {
    Invocation rest = invocation;
    Switches switches = take_switches(rest.arguments);
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    const auto refuse = [&](const std::string& why) {
        logger.error("the libraries were not set up", {{"error", why}});
        return ExitCode::failure;
    };
    if (!switches.problem.empty()) {
        return refuse(switches.problem);
    }
    const auto server_options = make_server_options(config.plex, logger);
    if (!server_options) {
        return ExitCode::failure;
    }
    if (switches.places.mount.empty()) {
        switches.places.mount = config.vodfs.mount_point.string();
    }
    if (!switches.places.mount.empty()) { // Plex was started elsewhere
        switches.places.mount = std::filesystem::absolute(switches.places.mount).string();
    }
    if (switches.places.plex_path.empty() && !switches.manifest) {
        switches.places.plex_path = config.plex.vod_path;
    }
    const auto wanted = read_wanted(switches);
    if (!wanted) {
        return refuse(wanted.error().message());
    }
    if (const auto missing = missing_directory(*wanted)) {
        return refuse(*missing + " is no directory here; mount the films first (plex-tuner mount)");
    }
    for (const std::string& path : switches.scan_paths) {
        auto mapped = plex::path_for_plex(*wanted, std::filesystem::absolute(path).string());
        if (!mapped) {
            return refuse(path + " lies in none of the libraries");
        }
        switches.options.scan_paths.push_back(*std::move(mapped));
    }
    fetch::ClientOptions client_options = make_client_options(config);
    client_options.has_http_proxy = has_http_proxy(invocation);
    const auto results = with_plex<std::vector<plex::LibraryResult>>(*server_options,
        std::move(client_options), logger, [&](plex::Server& server, fetch::Client& /*client*/) {
            return plex::register_libraries(
                server, *wanted, switches.options, logger.module("plex"));
        });
    if (!results) {
        return refuse(results.error().message());
    }
    const std::string text = switches.json ? report_json(*results, server_options->url.redacted(),
                                                 switches.options.dry_run)
                                           : report_table(*results);
    std::fputs(text.c_str(), stdout);
    const bool failed = std::ranges::any_of(*results, [](const plex::LibraryResult& result) {
        return result.action == plex::LibraryAction::error;
    });
    return failed ? ExitCode::failure : ExitCode::success;
}

} // namespace plex_tuner::cli
