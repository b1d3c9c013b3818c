// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/url.hpp>

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner {
namespace {

using Cases = std::vector<std::pair<std::string_view, std::string_view>>;

void expect_resolved(std::string_view base, const Cases& cases) {
    const auto parsed = Url::parse(base);
    ASSERT_TRUE(parsed);
    for (const auto& [reference, expected] : cases) {
        const auto resolved = parsed->resolve(reference);
        ASSERT_TRUE(resolved) << reference;
        EXPECT_EQ(resolved->text(), expected) << reference;
    }
}

// RFC 3986 section 5.4.1 and 5.4.2.
TEST(UrlResolve, Rfc3986Examples) {
    expect_resolved("http://a/b/c/d;p?q",
        {{"g:h", "g:h"}, {"g", "http://a/b/c/g"}, {"./g", "http://a/b/c/g"},
            {"g/", "http://a/b/c/g/"}, {"/g", "http://a/g"}, {"//g", "http://g"},
            {"?y", "http://a/b/c/d;p?y"}, {"g?y", "http://a/b/c/g?y"},
            {"#s", "http://a/b/c/d;p?q#s"}, {"g#s", "http://a/b/c/g#s"},
            {"g?y#s", "http://a/b/c/g?y#s"}, {";x", "http://a/b/c/;x"}, {"g;x", "http://a/b/c/g;x"},
            {"g;x?y#s", "http://a/b/c/g;x?y#s"}, {"", "http://a/b/c/d;p?q"}, {".", "http://a/b/c/"},
            {"./", "http://a/b/c/"}, {"..", "http://a/b/"}, {"../", "http://a/b/"},
            {"../g", "http://a/b/g"}, {"../..", "http://a/"}, {"../../", "http://a/"},
            {"../../g", "http://a/g"}, {"../../../g", "http://a/g"},
            {"../../../../g", "http://a/g"}, {"/./g", "http://a/g"}, {"/../g", "http://a/g"},
            {"g.", "http://a/b/c/g."}, {".g", "http://a/b/c/.g"}, {"g..", "http://a/b/c/g.."},
            {"..g", "http://a/b/c/..g"}, {"./../g", "http://a/b/g"}, {"./g/.", "http://a/b/c/g/"},
            {"g/./h", "http://a/b/c/g/h"}, {"g/../h", "http://a/b/c/h"},
            {"g;x=1/./y", "http://a/b/c/g;x=1/y"}, {"g;x=1/../y", "http://a/b/c/y"},
            {"g?y/./x", "http://a/b/c/g?y/./x"}, {"g#s/../x", "http://a/b/c/g#s/../x"}});
}

TEST(UrlResolve, PlaylistsOfProviders) {
    expect_resolved("https://user:pw@cdn.example:8443/a/b/index.m3u8?token=x%2Fy",
        {{"seg1.ts", "https://user:pw@cdn.example:8443/a/b/seg1.ts"},
            {"720p/seg.ts?sig=%2f", "https://user:pw@cdn.example:8443/a/b/720p/seg.ts?sig=%2f"},
            {"//other.example/x.ts", "https://other.example/x.ts"},
            {"/x:y/z.ts", "https://user:pw@cdn.example:8443/x:y/z.ts"},
            {"a/b:c.ts", "https://user:pw@cdn.example:8443/a/b/a/b:c.ts"},
            {"  seg2.ts\r", "https://user:pw@cdn.example:8443/a/b/seg2.ts"},
            {"http://h/a/../b", "http://h/a/../b"}});
}

TEST(UrlResolve, BaseWithoutPath) {
    expect_resolved("http://h", {{"x", "http://h/x"}, {"../x", "http://h/x"}, {"?q", "http://h?q"},
                                    {"#f", "http://h#f"}, {"", "http://h"}});
    expect_resolved("http://h?q=1", {{"x", "http://h/x"}, {"", "http://h?q=1"}});
}

TEST(UrlResolve, FragmentOfTheBaseIsNotInherited) {
    expect_resolved(
        "http://h/p?q#f", {{"", "http://h/p?q"}, {"#g", "http://h/p?q#g"}, {"?", "http://h/p?"}});
}

TEST(UrlResolve, BadReferencesAreErrors) {
    const Url base = *Url::parse("http://h/p");
    EXPECT_FALSE(base.resolve("a b"));
    EXPECT_FALSE(base.resolve("//"));
    EXPECT_FALSE(base.resolve("http://h:bad/"));
    EXPECT_FALSE(base.resolve(std::string(Url::kMaxBytes, 'x')));
}

} // namespace
} // namespace plex_tuner
