// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/config/config.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::config {

/// An http(s) URL; blanks around it are dropped and the two characters "\&", which shells and
/// manifests leave behind, become '&'.
[[nodiscard]] std::optional<Url> parse_http_url(std::string_view text);

/// A comma list of them, none bad; each is kept once.
[[nodiscard]] std::optional<std::vector<Url>> parse_http_urls(std::string_view text);

/// An http(s) URL, a file: URL or a path. A path that reads like a URL whose "http://" was
/// forgotten is taken only when such a file exists.
[[nodiscard]] std::optional<Location> parse_location(std::string_view text);

/// An http(s) URL that paths can be appended to: no query, fragment or userinfo; trailing '/'
/// dropped.
[[nodiscard]] std::optional<std::string> parse_advertised_url(std::string_view text);

/// How a rejected value of these kinds is shown: credentials masked as far as they can be told.
[[nodiscard]] std::string redact_rejected_url(std::string_view text);

} // namespace plex_tuner::config
