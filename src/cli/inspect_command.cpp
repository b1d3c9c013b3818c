// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.hpp"
#include "index_settings.hpp"
#include "inspect_report.hpp"
#include "service_options.hpp"
#include "settings.hpp"
#include "switches.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/gateway/source_inspection.hpp>

#include <cstdio>
#include <optional>

#include <unistd.h>

namespace plex_tuner::cli {

namespace {

constexpr const char* kSwitches =
    "\nOf this command alone, besides the source (URL, file, or - for standard input), which comes "
    "first or\nlast:\n"
    "  -seconds value\n        Stop after so much of the stream or so much time, whichever comes "
    "first; 0: at its end.\n        Default 20; for files and standard input 0.\n"
    "  -json\n        Print the result as a JSON object.\n";

constexpr std::chrono::seconds kDefaultLimit{20};
constexpr std::uint32_t kMostSeconds = 7 * 24 * 3'600;

/// The argument that is no flag: the first, else the last one.
std::optional<std::string> take_source(std::vector<std::string>& arguments) {
    const auto is_source = [](const std::string& argument) {
        return argument == "-" || (!argument.empty() && !argument.starts_with('-'));
    };
    for (const std::size_t at : {std::size_t{0}, arguments.size() - 1}) {
        if (!arguments.empty() && is_source(arguments[at])) {
            std::string source = std::move(arguments[at]);
            arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(at));
            return source;
        }
    }
    return std::nullopt;
}

/// Zero: to the end.
std::optional<std::chrono::seconds> parse_seconds(std::string_view text) {
    if (text.ends_with('s')) {
        text.remove_suffix(1);
    }
    const auto seconds = ascii::parse_integer<std::uint32_t>(text);
    return seconds && *seconds <= kMostSeconds ? std::optional(std::chrono::seconds(*seconds))
                                               : std::nullopt;
}

/// What to look at, once it is known to be well-formed.
struct Source {
    std::string shown; ///< without secrets
    std::optional<Url> url{};
    std::string path{}; ///< where there is no url; empty: standard input
};

Result<Source> parse_source(const std::string& text) {
    if (text == "-") {
        return Source{.shown = "standard input"};
    }
    if (text.find("://") == std::string::npos) {
        return Source{.shown = text, .path = text};
    }
    auto url = Url::parse(text);
    if (!url) {
        return fail_with(std::move(url), "the source");
    }
    if (url->is_scheme("file")) {
        auto path = gateway::path_of_file_url(*url);
        if (!path) {
            return fail(std::move(path).error());
        }
        return Source{.shown = *path, .path = *path};
    }
    return Source{.shown = url->redacted(), .url = std::move(*url)};
}

gateway::Inspection inspect(const Source& source, const config::Config& config,
    std::optional<std::chrono::seconds> limit, bool has_proxy, const log::Logger& logger) {
    gateway::InspectionOptions options;
    options.start_timeout = config.stream.start_timeout;
    options.limits = make_limits(config.fetch);
    options.credentials = stream_credentials(config);
    options.multicast_interface = config.stream.multicast_interface;
    limit = limit ? limit : source.url ? std::optional(kDefaultLimit) : std::nullopt;
    if (limit && limit->count() > 0) {
        options.limit = *limit;
    }
    fetch::ClientOptions client_options = make_client_options(config);
    client_options.has_http_proxy = has_proxy;
    const auto client = fetch::Client::create(client_options, logger.module("fetch"));
    if (source.url) {
        return gateway::inspect_source(*client, *source.url, options, logger.module("gateway"));
    }
    return source.path.empty() ? gateway::inspect_descriptor(*client, STDIN_FILENO, options)
                               : gateway::inspect_file(*client, source.path, options);
}

} // namespace

ExitCode inspect_command(const Invocation& invocation) {
    Invocation rest = invocation;
    const bool json = take_switch(rest.arguments, "json");
    const auto seconds_text = take_value(rest.arguments, "seconds");
    const auto source_text = take_source(rest.arguments);
    const Beginning begun = begin_command(rest, kSwitches);
    if (begun.exit) {
        return *begun.exit;
    }
    const auto seconds = seconds_text ? parse_seconds(*seconds_text) : std::nullopt;
    if (seconds_text && !seconds) {
        std::fprintf(
            stderr, "plex-tuner: flag -seconds: expected whole seconds, 0 to %u\n", kMostSeconds);
        return ExitCode::bad_settings;
    }
    if (!source_text) {
        std::fprintf(
            stderr, "plex-tuner: inspect what? Name a URL, a file, or - for standard input.\n");
        return ExitCode::bad_settings;
    }
    const log::Logger& logger = begun.logger;
    const auto source = parse_source(*source_text);
    if (!source) {
        std::fprintf(stderr, "plex-tuner: %s\n", source.error().message().c_str());
        return ExitCode::bad_settings;
    }
    const gateway::Inspection inspection =
        inspect(*source, begun.loaded.config, seconds, has_http_proxy(invocation), logger);
    if (json) {
        std::fputs(inspection_json(source->shown, inspection).c_str(), stdout);
    } else if (inspection.has_stream()) {
        std::fputs(inspection_text(source->shown, inspection).c_str(), stdout);
    }
    if (inspection.error) {
        logger.error(inspection.has_stream() ? "the source broke off" : "nothing to inspect",
            {{"source", source->shown}, {"error", *inspection.error}});
        return ExitCode::failure;
    }
    return ExitCode::success;
}

} // namespace plex_tuner::cli
