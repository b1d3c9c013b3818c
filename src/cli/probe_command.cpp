// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/engine/probe.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace plex_tuner::cli {

namespace {

using engine::AccountProbe;
using engine::ProbeAnswer;
using engine::ProbeStatus;

constexpr std::chrono::seconds kDefaultTimeout{60};

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -urls value\n        Base URLs to ask instead of the configured ones, separated by commas;\n"
    "        PLEX_TUNER_PROVIDER_URLS\n"
    "  -timeout value\n        For the whole run, in seconds; default 60\n"
    "  -json\n        Print the result as a JSON object.\n";

std::string date_of(WallTime time) {
    const std::time_t seconds = time.time_since_epoch().count();
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts);
    return text.data();
}

std::string line_of(const char* what, const ProbeAnswer& answer) {
    std::string line = "    " + std::string(what) + std::string(to_string(answer.status));
    if (answer.http_status != 0) {
        line += ", HTTP " + std::to_string(answer.http_status);
    }
    line += ", " + std::to_string(answer.latency.count()) + " ms";
    return line + (answer.detail.empty() ? "" : ": " + answer.detail) + "\n";
}

std::string state_text(const provider::XtreamAccount& state) {
    std::string text = "  status " + (state.status_text.empty() ? "not said" : state.status_text);
    text += state.expires_at ? ", until " + date_of(*state.expires_at) : ", without end";
    if (state.expired(SystemClock().wall())) {
        text += " (EXPIRED)";
    }
    text += "\n  connections " + std::to_string(state.active_connections) + " of " +
            (state.max_connections ? std::to_string(*state.max_connections) : "any number") +
            " in use\n";
    if (!state.output_formats.empty()) {
        text += "  formats";
        for (const std::string& format : state.output_formats) {
            text += " " + format;
        }
        text += "\n";
    }
    if (!state.time_zone.empty()) {
        text += "  time zone " + state.time_zone + "\n";
    }
    return state.message.empty() ? text : text + "  message: " + state.message + "\n";
}

std::string advice(const std::vector<AccountProbe>& probes) {
    const auto count = [&](auto member) {
        std::size_t good = 0;
        for (const AccountProbe& probe : probes) {
            good += static_cast<std::size_t>(
                std::ranges::count_if(probe.hosts, [&](const engine::HostProbe& host) {
                    return (host.*member).status == ProbeStatus::ok;
                }));
        }
        return good;
    };
    const std::size_t panels = count(&engine::HostProbe::panel);
    const std::size_t playlists = count(&engine::HostProbe::playlist);
    if (panels > 0) {
        return playlists > 0 ? "Panel and playlist work; nothing is to be done.\n"
                             : "The panel works; its playlist does not and is not needed.\n";
    }
    return playlists > 0
               ? "Only the playlist works: there will be channels, but no films and no series.\n"
               : "No host can be used. Check user name and password, and ask the provider.\n";
}

std::string text_of(const std::vector<AccountProbe>& probes) {
    std::string text;
    for (const AccountProbe& probe : probes) {
        text += probe.name + "\n";
        if (probe.state) {
            text += state_text(*probe.state);
        }
        int rank = 0;
        for (const engine::HostProbe& host : probe.hosts) {
            text += "  " + std::to_string(++rank) + ". " + host.host + "\n";
            text += line_of("panel     ", host.panel);
            text += line_of("playlist  ", host.playlist);
        }
    }
    return text + advice(probes);
}

std::string json_of(const ProbeAnswer& answer) {
    return R"({"status":)" + json_quoted(to_string(answer.status)) + R"(,"http_status":)" +
           std::to_string(answer.http_status) + R"(,"latency_ms":)" +
           std::to_string(answer.latency.count()) + R"(,"detail":)" + json_quoted(answer.detail) +
           "}";
}

std::string json_of(const provider::XtreamAccount& state) {
    std::string text =
        R"({"status":)" + json_quoted(state.status_text) + R"(,"expired":)" +
        (state.expired(SystemClock().wall()) ? "true" : "false") + R"(,"expires_at":)" +
        (state.expires_at ? std::to_string(state.expires_at->time_since_epoch().count()) : "null") +
        R"(,"active_connections":)" + std::to_string(state.active_connections) +
        R"(,"max_connections":)" +
        (state.max_connections ? std::to_string(*state.max_connections) : "null") +
        R"(,"time_zone":)" + json_quoted(state.time_zone) + R"(,"formats":[)";
    for (std::size_t i = 0; i < state.output_formats.size(); ++i) {
        text += (i == 0 ? "" : ",") + json_quoted(state.output_formats[i]);
    }
    return text + "]}";
}

std::string json_of(const std::vector<AccountProbe>& probes) {
    std::string text = R"({"accounts":[)";
    for (const AccountProbe& probe : probes) {
        text += text.ends_with('[') ? "{" : ",{";
        text += R"("name":)" + json_quoted(probe.name) + R"(,"state":)" +
                (probe.state ? json_of(*probe.state) : "null") + R"(,"hosts":[)";
        for (const engine::HostProbe& host : probe.hosts) {
            text += text.ends_with('[') ? "{" : ",{";
            text += R"("host":)" + json_quoted(host.host) + R"(,"panel":)" + json_of(host.panel) +
                    R"(,"playlist":)" + json_of(host.playlist) + "}";
        }
        text += "]}";
    }
    return text + "]}\n";
}

std::optional<std::chrono::milliseconds> parse_timeout(const std::string& text) {
    try {
        std::size_t used = 0;
        const double seconds = std::stod(text, &used);
        const bool good =
            seconds > 0 && seconds <= 3'600 && (used == text.size() || text.substr(used) == "s");
        return good ? std::optional(
                          std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1'000)))
                    : std::nullopt;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

} // namespace

ExitCode probe_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const bool json = take_switch(rest.arguments, "json");
    const auto urls = take_value(rest.arguments, "urls");
    const auto timeout_text = take_value(rest.arguments, "timeout");
    if (urls) {
        rest.environment["PLEX_TUNER_PROVIDER_URLS"] = *urls;
    }
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const auto timeout = timeout_text ? parse_timeout(*timeout_text)
                                      : std::optional<std::chrono::milliseconds>(kDefaultTimeout);
    if (!timeout) {
        std::fprintf(stderr, "plex-tuner: flag -timeout: expected seconds, from above 0 to 3600\n");
        return ExitCode::bad_settings;
    }
    const config::Config& config = begun.loaded.config;
    const log::Logger& logger = begun.logger;
    auto options = make_index_options(config, logger);
    if (!options) {
        logger.error("cannot start", {{"error", options.error()}});
        return ExitCode::bad_settings;
    }
    if (std::ranges::all_of(options->accounts,
            [](const engine::Account& account) { return account.hosts.empty(); })) {
        logger.error(
            "no Xtream account is configured; set PLEX_TUNER_PROVIDER_URL, _USER and _PASS");
        return ExitCode::failure;
    }
    fetch::ClientOptions client_options = make_client_options(config);
    client_options.has_http_proxy = has_http_proxy(invocation);
    const auto probes = engine::probe_accounts(*options, client_options, *timeout, logger);
    if (!probes) {
        logger.error("cannot start", {{"error", probes.error()}});
        return ExitCode::failure;
    }
    std::fputs((json ? json_of(*probes) : text_of(*probes)).c_str(), stdout);
    return ExitCode::success;
}

} // namespace plex_tuner::cli
