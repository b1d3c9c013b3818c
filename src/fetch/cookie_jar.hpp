// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "curl_handles.hpp"

#include <mutex>

namespace plex_tuner::fetch {

/// The cookies of one upstream session as a libcurl share. Requests of several clients, and so of
/// several fetch threads, may use it at once. Outlives every easy handle that refers to it.
class CookieJar {
public:
    CookieJar();
    CookieJar(const CookieJar&) = delete;
    CookieJar& operator=(const CookieJar&) = delete;

    [[nodiscard]] CURLSH* share() const noexcept { return share_.get(); }

private:
    static void lock(CURL* easy, curl_lock_data data, curl_lock_access access, void* user) noexcept;
    static void unlock(CURL* easy, curl_lock_data data, void* user) noexcept;

    std::mutex share_mutex_; ///< the share's own state
    std::mutex cookie_mutex_;
    CurlShare share_;
};

} // namespace plex_tuner::fetch
