// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/plex/server.hpp>
#include <plex_tuner/plex/session_judge.hpp>

#include <string>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::plex {

/// Has the server end it: its transcode, or the session itself. Success says little: look whether
/// it is gone.
[[nodiscard]] asio::awaitable<Result<void>> end_session(
    Server& server, PlaySession session, StopMeans means);

/// "transcode=… live=… ip=… client=… state=… title=…", in one line.
[[nodiscard]] std::string session_text(const PlaySession& session);

} // namespace plex_tuner::plex
