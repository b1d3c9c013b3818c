// SPDX-License-Identifier: GPL-3.0-or-later
// Masking of one URL given as text, which need not be a valid URL.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace plex_tuner::redaction {

inline constexpr std::string_view kMask = "***";

/// URLs inside URLs are followed this deep; what lies deeper is masked as a whole. Without a bound
/// a hostile URL ("http://h?u=http://h?u=...") would decide how deep we recurse.
inline constexpr int kMaxDepth = 3;

/// redact_text, one pass.
[[nodiscard]] std::string redact_text_once(std::string_view text, int depth);

/// Applies `once` until nothing changes: in broken text a mask can make a URL or a path with
/// credentials out of what was none before. Each pass only masks more, so few are needed.
template <class Once>
[[nodiscard]] std::string until_stable(std::string_view text, const Once& once) {
    constexpr int kMaxPasses = 5;
    std::string out = once(text);
    for (int pass = 1; pass < kMaxPasses; ++pass) {
        std::string again = once(out);
        if (again == out) {
            break;
        }
        out = std::move(again);
    }
    return out;
}

/// `text` starts with "scheme://", "scheme:" or "//host".
[[nodiscard]] std::string redact_url_text(std::string_view text, int depth = kMaxDepth);

/// A path that starts with '/'. `with_numbers` also masks the two segments before a last segment
/// that is a number, which is right for URLs and wrong for paths of files.
[[nodiscard]] std::string redact_path(std::string_view path, bool with_numbers, int depth);

/// "/USER/PASS/1.ts": three segments, the last a number with the ending of a medium. Paths of files
/// hardly look like this.
[[nodiscard]] bool is_stream_path(std::string_view path);

} // namespace plex_tuner::redaction
