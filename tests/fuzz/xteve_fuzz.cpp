// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as xepg.json: refused with a reason, or rows that a table of channels takes.
#include "json_object.hpp"
#include "xteve_channels.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plex_tuner;
    std::string_view text;
    if (size > 0) {
        text = {reinterpret_cast<const char*>(data), size};
    }
    const auto document = migrate::parse_json_object(text);
    if (!document) {
        require(!document.error().message().empty());
        return 0;
    }
    const auto channels =
        migrate::read_xteve_channels(*document, "xepg.json", {{"M1", "M2"}, {{"X1.xml", "Guide"}}});
    if (!channels) {
        require(channels.error().message().starts_with("xepg.json: "));
        return 0;
    }
    require(lineup::ChannelTable::parse(lineup::format_channel_table(channels->rows, false, "fuzz"))
            .has_value());
    return 0;
}
