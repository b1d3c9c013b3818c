// SPDX-License-Identifier: GPL-3.0-or-later
// First line: a base URL; second line: a reference. The parts stay inside the text, redacting is
// idempotent, and what resolves is a URL again.
#include <plex_tuner/base/url.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using plex_tuner::Url;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check(const Url& url) {
    const std::string_view text = url.text();
    for (const std::string_view part :
        {url.scheme(), url.userinfo(), url.host(), url.path(), url.query(), url.fragment()}) {
        require(part.empty() || text.contains(part));
    }
    const auto again = Url::parse(text);
    require(again && *again == url);
    const Url bare = url.without_userinfo();
    const auto bare_again = Url::parse(bare.text());
    require(bare_again && bare_again->host() == url.host() && bare_again->path() == url.path());
    const std::string once = url.redacted();
    if (const auto masked = Url::parse(once)) {
        require(masked->redacted() == once);
    }
    require(!url.is_http() || !url.host().empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text;
    if (size > 0) {
        text = {reinterpret_cast<const char*>(data), size};
    }
    const std::size_t end = text.find('\n');
    const auto base = Url::parse(text.substr(0, end));
    if (!base) {
        return 0;
    }
    check(*base);
    if (const auto resolved =
            base->resolve(end == std::string_view::npos ? "" : text.substr(end + 1))) {
        check(*resolved);
    }
    return 0;
}
