// SPDX-License-Identifier: GPL-3.0-or-later
#include "retry_policy.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <cstdint>
#include <string>

#include <curl/curl.h>

namespace plex_tuner::fetch {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBusyWait{1'000};      ///< 429 without Retry-After
constexpr milliseconds kForbiddenWait{5'000}; ///< 403 without Retry-After
constexpr int kMaxDoublings = 10;

} // namespace

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, WallTime now) {
    text = ascii::trim(text);
    if (text.empty()) {
        return std::nullopt;
    }
    if (ascii::is_digit(text.front())) {
        const auto seconds = ascii::parse_integer<std::uint32_t>(text);
        if (!seconds) {
            return std::nullopt;
        }
        return std::chrono::seconds(*seconds);
    }
    const std::time_t date = curl_getdate(std::string(text).c_str(), nullptr);
    if (date < 0) {
        return std::nullopt;
    }
    const auto wait = std::chrono::seconds(date) - now.time_since_epoch();
    return std::max(wait, std::chrono::seconds::zero());
}

std::optional<milliseconds> retry_wait(const Error& error,
    std::optional<std::chrono::seconds> retry_after, int retries_done, milliseconds base) {
    const milliseconds backoff =
        std::min(base * (std::int64_t{1} << std::min(retries_done, kMaxDoublings)), kMaxRetryWait);
    if (const auto status = error.http_status()) {
        if (*status == 403) {
            return std::min<milliseconds>(
                retry_after ? *retry_after : kForbiddenWait, kMaxForbiddenWait);
        }
        if (*status == 429) {
            return std::min<milliseconds>(retry_after ? *retry_after : kBusyWait, kMaxRetryWait);
        }
        // Panels invent numbers beyond 599 ("884 busy"); they are no verdict on the request.
        if (*status >= 500) {
            return std::min<milliseconds>(retry_after ? *retry_after : backoff, kMaxRetryWait);
        }
        return std::nullopt;
    }
    if (error.code() == ErrorCode::network || error.code() == ErrorCode::timeout) {
        return backoff;
    }
    return std::nullopt;
}

milliseconds jittered(milliseconds wait, bool named_by_server, std::minstd_rand& random) {
    std::uniform_real_distribution<double> factor(named_by_server ? 1.0 : 0.75, 1.25);
    return milliseconds(
        static_cast<std::int64_t>(static_cast<double>(wait.count()) * factor(random)));
}

} // namespace plex_tuner::fetch
