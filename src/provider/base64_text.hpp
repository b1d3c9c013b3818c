// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::provider {

/// What base64 (RFC 4648 section 4, with or without its padding, white space around it) stands for;
/// nullopt when `text` is no base64. Empty stands for empty.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

} // namespace plex_tuner::provider
