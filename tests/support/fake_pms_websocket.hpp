// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace plex_tuner::testing {

/// The answer that makes a connection a web socket (RFC 6455 section 4.2.2).
[[nodiscard]] std::string websocket_handshake(std::string_view key);

/// One whole text message of a server, which does not mask (RFC 6455 section 5.2).
[[nodiscard]] std::string websocket_text(std::string_view text);

/// What Plex says on its web socket of what `data` says on its event stream: the object in a list,
/// in a container. `data` may be in the container already.
[[nodiscard]] std::string websocket_notification(const std::string& event, const std::string& data);

} // namespace plex_tuner::testing
