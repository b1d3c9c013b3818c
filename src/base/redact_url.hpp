// SPDX-License-Identifier: GPL-3.0-or-later
// Masking of one URL given as text, which need not be a valid URL.
#pragma once

#include <string>
#include <string_view>

namespace plex_tuner::redaction {

inline constexpr std::string_view kMask = "***";

/// `text` starts with "scheme://" or "scheme:".
[[nodiscard]] std::string redact_url_text(std::string_view text);

/// A path that starts with '/'. `with_numbers` also masks the two segments before a last segment
/// that is a number, which is right for URLs and wrong for paths of files.
[[nodiscard]] std::string redact_path(std::string_view path, bool with_numbers);

} // namespace plex_tuner::redaction
