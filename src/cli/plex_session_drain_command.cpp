// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "plex_server.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/plex/session_drain.hpp>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

namespace plex_tuner::cli {

namespace {

using std::chrono::milliseconds;
using Mode = plex::DrainOptions::Mode;

constexpr double kMostSeconds = 7.0 * 24 * 3'600;
constexpr double kLongestPoll = 20;

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -machine-id ID\n        Only sessions of the client with this machine identifier.\n"
    "  -player-ip ADDRESS\n        Only sessions of clients at this address.\n"
    "  -all-live\n        All sessions of Live TV; the default where neither is given.\n"
    "  -idle-seconds N\n        Wait until a session has given no sign of its client for so long "
    "while no\n        tuner of ours sends anything for it, then end it.\n"
    "  -renew-lease-seconds N\n        The same whatever the tuners send.\n"
    "  -pause-seconds N\n        In place of both for a client that paused; default 600.\n"
    "  -lease-seconds N\n        End what is seen for so long, unless it plays.\n"
    "  -wait N\n        Seconds until all has to be gone; default 15.\n"
    "  -poll N\n        Seconds between two looks, 0.1 to 20; default 1.\n"
    "  -watch\n        Go on, also with sessions that begin later; needs one of the above.\n"
    "  -watch-runtime N\n        End that after so many seconds; 0: never.\n"
    "  -sse\n        Listen to Plex's events; with -watch, -idle-seconds and the like that is "
    "done\n        anyway.\n"
    "  -dry-run\n        Print what would be ended, and end nothing.\n"
    "A client's signs are Plex's events and its place in the programme; -pms-log-cmd and "
    "-log-lookback,\nwhich read them out of Plex's log, are not supported.\n";

/// Takes switches whose values are seconds, and keeps what was wrong with them.
class Seconds {
public:
    explicit Seconds(std::vector<std::string>& arguments) : arguments_(arguments) {}

    void take(const char* name, milliseconds& into, double least, double most) {
        const auto text = take_value(arguments_, name);
        if (!text) {
            return;
        }
        double value = 0;
        const char* const end = text->data() + text->size();
        const auto read = std::from_chars(text->data(), end, value);
        if (read.ec != std::errc() || read.ptr != end || !(value >= least && value <= most)) {
            wrong_ = "-" + std::string(name) + " takes seconds from " + number(least) + " to " +
                     number(most) + ", not '" + redact_text(*text) + "'";
            return;
        }
        into = milliseconds(static_cast<std::int64_t>(value * 1'000));
    }

    [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }

private:
    static std::string number(double value) {
        std::string text = std::to_string(value);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.')) {
            text.pop_back();
        }
        return text;
    }

    std::vector<std::string>& arguments_;
    std::string wrong_;
};

struct Switches {
    plex::DrainOptions options = {};
    bool all = false;
    bool has_run_time = false;
    std::string wrong = {}; ///< empty: all is well
};

Switches take_switches(std::vector<std::string>& arguments) {
    Switches switches;
    plex::DrainOptions& options = switches.options;
    options.judge.idle = {};
    options.judge.renew = {};
    Seconds seconds(arguments);
    seconds.take("idle-seconds", options.judge.idle, 0, kMostSeconds);
    seconds.take("renew-lease-seconds", options.judge.renew, 0, kMostSeconds);
    seconds.take("pause-seconds", options.judge.pause, 0, kMostSeconds);
    seconds.take("lease-seconds", options.judge.hard, 0, kMostSeconds);
    seconds.take("wait", options.wait, 0, kMostSeconds);
    seconds.take("poll", options.poll, 0.1, kLongestPoll);
    seconds.take("watch-runtime", options.run_time, 0, kMostSeconds);
    switches.wrong = seconds.wrong();
    switches.has_run_time = options.run_time.count() > 0;
    options.judge.machine_id = take_value(arguments, "machine-id").value_or("");
    options.judge.player_ip = take_value(arguments, "player-ip").value_or("");
    switches.all = take_switch(arguments, "all-live");
    options.dry_run = take_switch(arguments, "dry-run");
    (void)take_switch(arguments, "sse"); // is done anyway where it is of use
    if (take_switch(arguments, "watch")) {
        options.mode = Mode::watch;
    } else if (options.judge.has_rule()) {
        options.mode = Mode::idle;
    }
    for (const char* name : {"pms-log-cmd", "log-lookback"}) {
        if (take_value(arguments, name)) {
            switches.wrong = "-" + std::string(name) +
                             " is not supported: clients are known by Plex's events instead";
        }
    }
    return switches;
}

/// What does not go together; empty: nothing.
std::string contradiction(const Switches& switches) {
    const plex::DrainOptions& options = switches.options;
    const bool has_filter = !options.judge.machine_id.empty() || !options.judge.player_ip.empty();
    if (!switches.wrong.empty()) {
        return switches.wrong;
    }
    if (switches.all && has_filter) {
        return "-all-live means all; -machine-id and -player-ip cannot be given too";
    }
    if (options.mode == Mode::watch && !options.judge.has_rule()) {
        return "-watch needs -idle-seconds, -renew-lease-seconds or -lease-seconds: it ends what "
               "is abandoned, not everything";
    }
    if (switches.has_run_time && options.mode != Mode::watch) {
        return "-watch-runtime is for -watch";
    }
    return {};
}

} // namespace

ExitCode plex_session_drain_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const Switches switches = take_switches(rest.arguments);
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    if (const std::string wrong = contradiction(switches); !wrong.empty()) {
        logger.error(wrong);
        return ExitCode::bad_settings;
    }
    const auto server_options = make_server_options(config.plex, logger);
    if (!server_options) {
        return ExitCode::failure;
    }
    fetch::ClientOptions client_options = make_client_options(config);
    client_options.has_http_proxy = has_http_proxy(invocation);
    const auto ended = with_plex<plex::DrainEnd>(*server_options, std::move(client_options), logger,
        [&](plex::Server& server, fetch::Client& client) {
            return plex::drain_sessions(server, client, switches.options, [](std::string line) {
                line += '\n';
                std::fputs(line.c_str(), stdout);
                std::fflush(stdout); // scripts wait for words
            });
        });
    if (!ended) {
        logger.error("Plex's sessions were not drained", {{"error", ended.error()}});
        return ExitCode::failure;
    }
    return *ended == plex::DrainEnd::done ? ExitCode::success : ExitCode::not_drained;
}

} // namespace plex_tuner::cli
