// SPDX-License-Identifier: GPL-3.0-or-later
#include "request_factory.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>

#include <string_view>
#include <utility>

namespace plex_tuner::gateway {
namespace {

/// Headers of a playlist that are credentials: they stay with the host they were written for.
[[nodiscard]] bool is_bound_to_origin(std::string_view name) {
    return ascii::iequals(name, "Authorization") || ascii::iequals(name, "Cookie") ||
           ascii::iequals(name, "Proxy-Authorization");
}

[[nodiscard]] fetch::Credentials credentials_of(const Url& url) {
    const std::string_view userinfo = url.userinfo();
    const std::size_t colon = userinfo.find(':');
    fetch::Credentials result;
    result.origin = url.origin();
    result.user = percent::decode(userinfo.substr(0, colon));
    if (colon != std::string_view::npos) {
        result.password = Secret(percent::decode(userinfo.substr(colon + 1)));
    }
    return result;
}

} // namespace

RequestFactory::RequestFactory(const Url& source, fetch::HeaderList headers, fetch::Limits limits,
    const std::vector<fetch::Credentials>& credentials, std::shared_ptr<fetch::CookieJar> cookies)
    : origin_(source.origin()), headers_(std::move(headers)), limits_(limits),
      cookies_(std::move(cookies)) {
    // What the source itself names comes first, so it wins.
    if (!source.userinfo().empty()) {
        credentials_.push_back(credentials_of(source));
    }
    credentials_.insert(credentials_.end(), credentials.begin(), credentials.end());
}

fetch::Request RequestFactory::make(const Url& url) const {
    fetch::Request request(url.userinfo().empty() ? url : url.without_userinfo());
    const std::string origin = url.origin();
    for (const auto& [name, value] : headers_) {
        if (origin == origin_ || !is_bound_to_origin(name)) {
            request.headers.emplace_back(name, value);
        }
    }
    request.limits = limits_;
    request.cookies = cookies_;
    for (const fetch::Credentials& credentials : credentials_) {
        if (credentials.origin == origin) {
            request.credentials = credentials;
            break;
        }
    }
    return request;
}

fetch::Request RequestFactory::media(const Url& url) const {
    fetch::Request request = make(url);
    request.accept_compressed = false;
    request.limits.total = std::chrono::milliseconds(0);
    return request;
}

fetch::Request RequestFactory::text(const Url& url, std::chrono::milliseconds total) const {
    fetch::Request request = make(url);
    request.limits.total = total;
    return request;
}

} // namespace plex_tuner::gateway
