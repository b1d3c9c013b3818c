// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "plex_server.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/engine/label_proxy.hpp>
#include <plex_tuner/net/descriptor_limit.hpp>

#include <optional>
#include <utility>

namespace plex_tuner::cli {

namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr int kMaxRefreshSeconds = 86'400;

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -listen HOST:PORT\n        Where clients come; default 127.0.0.1:33240.\n"
    "  -upstream URL\n        The Plex server behind it (http); that of -plex-url unless given.\n"
    "  -strip-prefix TEXT\n        Left out of labels that begin with it; default plextuner-.\n"
    "  -refresh-seconds N\n        How often the DVRs are looked at; default 30.\n";

struct Switches {
    std::string listen;
    std::optional<std::string> upstream;
    std::string strip_prefix;
    std::string refresh;
};

Switches take_switches(std::vector<std::string>& arguments) {
    Switches switches;
    switches.listen = take_value(arguments, "listen").value_or("127.0.0.1:33240");
    switches.upstream = take_value(arguments, "upstream");
    switches.strip_prefix = take_value(arguments, "strip-prefix").value_or("plextuner-");
    switches.refresh = take_value(arguments, "refresh-seconds").value_or("30");
    return switches;
}

} // namespace

ExitCode plex_label_proxy_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const Switches switches = take_switches(rest.arguments);
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const log::Logger& logger = begun.logger;
    const auto refuse = [&](const std::string& why) {
        logger.error("the label proxy does not start", {{"error", why}});
        return ExitCode::bad_settings;
    };
    config::PlexSettings settings = begun.loaded.config.plex;
    std::optional<Url> upstream = settings.url;
    if (switches.upstream) {
        auto url = Url::parse(*switches.upstream);
        if (!url) {
            return refuse("-upstream: " + url.error().message());
        }
        upstream = std::move(*url);
        settings.url = settings.url ? settings.url : upstream;
    }
    const auto seconds = ascii::parse_integer<int>(switches.refresh);
    if (!seconds || *seconds < 1 || *seconds > kMaxRefreshSeconds) {
        return refuse("-refresh-seconds is a number from 1 to 86400");
    }
    auto server_options = make_server_options(settings, logger);
    if (!server_options) {
        return ExitCode::bad_settings;
    }
    server_options->patience = kPatience;
    net::raise_descriptor_limit();
    net::ReverseProxyOptions proxy(std::move(*upstream));
    proxy.listen = switches.listen;
    fetch::ClientOptions client_options = make_client_options(begun.loaded.config);
    client_options.has_http_proxy = has_http_proxy(invocation);
    auto running = engine::LabelProxy::create({.proxy = std::move(proxy),
                                                  .server = std::move(*server_options),
                                                  .fetch = std::move(client_options),
                                                  .strip_prefix = switches.strip_prefix,
                                                  .refresh = std::chrono::seconds(*seconds)},
        logger.module("labels"));
    if (!running) {
        logger.error("the label proxy does not start", {{"error", running.error()}});
        return running.error().code() == ErrorCode::invalid_argument ? ExitCode::bad_settings
                                                                     : ExitCode::failure;
    }
    (*running)->run();
    return ExitCode::success;
}

} // namespace plex_tuner::cli
