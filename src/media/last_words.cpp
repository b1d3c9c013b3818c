// SPDX-License-Identifier: GPL-3.0-or-later
#include "last_words.hpp"

#include <plex_tuner/base/redact.hpp>

#include <algorithm>

namespace plex_tuner::media {
namespace {

constexpr std::string_view kLineEnds = "\r\n";
/// Of what it says, before it is redacted and shortened.
constexpr std::size_t kMaxHeard = std::size_t{8} * 1024;
constexpr std::size_t kMaxText = 600;

} // namespace

void LastWords::hear(std::string_view said) {
    heard_ += said;
    if (!skips_line_ && heard_.size() <= kMaxHeard) {
        return;
    }
    // Half a line may begin behind the name of a secret, or within an address.
    const std::size_t excess = heard_.size() - std::min(heard_.size(), kMaxHeard);
    const std::size_t end = heard_.find_first_of(kLineEnds, excess);
    skips_line_ = end == std::string::npos;
    heard_.erase(0, skips_line_ ? end : end + 1);
}

std::string LastWords::text() const {
    std::string text;
    std::string_view rest = heard_;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of(kLineEnds), rest.size());
        // Before what is not printable is replaced: that may be part of a password.
        const std::string line = redact_text(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.empty()) {
            continue;
        }
        text += text.empty() ? "" : "; ";
        for (const char c : line) {
            text += c >= ' ' && c <= '~' ? c : '?';
        }
    }
    text.erase(0, text.size() - std::min(text.size(), kMaxText));
    return text;
}

} // namespace plex_tuner::media
