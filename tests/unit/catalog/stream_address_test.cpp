// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/catalog/stream_address.hpp>

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace plex_tuner::catalog {
namespace {

TEST(StreamAddress, IsCutBehindTheLastSlashOfThePath) {
    for (const auto& [prefix, suffix] :
        {std::pair{"http://h/movie/u/p/", "1.mkv"}, {"http://h/live/", "1.ts?token=a/b/c"},
            {"http://h/", "#a/b"}, {"http://h/live/u/", ""}, {"", "u"}, {"", "?a=/b"}, {"", ""}}) {
        const std::string url = std::string(prefix) + suffix;
        const StreamAddress address = StreamAddress::split(url);
        EXPECT_EQ(address.prefix(), prefix);
        EXPECT_EQ(address.suffix(), suffix);
        EXPECT_EQ(address.str(), url);
        EXPECT_EQ(address.size(), url.size());
        EXPECT_EQ(address.empty(), url.empty());
    }
}

TEST(StreamAddress, IsEqualWhereverItIsCut) {
    const std::string_view url = "http://h/a/1.ts";
    const std::string_view other = "http://h/a/2.ts";
    for (std::size_t i = 0; i <= url.size(); ++i) {
        const StreamAddress left(url.substr(0, i), url.substr(i));
        EXPECT_EQ(left, url);
        EXPECT_NE(left, other);
        EXPECT_NE(left, url.substr(1));
        for (std::size_t j = 0; j <= url.size(); ++j) {
            EXPECT_EQ(left, StreamAddress(url.substr(0, j), url.substr(j)));
            EXPECT_NE(left, StreamAddress(other.substr(0, j), other.substr(j)));
            EXPECT_NE(left, StreamAddress(url.substr(0, j), "/"));
        }
    }
}

} // namespace
} // namespace plex_tuner::catalog
