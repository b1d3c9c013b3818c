// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

namespace plex_tuner::guide {
namespace {

constexpr std::string_view kSuffix = ".plextuner";
constexpr std::string_view kHexDigits = "0123456789abcdef";

/// A dot may stand between two other characters only.
[[nodiscard]] bool is_inner_dot(std::string_view text, std::size_t at) noexcept {
    return text[at] == '.' && at > 0 && at + 1 < text.size() && text[at - 1] != '.' &&
           text[at + 1] != '.';
}

} // namespace

std::string guide_channel_id(std::string_view guide_number) {
    std::string id;
    id.reserve(guide_number.size() + kSuffix.size());
    for (std::size_t i = 0; i < guide_number.size(); ++i) {
        const char c = guide_number[i];
        if (ascii::is_alnum(c) || is_inner_dot(guide_number, i)) {
            id += c;
            continue;
        }
        // '-' and two hex digits, and '-' for nothing else: different numbers get different ids.
        const auto byte = static_cast<unsigned char>(c);
        id += '-';
        id += kHexDigits[byte >> 4];
        id += kHexDigits[byte & 0x0F];
    }
    return (id.empty() ? "-" : id) + std::string(kSuffix);
}

} // namespace plex_tuner::guide
