// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scripted_provider.hpp"
#include "timeline_wire.hpp"

#include <map>
#include <string>
#include <string_view>

namespace plex_tuner::testing {

struct TimelineOptions {
    /// Transport streams by the name that `switch clip` knows; the first is played first. Empty: A
    /// is h264_clip() and B is mpeg2_clip() of media.hpp.
    std::map<std::string, std::string> clips = {};
    SentObserver sent = {};
};

/// A live channel below `path` of a provider whose faults are told in advance as a script; its
/// language is described in timeline_script.hpp. For example
///
///     TimelineOrigin origin(provider, "/a", "serve 10s; stall 5s; status 403 x2; switch clip B;
///     serve");
///
/// Paths: <path>/live.ts, <path>/live.m3u8 (which leads to <path>/list.m3u8 when tokens expire),
/// <path>/seg/<n>.ts from 0, <path>/all.ts for byte ranges. The stream and the playlist play the
/// script each for themselves. The timeline of the playlist begins with its first request, at which
/// the window is full at once. What was asked for, and when, the provider knows.
class TimelineOrigin {
public:
    /// Throws std::invalid_argument with ScriptError::message() when the script is wrong or names
    /// an unknown clip.
    TimelineOrigin(ScriptedProvider& provider, std::string path, std::string_view script,
        TimelineOptions options = {});

    [[nodiscard]] std::string ts_path() const { return path_ + "/live.ts"; }

    [[nodiscard]] std::string ts_url() const { return provider_.url(ts_path()); }

    [[nodiscard]] std::string hls_path() const { return path_ + "/live.m3u8"; }

    [[nodiscard]] std::string hls_url() const { return provider_.url(hls_path()); }

    [[nodiscard]] std::string segment_path(std::size_t number) const {
        return path_ + "/seg/" + std::to_string(number) + ".ts";
    }

private:
    ScriptedProvider& provider_;
    std::string path_;
};

} // namespace plex_tuner::testing
