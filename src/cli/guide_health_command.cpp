// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/engine/guide_health.hpp>

#include <cstdio>

namespace plex_tuner::cli {

namespace {

constexpr const char* kSwitches = "\nOf this command alone:\n"
                                  "  -json\n        Print it as a JSON object.\n";
constexpr std::size_t kMaxBytes = std::size_t{64} << 20;

} // namespace

ExitCode guide_health_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const bool json = take_switch(rest.arguments, "json");
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    const auto text =
        read_file(engine::guide_health_file(config.catalog.state_directory, json), kMaxBytes);
    if (!text) {
        logger.error("no guide to tell of; `plex-tuner run` builds one", {{"error", text.error()}});
        return ExitCode::failure;
    }
    std::fputs(text->c_str(), stdout);
    return ExitCode::success;
}

} // namespace plex_tuner::cli
