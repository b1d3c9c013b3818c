// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/net/http_types.hpp>

#include <string_view>

namespace plex_tuner::net {

/// True when the client takes this content coding: named (or "*") in Accept-Encoding with a weight
/// above zero (RFC 9110 section 12.5.3). No Accept-Encoding means no: a client that can decode says
/// so. Answers chosen this way carry "Vary: Accept-Encoding".
[[nodiscard]] bool accepts_encoding(const Request& request, std::string_view coding);

} // namespace plex_tuner::net
