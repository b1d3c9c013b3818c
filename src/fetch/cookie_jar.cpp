// SPDX-License-Identifier: GPL-3.0-or-later
#include "cookie_jar.hpp"

#include <plex_tuner/fetch/client.hpp>

#include <new>

namespace plex_tuner::fetch {

CookieJar::CookieJar() : share_(curl_share_init()) {
    if (share_ == nullptr) {
        throw std::bad_alloc();
    }
    curl_share_setopt(share_.get(), CURLSHOPT_LOCKFUNC, &CookieJar::lock);
    curl_share_setopt(share_.get(), CURLSHOPT_UNLOCKFUNC, &CookieJar::unlock);
    curl_share_setopt(share_.get(), CURLSHOPT_USERDATA, this);
    curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
}

void CookieJar::lock(
    CURL* /*easy*/, curl_lock_data data, curl_lock_access /*access*/, void* user) noexcept {
    auto* jar = static_cast<CookieJar*>(user);
    (data == CURL_LOCK_DATA_COOKIE ? jar->cookie_mutex_ : jar->share_mutex_).lock();
}

void CookieJar::unlock(CURL* /*easy*/, curl_lock_data data, void* user) noexcept {
    auto* jar = static_cast<CookieJar*>(user);
    (data == CURL_LOCK_DATA_COOKIE ? jar->cookie_mutex_ : jar->share_mutex_).unlock();
}

std::shared_ptr<CookieJar> make_cookie_jar() {
    return std::make_shared<CookieJar>();
}

} // namespace plex_tuner::fetch
