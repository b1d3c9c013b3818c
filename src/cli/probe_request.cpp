// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe_request.hpp"

#include "switches.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <string_view>

namespace plex_tuner::cli {

namespace {

constexpr const char* kSwitches =
    "\nOf this command alone:\n"
    "  -lineup-json value\n        Probe the channels of a tuner's lineup.json, by its URL or "
    "file, "
    "instead of those of\n        the lineup that the configuration gives.\n"
    "  -base-url value\n        Where that tuner is (http://tuner:5004): stands in for scheme, "
    "host "
    "and port of the\n        addresses in its lineup, and its /lineup.json is read unless another "
    "is named.\n"
    "  -replace-url-prefix OLD=NEW\n        Addresses in the lineup that begin with OLD begin with "
    "NEW. May come several times.\n"
    "  -channel-id value\n        Only this channel: its id, number or guide id. May come several "
    "times.\n"
    "  -limit N\n        Only the first N channels; default all.\n"
    "  -timeout value\n        For one address of a channel, in seconds; default 12\n"
    "  -seconds value\n        So much of each stream is looked at; default 4\n"
    "  -bitrate-threshold value\n        More bits per second are a reason to transcode; 0: never. "
    "Default 5000000\n"
    "  -emit-profile-overrides FILE\n        Write profiles there; default "
    "PLEX_TUNER_PROFILE_OVERRIDES_FILE. With neither\n        file nothing is written.\n"
    "  -emit-transcode-overrides FILE\n        Write there which channels are transcoded; default "
    "PLEX_TUNER_TRANSCODE_OVERRIDES_FILE\n"
    "  -no-transcode-overrides\n        Leave that file alone.\n"
    "  -record FILE\n        Keep there which entries are of probes, and why; default "
    "probe-overrides.json in the\n        state directory.\n"
    "  -replace\n        Replace what somebody entered by hand for the channels that are probed, "
    "too.\n"
    "  -sound-profile NAME\n        For channels whose sound alone is the reason, such as "
    "audio-only; default as for others.\n"
    "  -sleep-ms N\n        Pause after each channel; default 0\n"
    "  -concurrency N\n        Channels at once, as far as the accounts allow; 1 to 16, default 1\n"
    "  -json\n        Print the result as a JSON object.\n";

constexpr std::uint32_t kMostSeconds = 600;
constexpr std::uint32_t kMostConcurrency = 16;
constexpr std::uint32_t kMostPause = 3'600'000;
constexpr std::uint32_t kAny = 1'000'000'000;

void take_number(Invocation& rest, const char* name, std::uint32_t least, std::uint32_t most,
    std::uint32_t& place, std::string& problem) {
    auto text = take_value(rest.arguments, name);
    if (!text) {
        return;
    }
    const bool is_time = std::string_view(name) == "timeout" || std::string_view(name) == "seconds";
    if (is_time && text->ends_with('s')) {
        text->pop_back();
    }
    const auto number = ascii::parse_integer<std::uint32_t>(*text);
    if (!number || *number < least || *number > most) {
        problem = "flag -" + std::string(name) + ": expected a whole number from " +
                  std::to_string(least) + " to " + std::to_string(most);
        return;
    }
    place = *number;
}

} // namespace

const char* probe_switches() noexcept {
    return kSwitches;
}

ProbeRequest take_probe_request(Invocation& rest) {
    ProbeRequest request;
    std::vector<std::string>& arguments = rest.arguments;
    request.as_json = take_switch(arguments, "json");
    request.replaces = take_switch(arguments, "replace");
    request.leaves_transcode = take_switch(arguments, "no-transcode-overrides");
    request.lineup = take_value(arguments, "lineup-json");
    request.channels = take_values(arguments, "channel-id");
    request.profiles = take_value(arguments, "emit-profile-overrides");
    request.transcode = take_value(arguments, "emit-transcode-overrides");
    request.record = take_value(arguments, "record");
    request.sound_profile = take_value(arguments, "sound-profile").value_or("");
    take_number(rest, "limit", 0, kAny, request.limit, request.problem);
    take_number(rest, "timeout", 1, kMostSeconds, request.timeout, request.problem);
    take_number(rest, "seconds", 1, kMostSeconds, request.seconds, request.problem);
    take_number(rest, "bitrate-threshold", 0, kAny, request.threshold, request.problem);
    take_number(rest, "sleep-ms", 0, kMostPause, request.pause, request.problem);
    take_number(rest, "concurrency", 1, kMostConcurrency, request.concurrency, request.problem);
    if (const auto text = take_value(arguments, "base-url")) {
        auto url = Url::parse(*text);
        if (!url || !url->is_http()) {
            request.problem = "flag -base-url: expected an http or https URL";
        } else {
            request.base = std::move(*url);
        }
    }
    for (const std::string& text : take_values(arguments, "replace-url-prefix")) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0) {
            request.problem = "flag -replace-url-prefix: expected OLD=NEW";
            break;
        }
        request.prefixes.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return request;
}

} // namespace plex_tuner::cli
