// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/migrate/import.hpp>

#include <cstdio>
#include <system_error>

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
    "  -dry-run\n        Say what would be written, and write nothing.\n"
    "  -json\n        Say it as JSON.\n"
    "  -force\n        Write over files that are there.\n"
    "\nPasswords are not shown. Where they are needed they stand in .env and supervise.json, which "
    "only "
    "their owner\ncan read.\n"
    "\nExit code: 0 done; 1 what is to be read cannot be used, or a file is in the way; 2 a flag "
    "is "
    "wrong.\n";

void complain(const std::string& text) {
    std::fprintf(stderr, "plex-tuner: import: %s\n", text.c_str());
}

/// The first file that would be written over; empty: none.
std::string file_in_the_way(const std::vector<migrate::OutputFile>& files) {
    std::error_code error;
    for (const migrate::OutputFile& file : files) {
        if (std::filesystem::symlink_status(file.path, error).type() !=
            std::filesystem::file_type::not_found) {
            return file.path.string();
        }
    }
    return {};
}

Result<void> write(const migrate::OutputFile& file) {
    auto out = AtomicFile::create(file.path, file.mode);
    if (!out) {
        return fail(std::move(out).error());
    }
    if (auto written = out->write(file.text); !written) {
        return written;
    }
    return out->commit();
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
    if (const std::string in_the_way = file_in_the_way(files); !in_the_way.empty() && !dry_run) {
        if (!force) {
            complain(in_the_way + " is there already; -force writes over it, -out takes another "
                                  "directory");
            return ExitCode::failure;
        }
    }
    if (!dry_run) {
        for (const migrate::OutputFile& file : files) {
            if (auto written = write(file); !written) {
                complain(written.error().message());
                return ExitCode::failure;
            }
        }
    }
    std::string text = json ? migrate::report_json(*imported) : migrate::report_text(*imported);
    if (!json) {
        for (const migrate::OutputFile& file : files) {
            text += std::string(dry_run ? "would write " : "wrote ") + file.path.string() + "\n";
        }
    }
    std::fputs(text.c_str(), stdout);
    return ExitCode::success;
}

} // namespace plex_tuner::cli
