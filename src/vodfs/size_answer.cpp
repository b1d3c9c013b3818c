// SPDX-License-Identifier: GPL-3.0-or-later
#include "size_answer.hpp"

#include <plex_tuner/base/ascii.hpp>

namespace plex_tuner::vodfs {

bool is_text(const fetch::ResponseHead& head) {
    const auto type = head.header("Content-Type");
    return type &&
           (ascii::istarts_with(*type, "text/") || ascii::istarts_with(*type, "application/json") ||
               ascii::istarts_with(*type, "application/xhtml"));
}

std::optional<std::uint64_t> size_in_head(const fetch::ResponseHead& head) {
    const auto encoding = head.header("Content-Encoding");
    const bool is_encoded =
        encoding && !encoding->empty() && !ascii::iequals(*encoding, "identity");
    if (head.status != 200 || is_encoded || is_text(head) || head.content_length.value_or(0) == 0) {
        return std::nullopt;
    }
    return head.content_length;
}

} // namespace plex_tuner::vodfs
