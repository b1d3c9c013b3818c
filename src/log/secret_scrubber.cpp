// SPDX-License-Identifier: GPL-3.0-or-later
#include "secret_scrubber.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/base/redact.hpp>

#include <algorithm>

namespace plex_tuner::log {
namespace {

constexpr std::string_view kMask = "***";

/// percent::encode with lower-case hex digits, as some servers echo it.
[[nodiscard]] std::string lower_case_escapes(std::string encoded) {
    for (std::size_t i = 0; i + 2 < encoded.size(); ++i) {
        if (encoded[i] == '%') {
            encoded[i + 1] = ascii::to_lower(encoded[i + 1]);
            encoded[i + 2] = ascii::to_lower(encoded[i + 2]);
        }
    }
    return encoded;
}

} // namespace

SecretScrubber::SecretScrubber(std::span<const Secret> secrets) {
    for (const Secret& secret : secrets) {
        const std::string& value = secret.reveal();
        if (value.size() < kMinSecretBytes) {
            continue;
        }
        needles_.push_back(value);
        needles_.push_back(percent::encode(value));
        needles_.push_back(lower_case_escapes(needles_.back()));
    }
    std::ranges::sort(needles_, [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    const auto duplicates = std::ranges::unique(needles_);
    needles_.erase(duplicates.begin(), duplicates.end());
}

std::string SecretScrubber::scrub(std::string_view text) const {
    // Whatever holds credentials holds one of these; most of what is logged holds none.
    const bool may_hold_credentials = text.find_first_of("/=:") != std::string_view::npos;
    std::string out = may_hold_credentials ? redact_text(text) : std::string(text);
    for (const std::string& needle : needles_) {
        std::size_t found = out.find(needle);
        if (found == std::string::npos) {
            continue;
        }
        std::string clean;
        std::size_t begin = 0;
        for (; found != std::string::npos; found = out.find(needle, begin)) {
            clean.append(out, begin, found - begin);
            clean += kMask;
            begin = found + needle.size();
        }
        clean.append(out, begin);
        out = std::move(clean);
    }
    return out;
}

} // namespace plex_tuner::log
