// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/text_table.hpp>

#include <algorithm>

namespace plex_tuner {

namespace {

std::size_t width_of(const std::string& text) {
    // Continuation bytes take no place of their own.
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

} // namespace

std::string text_table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += row[i];
            if (i + 1 < row.size()) {
                text.append(widths[i] - width_of(row[i]) + 2, ' ');
            }
        }
        while (text.ends_with(' ')) {
            text.pop_back();
        }
        text += '\n';
    }
    return text;
}

} // namespace plex_tuner
