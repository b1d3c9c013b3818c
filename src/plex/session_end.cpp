// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/session_end.hpp>

#include <algorithm>

namespace plex_tuner::plex {

namespace {

constexpr const char* kReason = "plex-tuner: nobody seems to watch this any more";

/// What a client says of itself stays in its line.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const bool is_plain = static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\x7F';
        out += is_plain ? c : ' ';
    }
    return out + "\"";
}

} // namespace

asio::awaitable<Result<void>> end_session(Server& server, PlaySession session, StopMeans means) {
    // No conditional operator: both sides would be begun.
    if (means == StopMeans::transcode && session.transcode) {
        co_return co_await server.stop_transcode(session.transcode->id);
    }
    co_return co_await server.terminate_session(session.session_id, kReason);
}

std::string session_text(const PlaySession& session) {
    return "transcode=" + (session.transcode ? session.transcode->id : std::string("-")) +
           " live=" + session.key.substr(session.key.rfind('/') + 1) +
           " ip=" + session.player.address + " client=" + quoted(session.player.product) +
           " state=" + session.player.state + " title=" + quoted(session.title);
}

} // namespace plex_tuner::plex
