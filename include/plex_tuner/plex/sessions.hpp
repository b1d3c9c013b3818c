// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace plex_tuner::plex {

/// Who plays something on the server.
struct Player {
    std::string address = {};
    std::string machine_id = {}; ///< of the client
    std::string product = {};
    std::string platform = {};
    std::string device = {};
    std::string title = {};
    std::string state = {}; ///< playing, paused, buffering: what the client said last
};

/// What is transcoded for it.
struct Transcode {
    std::string id = {};         ///< the last part of its key
    std::string time_stamp = {}; ///< as it is written; goes on as long as the transcoder runs
    double max_offset = 0;       ///< seconds
};

/// A row of what is played at the moment. A client that vanished stays in it for half an hour.
struct PlaySession {
    std::string key = {};         ///< of what is played: /livetv/sessions/<uuid> for Live TV
    std::string session_key = {}; ///< what events name it by; begins anew with the server
    std::string session_id = {};  ///< what it is terminated by
    std::string title = {};
    std::string channel = {};                     ///< guide number; empty: it is not said
    std::optional<std::int64_t> view_offset = {}; ///< ms; for Live TV often not said
    Player player = {};
    std::optional<Transcode> transcode = {}; ///< none: it is played as it is

    [[nodiscard]] bool is_live() const { return key.starts_with("/livetv/sessions/"); }

    /// The server fetches for itself, for a recording for one: nobody watches, and nobody stops.
    [[nodiscard]] bool is_internal() const {
        return player.platform == "Plex Media Server" || player.product == "Plex Media Server" ||
               player.product == "Lavf" || player.title == "Lavf" || player.platform == "Lavf" ||
               player.device == "Lavf";
    }
};

/// What a client said about itself to the server, as an event tells it.
struct PlayNotice {
    std::string session_key = {};
    std::string state = {}; ///< also "stopped"
    std::string transcode_id = {};
    std::optional<std::int64_t> view_offset = {};
};

/// One event of the server.
struct ServerEvent {
    std::string name = {};                 ///< playing, timeline, activity, ping, …
    std::optional<PlayNotice> notice = {}; ///< of "playing"
};

/// A tuner that the server uses for something: a viewer, a recording, or what it forgot.
struct GrabOperation {
    std::string id = {};
    std::string status = {};   ///< inprogress, …
    std::string live_key = {}; ///< of the session made of it; empty: it is not said
    std::string title = {};
    std::string channel = {}; ///< guide number; empty: it is not said
};

} // namespace plex_tuner::plex
