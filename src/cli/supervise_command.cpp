// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "plex_server.hpp"
#include "settings.hpp"
#include "switches.hpp"
#include "version.hpp"

#include <plex_tuner/fleet/output_queue.hpp>
#include <plex_tuner/fleet/plan.hpp>
#include <plex_tuner/fleet/plan_report.hpp>
#include <plex_tuner/fleet/remote_status.hpp>
#include <plex_tuner/fleet/supervisor.hpp>
#include <plex_tuner/log/stderr_sink.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <utility>

#include <unistd.h>

namespace plex_tuner::cli {

namespace {

namespace fs = std::filesystem;

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -config FILE\n        What to run, as JSON (docs/supervisor.md).\n"
    "  -check\n        Say what is wrong with it and what it would run, and start nothing.\n"
    "  -status\n        Print the table of the children of the supervisor that runs.\n"
    "  -json\n        With -check and -status: as JSON.\n";

struct Switches {
    std::optional<std::string> config;
    bool check = false;
    bool status = false;
    bool json = false;
};

Switches take_switches(std::vector<std::string>& arguments) {
    Switches switches;
    switches.config = take_value(arguments, "config");
    switches.check = take_switch(arguments, "check");
    switches.status = take_switch(arguments, "status");
    switches.json = take_switch(arguments, "json");
    return switches;
}

fleet::PlanInputs plan_inputs(const Invocation& invocation, const config::Config& config) {
    fleet::PlanInputs inputs;
    inputs.environment = invocation.environment;
    inputs.version = version_number();
    inputs.runs_as_root = ::geteuid() == 0;
    std::ranges::transform(commands(), std::back_inserter(inputs.commands),
        [](const Command& command) { return std::string(command.name); });
    inputs.shared_directory = fs::absolute(config.catalog.shared_directory);
    inputs.listen = config.supervisor.listen;
    return inputs;
}

void print_lines(const std::string& file, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        std::fprintf(stderr, "plex-tuner: %s: %s\n", file.c_str(), line.c_str());
    }
}

ExitCode check(const std::string& file, const fleet::Plan& plan, bool as_json) {
    if (as_json) {
        std::fputs(fleet::plan_json(plan).c_str(), stdout);
    } else {
        print_lines(file, plan.warnings);
        print_lines(file, plan.child_warnings);
        print_lines(file, plan.problems);
        if (plan.problems.empty()) {
            std::fputs(fleet::plan_text(plan).c_str(), stdout);
        }
    }
    return plan.problems.empty() ? ExitCode::success : ExitCode::bad_settings;
}

/// What a supervisor that runs says of itself.
ExitCode show_status(const std::string& listen, bool as_json, const config::Config& config,
    const log::Logger& logger) {
    const auto answer = with_client<std::string>(make_client_options(config), logger,
        [&](fetch::Client& client) { return fleet::ask_supervisor(client, listen, as_json); });
    if (!answer) {
        logger.error("the supervisor cannot be asked", {{"error", answer.error()}});
        return answer.error().code() == ErrorCode::invalid_argument ? ExitCode::bad_settings
                                                                    : ExitCode::failure;
    }
    std::fputs(answer->c_str(), stdout);
    return ExitCode::success;
}

/// False: the children could not share anything, which is said.
bool make_shared_directory(const fs::path& directory, const log::Logger& logger) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (!error && ::access(directory.c_str(), W_OK | X_OK) == 0) {
        return true;
    }
    logger.error("the directory that the children share cannot be written; choose another with "
                 "PLEX_TUNER_SHARED_DIR",
        {{"directory", directory.string()}});
    return false;
}

/// The supervisor asks its own children, on this machine; theirs is another environment.
void forget_proxies() {
    for (const char* const name :
        {"http_proxy", "all_proxy", "ALL_PROXY", "https_proxy", "HTTPS_PROXY"}) {
        ::unsetenv(name); // NOLINT(concurrency-mt-unsafe): before there is another thread
    }
}

ExitCode supervise(const std::string& file, fleet::PlanInputs inputs, fleet::Plan plan,
    const config::Config& config) {
    std::signal(SIGPIPE, SIG_IGN); // a log that nobody reads any more ends nothing
    fleet::OutputQueue output(STDERR_FILENO,
        log::make_stderr_sink({config.log.level, config.log.format, config.secrets()}));
    const log::Logger logger(output.sink(), "fleet");
    for (const std::string& warning : plan.warnings) {
        logger.warn(warning);
    }
    auto supervisor = fleet::Supervisor::create({.file = file,
                                                    .inputs = std::move(inputs),
                                                    .plan = std::move(plan),
                                                    .fetch = make_client_options(config),
                                                    .format = config.log.format,
                                                    .is_terminal = ::isatty(STDERR_FILENO) == 1},
        output, logger);
    if (!supervisor) {
        logger.error("cannot start", {{"error", supervisor.error()}});
        return supervisor.error().code() == ErrorCode::invalid_argument ? ExitCode::bad_settings
                                                                        : ExitCode::failure;
    }
    return (*supervisor)->run() ? ExitCode::success : ExitCode::failure;
}

} // namespace

ExitCode supervise_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const Switches switches = take_switches(rest.arguments);
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    forget_proxies();
    if (switches.status && !switches.config) {
        return show_status(config.supervisor.listen, switches.json, config, logger);
    }
    const std::string file = switches.config.value_or("");
    if (file.empty()) {
        logger.error("-config FILE is missing; docs/supervisor.md says what stands in it");
        return ExitCode::bad_settings;
    }
    fleet::PlanInputs inputs = plan_inputs(invocation, config);
    fleet::Plan plan = fleet::read_plan(file, inputs);
    if (switches.status && plan.listen.empty() && !plan.problems.empty()) {
        print_lines(file, plan.problems);
        return ExitCode::bad_settings;
    }
    if (switches.status) {
        return show_status(plan.listen, switches.json, config, logger);
    }
    if (switches.check) {
        return check(file, plan, switches.json);
    }
    if (!plan.problems.empty()) {
        print_lines(file, plan.problems);
        return ExitCode::bad_settings;
    }
    if (!make_shared_directory(inputs.shared_directory, logger)) {
        return ExitCode::failure;
    }
    return supervise(file, std::move(inputs), std::move(plan), config);
}

} // namespace plex_tuner::cli
