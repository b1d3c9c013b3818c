// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "settings.hpp"
#include "switches.hpp"
#include "version.hpp"

#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/engine/discovery_doctor.hpp>
#include <plex_tuner/engine/plex_doctor.hpp>
#include <plex_tuner/vodfs/doctor.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::cli {

namespace {

constexpr const char* kSwitches =
    "\nOf `doctor vodfs`:\n"
    "  -process NAME\n        Of the media server; \"Plex Media Server\" unless given.\n"
    "  -pid N\n        Its process, where the name is not enough.\n"
    "\nOf all of them (`doctor vodfs`, `doctor discovery`, `doctor plex`):\n"
    "  -json\n        Print it as a JSON object.\n";

[[nodiscard]] std::string_view text_of(Check::Verdict verdict) {
    switch (verdict) {
    case Check::Verdict::ok:
        return "ok";
    case Check::Verdict::problem:
        return "problem";
    case Check::Verdict::skipped:
        return "skipped";
    }
    return "";
}

[[nodiscard]] bool all_in_order(const std::vector<Check>& checks) {
    return std::ranges::none_of(
        checks, [](const Check& check) { return check.verdict == Check::Verdict::problem; });
}

[[nodiscard]] std::string plain(const std::vector<Check>& checks) {
    constexpr std::size_t kVerdictColumn = 9;
    constexpr std::size_t kNameColumn = 16;
    std::string text;
    const auto add = [&text](std::string_view column, std::size_t width) {
        text.append(column).append(width - std::min(width, column.size()), ' ');
    };
    for (const Check& check : checks) {
        add(text_of(check.verdict), kVerdictColumn);
        add(check.name, kNameColumn);
        text.append(check.finding);
        if (!check.remedy.empty()) {
            text.append(": ").append(check.remedy);
        }
        text += '\n';
    }
    return text;
}

[[nodiscard]] std::string json(const std::vector<Check>& checks) {
    std::string text =
        all_in_order(checks) ? "{\"ok\":true,\"checks\":[" : "{\"ok\":false,\"checks\":[";
    for (const Check& check : checks) {
        text += &check == &checks.front() ? "{" : ",{";
        text += "\"name\":" + json_quoted(check.name) +
                ",\"verdict\":" + json_quoted(text_of(check.verdict)) +
                ",\"finding\":" + json_quoted(check.finding) +
                ",\"remedy\":" + (check.remedy.empty() ? "null" : json_quoted(check.remedy)) + "}";
    }
    return text + "]}\n";
}

/// nullopt: the number of the process is none.
[[nodiscard]] std::optional<std::vector<Check>> check_vodfs(const config::VodfsSettings& settings,
    const std::optional<std::string>& pid, const std::optional<std::string>& process,
    const log::Logger& logger) {
    vodfs::DoctorQuestion question{.mount_point = settings.mount_point,
        .allow_other = settings.allow_other,
        .pid = {},
        .name = process};
    if (pid) {
        pid_t number = 0;
        const char* const end = pid->data() + pid->size();
        if (std::from_chars(pid->data(), end, number).ptr != end || number <= 0) {
            logger.error("-pid takes the number of a process", {{"value", *pid}});
            return std::nullopt;
        }
        question.pid = number;
    }
    return vodfs::examine(vodfs::look_at(question));
}

[[nodiscard]] engine::DiscoveryQuestion discovery_question(const config::Config& config) {
    return {.listen = config.server.listen,
        .second_listen = config.server.second_listen,
        .base_url = config.server.base_url,
        .native = config.tuner.native,
        .discovery_port = config.tuner.discover_port,
        .control_port = config.tuner.control_port,
        .ssdp = !config.tuner.ssdp_disabled};
}

/// nullopt: there is no server to look at.
[[nodiscard]] std::optional<std::vector<Check>> check_plex(
    const config::Config& config, bool has_proxy, const log::Logger& logger) {
    if (!config.plex.url) {
        logger.error("no Plex server; set PLEX_TUNER_PMS_URL, such as http://10.0.0.2:32400");
        return std::nullopt;
    }
    plex::ServerOptions server(*config.plex.url);
    server.token = config.plex.token;
    server.timeout = config.plex.timeout;
    server.version = version_number();
    engine::PlexQuestion question(std::move(server));
    question.base_url = config.server.base_url;
    question.listen = config.server.listen;
    question.owned = config.plex.owned;
    fetch::ClientOptions client_options = make_client_options(config);
    client_options.has_http_proxy = has_proxy;
    return engine::examine(question, engine::look_at_plex(question, client_options, logger));
}

} // namespace

ExitCode doctor_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const bool as_json = take_switch(rest.arguments, "json");
    const auto pid = take_value(rest.arguments, "pid");
    const auto process = take_value(rest.arguments, "process");
    const bool is_vodfs = std::erase(rest.arguments, "vodfs") > 0;
    const bool is_discovery = std::erase(rest.arguments, "discovery") > 0;
    const bool is_plex = std::erase(rest.arguments, "plex") > 0;
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const log::Logger& logger = begun.logger;
    if (int{is_vodfs} + int{is_discovery} + int{is_plex} != 1) {
        logger.error("what is to be looked at is missing; there are: plex-tuner doctor vodfs, "
                     "plex-tuner doctor discovery, plex-tuner doctor plex");
        return ExitCode::bad_settings;
    }
    std::vector<Check> checks;
    if (is_vodfs) {
        auto found = check_vodfs(begun.loaded.config.vodfs, pid, process, logger);
        if (!found) {
            return ExitCode::bad_settings;
        }
        checks = std::move(*found);
    } else if (is_plex) {
        auto found = check_plex(begun.loaded.config, has_http_proxy(invocation), logger);
        if (!found) {
            return ExitCode::bad_settings;
        }
        checks = std::move(*found);
    } else {
        fetch::ClientOptions client_options = make_client_options(begun.loaded.config);
        client_options.has_http_proxy = has_http_proxy(invocation);
        const auto question = discovery_question(begun.loaded.config);
        checks =
            engine::examine(question, engine::look_for_tuner(question, client_options, logger));
    }
    std::fputs((as_json ? json(checks) : plain(checks)).c_str(), stdout);
    return all_in_order(checks) ? ExitCode::success : ExitCode::failure;
}

} // namespace plex_tuner::cli
