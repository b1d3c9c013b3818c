// SPDX-License-Identifier: GPL-3.0-or-later
#include "base_url.hpp"

#include <plex_tuner/engine/addresses.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

net::Request request_with_host(const char* host) {
    net::Request request;
    request.local_address = "192.0.2.7";
    request.local_port = 5004;
    if (host != nullptr) {
        request.headers.add("Host", host);
    }
    return request;
}

TEST(BaseUrl, IsTheHostTheClientAskedFor) {
    EXPECT_EQ(base_url_for(request_with_host("tv.lan:5004"), ""), "http://tv.lan:5004");
    EXPECT_EQ(
        base_url_for(request_with_host("[2001:db8::1]:5004"), ""), "http://[2001:db8::1]:5004");
}

TEST(BaseUrl, ConfiguredOneWinsAndLosesItsSlash) {
    EXPECT_EQ(
        base_url_for(request_with_host("tv.lan"), "https://tv.example/"), "https://tv.example");
}

TEST(BaseUrl, IsTheAddressReachedWhenTheHostIsMissingOrNoHost) {
    EXPECT_EQ(base_url_for(request_with_host(nullptr), ""), "http://192.0.2.7:5004");
    EXPECT_EQ(base_url_for(request_with_host("a\"><script>"), ""), "http://192.0.2.7:5004");
    EXPECT_EQ(base_url_for(request_with_host("user@host"), ""), "http://192.0.2.7:5004");
    EXPECT_EQ(base_url_for(request_with_host(std::string(300, 'a').c_str()), ""),
        "http://192.0.2.7:5004");
}

TEST(HttpUrl, BracketsIpv6AndOmitsPort80) {
    EXPECT_EQ(http_url("::1", 5004), "http://[::1]:5004");
    EXPECT_EQ(http_url("192.0.2.7", 80), "http://192.0.2.7");
}

} // namespace
} // namespace plex_tuner::engine
