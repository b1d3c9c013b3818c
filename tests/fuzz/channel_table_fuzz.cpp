// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a table of channels: refused with a line, or the same again after writing it.
#include <plex_tuner/lineup/channel_table.hpp>

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
    using namespace plex_tuner;
    std::string_view text;
    if (size > 0) {
        text = {reinterpret_cast<const char*>(data), size};
    }
    const auto table = lineup::ChannelTable::parse(text);
    if (!table) {
        require(table.error().message().starts_with("line "));
        return 0;
    }
    for (const lineup::TableRow& row : table->rows()) {
        require(!row.name.empty() || !row.tvg_id.empty());
        require(row.number.empty() || lineup::canonical_number(row.number) == row.number);
    }
    const auto again = lineup::ChannelTable::parse(
        lineup::format_channel_table(table->rows(), table->keeps_others(), "fuzz"));
    require(again.has_value());
    require(again->rows().size() == table->rows().size());
    require(again->keeps_others() == table->keeps_others());
    return 0;
}
