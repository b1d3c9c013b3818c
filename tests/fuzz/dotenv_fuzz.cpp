// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a .env file: names are names, each comes once, and warnings quote no line.
#include <plex_tuner/config/dotenv.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
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
    const plex_tuner::config::Dotenv file = plex_tuner::config::parse_dotenv(text, ".env");
    std::set<std::string> names;
    std::size_t line = 0;
    for (const plex_tuner::config::DotenvEntry& entry : file.entries) {
        require(names.insert(entry.name).second);
        require(entry.line > line);
        require(text.contains(entry.name) && text.contains(entry.value));
        line = entry.line;
    }
    return 0;
}
