// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline_origin.hpp"

#include "media.hpp"
#include "timeline_hls.hpp"
#include "timeline_ts.hpp"

#include <memory>
#include <stdexcept>

namespace plex_tuner::testing {
namespace {

Script checked_script(std::string_view text, const TimelineClips& clips) {
    auto script = parse_script(text);
    if (!script) {
        throw std::invalid_argument(script.error().message());
    }
    for (const Step& step : *script) {
        if (const auto* change = std::get_if<step::SwitchClip>(&step);
            change != nullptr && !clips.contains(change->name)) {
            throw std::invalid_argument("no clip " + change->name);
        }
    }
    return std::move(*script);
}

TimelineClips prepared(const std::map<std::string, std::string>& clips) {
    TimelineClips result;
    for (const auto& [name, bytes] : clips) {
        result.emplace(name, std::make_shared<const TimelineClip>(bytes));
    }
    if (result.empty()) {
        result.emplace("A", std::make_shared<const TimelineClip>(h264_clip()));
        result.emplace("B", std::make_shared<const TimelineClip>(mpeg2_clip()));
    }
    return result;
}

} // namespace

TimelineOrigin::TimelineOrigin(
    ScriptedProvider& provider, std::string path, std::string_view script, TimelineOptions options)
    : provider_(provider), path_(std::move(path)) {
    const TimelineClips clips = prepared(options.clips);
    const Script steps = checked_script(script, clips);
    // Shared with the behaviours, which may outlive this object.
    const auto stream = std::make_shared<TimelineTs>(steps, clips, options.sent);
    const auto list = std::make_shared<TimelineHls>(steps, clips, path_, options.sent);
    provider_.on(
        ts_path(), [stream](ProviderConnection& connection, const ProviderRequest& request) {
            stream->serve(connection, request);
        });
    provider_.on(
        hls_path(), [list](ProviderConnection& connection, const ProviderRequest& request) {
            list->serve_entry(connection, request);
        });
    provider_.on(path_ + "/list.m3u8",
        [list](ProviderConnection& connection, const ProviderRequest& request) {
            list->serve_list(connection, request);
        });
    for (const char* below : {"/seg/", "/all.ts"}) {
        provider_.on(
            path_ + below, [list](ProviderConnection& connection, const ProviderRequest& request) {
                list->serve_segment(connection, request);
            });
    }
}

} // namespace plex_tuner::testing
