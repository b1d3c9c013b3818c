// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>
#include <plex_tuner/base/url.hpp>

#include <chrono>
#include <string>
#include <string_view>

#include <curl/curl.h>

namespace plex_tuner::fetch {

/// How far a hop got when it failed.
enum class HopPlace { connecting, waiting_for_header, in_body };

struct FailureContext {
    const Url& url;
    HopPlace place;
    std::chrono::milliseconds connect_limit;
    int os_errno = 0;        ///< CURLINFO_OS_ERRNO
    std::string_view detail; ///< libcurl's error buffer
};

/// The sentence for a libcurl result: what failed, where (redacted), and what to do about it where
/// that is known.
[[nodiscard]] Error transfer_error(CURLcode code, const FailureContext& context);

/// "15 s" or "100 ms".
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

} // namespace plex_tuner::fetch
