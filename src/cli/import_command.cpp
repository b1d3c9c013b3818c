// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/migrate/import.hpp>

#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace plex_tuner::cli {

namespace {

constexpr const char* kHelp =
    "\nReads the configuration folder of xTeVe or Threadfin (settings.json, xepg.json, urls.json), "
    "or "
    "files of the\nprogram that this one continues (.env, a supervisor's JSON, catalog.json, "
    "aliases), "
    "and writes .env, channels.tsv\n(which channels, under which numbers, names and guide ids), "
    "aliases.json and supervise.json, as far as there is\nsomething for them. Says what has no "
    "counterpart, and why. Asks nobody in the network, and changes nothing\nof what it reads.\n"
    "\nFlags:\n"
    "  -out DIRECTORY\n        Where the files go; default the working directory, where `run` "
    "reads "
    ".env.\n"
    "  -dry-run\n        Say what would be written and what is in the way, and write nothing.\n"
    "  -json\n        Say it as JSON.\n"
    "  -force\n        Write over files that are there, but not over those that are read.\n"
    "\nPasswords are not shown. Where they are needed they stand in .env and supervise.json, which "
    "only "
    "their owner\ncan read.\n"
    "\nExit code: 0 done; 1 what is to be read cannot be used, or a file is in the way; 2 a flag "
    "is "
    "wrong.\n";

void complain(const std::string& text) {
    std::fprintf(stderr, "plex-tuner: import: %s\n", text.c_str());
}

/// What is where a file is to be written.
enum class Place { free, file, directory, input };

Result<Place> place_of(
    const std::filesystem::path& path, const std::vector<std::filesystem::path>& inputs) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::file_type type = fs::symlink_status(path, error).type();
    if (type == fs::file_type::none) {
        return fail(Error::from_errno(error.value(), "cannot look at '" + path.string() + "'"));
    }
    if (type == fs::file_type::not_found) {
        return Place::free;
    }
    for (const fs::path& input : inputs) {
        if (fs::equivalent(path, input, error)) {
            return Place::input;
        }
    }
    return fs::is_directory(path, error) ? Place::directory : Place::file;
}

/// What is in the way, for programs; empty: nothing.
std::string_view obstacle_name(Place place, bool force) {
    switch (place) {
    case Place::free:
        break;
    case Place::file:
        return force ? "" : "file";
    case Place::directory:
        return "directory";
    case Place::input:
        return "input";
    }
    return {};
}

/// Why a file cannot be written there; empty: it can.
std::string_view obstacle(Place place, bool force) {
    switch (place) {
    case Place::free:
        break;
    case Place::file:
        return force ? ""
                     : " is there already; -force writes over it, -out takes another directory";
    case Place::directory:
        return " is a directory; -out takes another one";
    case Place::input:
        return " is what is read; -out takes another directory";
    }
    return {};
}

/// All of them or, unless the disk fails at the very end, none.
Result<void> write(const std::vector<migrate::OutputFile>& files) {
    std::vector<AtomicFile> written;
    for (const migrate::OutputFile& file : files) {
        auto out = AtomicFile::create(file.path, file.mode);
        if (!out) {
            return fail(std::move(out).error());
        }
        if (auto done = out->write(file.text); !done) {
            return done;
        }
        written.push_back(std::move(*out));
    }
    for (AtomicFile& file : written) {
        if (auto done = file.commit(); !done) {
            return done;
        }
    }
    return {};
}

} // namespace

ExitCode import_command(const Invocation& invocation) {
    if (asks_for_help(invocation)) {
        print_help(invocation, help_start("import", "[flags] FOLDER | FILE...") + kHelp);
        return ExitCode::success;
    }
    std::vector<std::string> arguments = invocation.arguments;
    const bool dry_run = take_switch(arguments, "dry-run");
    const bool json = take_switch(arguments, "json");
    const bool force = take_switch(arguments, "force");
    const auto out = take_value(arguments, "out");
    std::vector<std::filesystem::path> paths;
    for (const std::string& argument : arguments) {
        if (argument.starts_with('-')) {
            complain("there is no flag " + argument + "; see `plex-tuner import -help`");
            return ExitCode::bad_settings;
        }
        paths.emplace_back(argument);
    }
    if (paths.empty()) {
        complain("name the folder of xTeVe or Threadfin, or files of the program before this one; "
                 "see `plex-tuner import -help`");
        return ExitCode::bad_settings;
    }
    if (out && out->empty()) {
        complain("-out needs a directory");
        return ExitCode::bad_settings;
    }
    const auto imported = migrate::import_any(paths);
    if (!imported) {
        complain(imported.error().message());
        return ExitCode::failure;
    }
    const auto made = migrate::output_files(*imported, out.value_or("."));
    if (!made) {
        complain(made.error().message());
        return ExitCode::failure;
    }
    const std::vector<migrate::OutputFile>& files = *made;
    std::vector<std::string_view> obstacles;
    std::vector<migrate::FileReport> reports;
    for (const migrate::OutputFile& file : files) {
        const auto place = place_of(file.path, imported->inputs);
        if (!place) {
            complain(place.error().message());
            return ExitCode::failure;
        }
        obstacles.push_back(obstacle(*place, force));
        reports.push_back({.path = file.path,
            .written = !dry_run,
            .in_the_way = std::string(obstacle_name(*place, force))});
        if (!obstacles.back().empty() && !dry_run) {
            complain(file.path.string() + std::string(obstacles.back()));
            return ExitCode::failure;
        }
    }
    if (!dry_run) {
        if (auto written = write(files); !written) {
            complain(written.error().message());
            return ExitCode::failure;
        }
    }
    std::string text =
        json ? migrate::report_json(*imported, reports) : migrate::report_text(*imported);
    if (!json) {
        for (std::size_t i = 0; i < files.size(); ++i) {
            text += std::string(dry_run ? "would write " : "wrote ") + files[i].path.string() +
                    (obstacles[i].empty() ? "" : ", but that" + std::string(obstacles[i])) + "\n";
        }
    }
    std::fputs(text.c_str(), stdout);
    return ExitCode::success;
}

} // namespace plex_tuner::cli
