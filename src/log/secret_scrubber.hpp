// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/secret.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::log {

/// Replaces known secret values, as they are and percent-encoded, and the credentials of URLs.
/// Immutable, so usable from every thread.
class SecretScrubber {
public:
    /// Shorter values are not registered: they would eat ordinary words.
    static constexpr std::size_t kMinSecretBytes = 4;

    explicit SecretScrubber(std::span<const Secret> secrets);

    [[nodiscard]] std::string scrub(std::string_view text) const;

private:
    std::vector<std::string> needles_; ///< longest first: one secret may contain another
};

} // namespace plex_tuner::log
