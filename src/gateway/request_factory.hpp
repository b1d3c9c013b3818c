// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fetch/client.hpp>

#include <memory>
#include <string>
#include <vector>

namespace plex_tuner::gateway {

/// Makes the requests of one source of one channel: its playlist headers go with every request,
/// credentials only to the origin they belong to, cookies are kept for the session.
class RequestFactory {
public:
    /// `source` may carry userinfo; it is then sent as credentials to the source's own origin.
    RequestFactory(const Url& source, fetch::HeaderList headers, fetch::Limits limits,
        const std::vector<fetch::Credentials>& credentials,
        std::shared_ptr<fetch::CookieJar> cookies);

    /// A media request: never compressed, no total time limit.
    [[nodiscard]] fetch::Request media(const Url& url) const;
    /// A playlist request.
    [[nodiscard]] fetch::Request text(const Url& url, std::chrono::milliseconds total) const;

private:
    [[nodiscard]] fetch::Request make(const Url& url) const;

    std::string origin_;
    fetch::HeaderList headers_;
    fetch::Limits limits_;
    std::vector<fetch::Credentials> credentials_;
    std::shared_ptr<fetch::CookieJar> cookies_;
};

} // namespace plex_tuner::gateway
