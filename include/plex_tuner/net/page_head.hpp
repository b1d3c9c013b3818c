// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace plex_tuner::net {

/// Everything up to and with <body>.
[[nodiscard]] std::string page_head(std::string_view title);

} // namespace plex_tuner::net
