// SPDX-License-Identifier: GPL-3.0-or-later
#include "numbering.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/lineup/channel_table.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <unordered_map>

namespace plex_tuner::lineup {
namespace {

/// Stands for "as it is" where a column is not at the end of its line.
constexpr std::string_view kSame = "-";
/// A line of its own: channels that have no row.
constexpr std::string_view kOthers = "*";

constexpr std::string_view kHead =
    "# The channels of the lineup, in this order (PLEX_TUNER_LINEUP_CHANNELS_FILE).\n"
    "# Columns are parted by one tab each; - or nothing: as it is in the playlist.\n"
    "# A line with nothing but * keeps all other channels, too, behind these.\n"
    "#\n"
    "# number\ttvg-id\tname\tid in the guide\tnew name\n";

/// Without what would part columns or lines.
[[nodiscard]] std::string one_line(std::string_view text) {
    std::string out(text);
    std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return std::string(ascii::trim(out));
}

[[nodiscard]] std::string column_text(std::string_view text) {
    std::string out = one_line(text);
    return out.empty() ? std::string(kSame) : out;
}

[[nodiscard]] std::vector<std::string> columns_of(std::string_view line) {
    std::vector<std::string> columns;
    for (std::size_t at = 0; at <= line.size();) {
        const std::size_t end = std::min(line.find('\t', at), line.size());
        std::string column = one_line(line.substr(at, end - at));
        columns.push_back(column == kSame ? std::string() : std::move(column));
        at = end + 1;
    }
    return columns;
}

/// Pairs channels and rows by keys, one kind of key after the other.
class Pairing {
public:
    Pairing(const std::vector<TableRow>& rows, std::span<const catalog::LiveChannel> channels)
        : rows_(rows), channels_(channels), row_of_(channels.size(), ChannelTable::kNone),
          used_(rows.size(), false) {}

    /// `key` of a tvg-id and a name; who has an empty one is left out.
    template <class Key>
    void by(const Key& key) {
        std::unordered_map<std::string, std::deque<std::size_t>> waiting;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            if (used_[i]) {
                continue;
            }
            if (std::string text = key(rows_[i].tvg_id, rows_[i].name); !text.empty()) {
                waiting[std::move(text)].push_back(i);
            }
        }
        for (std::size_t i = 0; i < channels_.size() && !waiting.empty(); ++i) {
            if (row_of_[i] != ChannelTable::kNone) {
                continue;
            }
            const auto found = waiting.find(key(channels_[i].tvg_id, channels_[i].guide_name));
            if (found != waiting.end() && !found->second.empty()) {
                row_of_[i] = found->second.front();
                used_[row_of_[i]] = true;
                found->second.pop_front();
            }
        }
    }

    [[nodiscard]] TableMatch take() {
        TableMatch match{.row_of = std::move(row_of_), .unanswered = {}};
        for (std::size_t i = 0; i < used_.size(); ++i) {
            if (!used_[i]) {
                match.unanswered.push_back(i);
            }
        }
        return match;
    }

private:
    const std::vector<TableRow>& rows_;
    std::span<const catalog::LiveChannel> channels_;
    std::vector<std::size_t> row_of_;
    std::vector<bool> used_;
};

/// name_key() of one of both.
[[nodiscard]] std::string folded(std::string_view text) {
    return ascii::trim(text).empty() ? std::string() : name_key({}, text);
}

} // namespace

Result<ChannelTable> ChannelTable::parse(std::string_view text) {
    constexpr std::size_t kColumns = 5;
    if (text.starts_with("\xEF\xBB\xBF")) { // a spreadsheet wrote it
        text.remove_prefix(3);
    }
    ChannelTable table;
    std::unordered_map<std::string, std::size_t> line_of; // by number
    for (std::size_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view row = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (row.ends_with('\r')) {
            row.remove_suffix(1);
        }
        if (ascii::trim(row).empty() || row.starts_with('#')) {
            continue;
        }
        const auto wrong = [&](const std::string& what) {
            return fail(ErrorCode::parse, "line " + std::to_string(line) + ": " + what);
        };
        if (ascii::trim(row) == kOthers) {
            table.keeps_others_ = true;
            continue;
        }
        std::vector<std::string> columns = columns_of(row);
        if (columns.size() > kColumns) {
            return wrong("it has " + std::to_string(columns.size()) +
                         " columns, and there are five: number, tvg-id, name, id in the guide, new "
                         "name, parted by tabs");
        }
        columns.resize(kColumns);
        if (columns[1].empty() && columns[2].empty()) {
            return wrong(
                "the second and third column, tvg-id and name, say which channel is meant, "
                "and both are empty (columns are parted by tabs)");
        }
        std::string number;
        if (!columns[0].empty()) {
            number = canonical_number(columns[0]);
            if (number.empty()) {
                return wrong("'" + columns[0] +
                             "' is no guide number; they are like 5 or 5.1, at most seven digits a "
                             "part");
            }
            const auto [taken, fresh] = line_of.emplace(number, line);
            if (!fresh) {
                return wrong("the number " + number + " is in line " +
                             std::to_string(taken->second) + " already");
            }
        }
        if (table.rows_.size() == kMaxRows) {
            return wrong("there are more than " + std::to_string(kMaxRows) + " channels");
        }
        table.rows_.push_back({.number = std::move(number),
            .tvg_id = std::move(columns[1]),
            .name = std::move(columns[2]),
            .guide_id = std::move(columns[3]),
            .new_name = std::move(columns[4])});
    }
    return table;
}

TableMatch ChannelTable::match(std::span<const catalog::LiveChannel> channels) const {
    Pairing pairing(rows_, channels);
    pairing.by(
        [](std::string_view tvg_id, std::string_view name) { return name_key(tvg_id, name); });
    pairing.by([](std::string_view, std::string_view name) { return folded(name); });
    pairing.by([](std::string_view tvg_id, std::string_view) { return folded(tvg_id); });
    return pairing.take();
}

std::string named_rows(const ChannelTable& table, std::span<const std::size_t> rows) {
    constexpr std::size_t kNamed = 5;
    std::string text;
    for (const std::size_t index : rows.first(std::min(rows.size(), kNamed))) {
        const TableRow& row = table.rows()[index];
        std::string one = row.number;
        if (!row.name.empty()) {
            one.append(one.empty() ? "" : " ").append(row.name);
        }
        if (!row.tvg_id.empty()) {
            one.append(one.empty() ? "(" : " (").append(row.tvg_id).append(")");
        }
        text.append(text.empty() ? "" : ", ").append(one);
    }
    return rows.size() > kNamed ? text + " and " + std::to_string(rows.size() - kNamed) + " more"
                                : text;
}

std::string format_channel_table(
    std::span<const TableRow> rows, bool keeps_others, std::string_view origin) {
    std::string text = origin.empty() ? std::string() : "# " + one_line(origin) + "\n#\n";
    text += kHead;
    for (const TableRow& row : rows) {
        std::array<std::string, 5> columns{column_text(row.number), column_text(row.tvg_id),
            column_text(row.name), column_text(row.guide_id), column_text(row.new_name)};
        std::size_t count = columns.size();
        while (count > 3 && columns[count - 1] == kSame) {
            --count;
        }
        for (std::size_t i = 0; i < count; ++i) {
            text.append(i == 0 ? "" : "\t").append(columns[i]);
        }
        text.push_back('\n');
    }
    if (keeps_others) {
        text.append(kOthers).push_back('\n');
    }
    return text;
}

} // namespace plex_tuner::lineup
