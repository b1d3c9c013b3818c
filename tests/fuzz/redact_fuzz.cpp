// SPDX-License-Identifier: GPL-3.0-or-later
// Any text: redacting it twice changes nothing more, and a password planted where URLs carry one
// is gone.
#include <plex_tuner/base/redact.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text;
    if (size > 0) {
        text = {reinterpret_cast<const char*>(data), size};
    }
    const std::string once = plex_tuner::redact_text(text);
    require(plex_tuner::redact_text(once) == once);

    constexpr std::string_view kPassword = "Hunter2Hunter2";
    if (text.contains(kPassword)) {
        return 0;
    }
    std::string word;
    std::ranges::copy_if(text, std::back_inserter(word),
        [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
    for (const std::string& url : {"http://" + word + ":" + std::string(kPassword) + "@h/",
             "http://h/" + word + "/live/" + word + "x/" + std::string(kPassword) + "/1.ts",
             "http://h/" + word + "?username=" + word + "&password=" + std::string(kPassword)}) {
        require(!plex_tuner::redact_text(std::string(text) + " " + url).contains(kPassword));
        require(!plex_tuner::redact_text(url + " " + std::string(text)).contains(kPassword));
    }
    return 0;
}
