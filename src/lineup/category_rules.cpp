// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_words.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/lineup/category_rules.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace plex_tuner::lineup {
namespace {

constexpr std::string_view kOtherRegion = "intl";
constexpr std::string_view kOtherType = "general";

/// One row: what it gives, and what for.
struct ListRow {
    std::string result;
    std::vector<std::string> entries; ///< upper case
};

struct WordRow {
    std::string result;
    std::vector<WordPattern> patterns;
};

struct CategoryRow {
    std::string name;
    std::vector<std::string> regions; ///< empty: any
    std::vector<std::string> types;
};

/// Takes the first word off `text`.
std::string_view take_word(std::string_view& text) {
    text = ascii::trim(text);
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    const std::string_view word = text.substr(0, end);
    text = ascii::trim(text.substr(end));
    return word;
}

bool has_letter_or_digit(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return ascii::is_alnum(c) || static_cast<unsigned char>(c) >= 0x80; });
}

/// "US| SPORTS" → "US"; a bar in front is ornament. The whole where nothing parts it.
std::string_view prefix_of(std::string_view text, bool whole_otherwise) {
    text = ascii::trim(text);
    while (text.starts_with('|')) {
        text = ascii::trim(text.substr(1));
    }
    std::size_t end = text.find('|');
    if (end == std::string_view::npos) {
        end = text.find(':');
    }
    if (end == std::string_view::npos) {
        return whole_otherwise ? text : std::string_view();
    }
    return ascii::trim(text.substr(0, end));
}

std::string_view last_part(std::string_view tvg_id) {
    tvg_id = ascii::trim(tvg_id);
    const std::size_t dot = tvg_id.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : tvg_id.substr(dot + 1);
}

} // namespace

struct CategoryRules::Table {
    std::vector<ListRow> groups;
    std::vector<ListRow> ids;
    std::vector<WordRow> region_words;
    std::vector<WordRow> type_words;
    std::vector<CategoryRow> categories;

    /// The reason when `row` is none; empty otherwise.
    [[nodiscard]] std::string add(std::string_view row);
    /// The name in a category row that no rule gives; empty otherwise.
    [[nodiscard]] std::string undefined_name() const;

private:
    [[nodiscard]] std::string add_region(std::string_view name, std::string_view rest);
    [[nodiscard]] std::string add_category(std::string_view name, std::string_view rest);
};

namespace {

template <class Rows>
bool gives(const Rows& rows, std::string_view name) {
    return std::ranges::any_of(rows, [&](const auto& row) { return row.result == name; });
}

[[nodiscard]] std::string word_row(
    std::vector<WordRow>& rows, std::string_view name, std::string_view list) {
    WordRow row{.result = std::string(name), .patterns = {}};
    for (const std::string_view entry : ascii::split_list(list)) {
        if (!has_letter_or_digit(entry)) {
            return "'" + std::string(entry) + "' is no word";
        }
        row.patterns.emplace_back(entry);
    }
    if (row.patterns.empty()) {
        return "no words are given";
    }
    rows.push_back(std::move(row));
    return {};
}

[[nodiscard]] std::string list_row(
    std::vector<ListRow>& rows, std::string_view name, std::string_view list) {
    ListRow row{.result = std::string(name), .entries = {}};
    for (const std::string_view entry : ascii::split_list(list)) {
        row.entries.push_back(ascii::upper(entry));
    }
    if (row.entries.empty()) {
        return "the list is empty";
    }
    rows.push_back(std::move(row));
    return {};
}

} // namespace

std::string CategoryRules::Table::add(std::string_view row) {
    const std::string kind = ascii::lower(take_word(row));
    const std::string name = ascii::lower(take_word(row));
    if (kind != "region" && kind != "type" && kind != "category") {
        return "a row begins with region, type or category, not with '" + kind + "'";
    }
    if (name.empty()) {
        return "the name is missing";
    }
    if (kind == "region") {
        return add_region(name, row);
    }
    if (kind == "category") {
        return add_category(name, row);
    }
    const std::string where = ascii::lower(take_word(row));
    return where == "words" ? word_row(type_words, name, row)
                            : "after the name comes words, not '" + where + "'";
}

std::string CategoryRules::Table::add_region(std::string_view name, std::string_view rest) {
    const std::string where = ascii::lower(take_word(rest));
    if (where == "group") {
        return list_row(groups, name, rest);
    }
    if (where == "tvg-id") {
        return list_row(ids, name, rest);
    }
    if (where == "words") {
        return word_row(region_words, name, rest);
    }
    return "after the name comes group, tvg-id or words, not '" + where + "'";
}

std::string CategoryRules::Table::add_category(std::string_view name, std::string_view rest) {
    CategoryRow row{.name = std::string(name), .regions = {}, .types = {}};
    std::vector<std::string>* list = nullptr;
    // "region ca, us type movies": the key words part the lists.
    while (!rest.empty()) {
        const std::string word = ascii::lower(take_word(rest));
        if (word == "region" || word == "type") {
            list = word == "region" ? &row.regions : &row.types;
            continue;
        }
        if (list == nullptr) {
            return "after the name comes region or type, not '" + word + "'";
        }
        for (const std::string_view entry : ascii::split_list(word)) {
            list->emplace_back(entry);
        }
    }
    if (row.regions.empty() && row.types.empty()) {
        return "the list is empty";
    }
    // The first row of a name counts: a user's before ours.
    categories.push_back(std::move(row));
    return {};
}

std::string CategoryRules::Table::undefined_name() const {
    for (const CategoryRow& row : categories) {
        for (const std::string& region : row.regions) {
            if (region != kOtherRegion && !gives(groups, region) && !gives(ids, region) &&
                !gives(region_words, region)) {
                return "category " + row.name + ": no row gives the region '" + region + "'";
            }
        }
        for (const std::string& type : row.types) {
            if (type != kOtherType && !gives(type_words, type)) {
                return "category " + row.name + ": no row gives the type '" + type + "'";
            }
        }
    }
    return {};
}

CategoryRules::CategoryRules() : CategoryRules(*with({})) {}

Result<CategoryRules> CategoryRules::with(std::string_view own_rows) {
    auto table = std::make_shared<Table>();
    for (std::string_view rows : {own_rows, builtin_category_rules()}) {
        for (std::size_t line = 1; !rows.empty(); ++line) {
            const std::size_t end = std::min(rows.find('\n'), rows.size());
            const std::string_view row = ascii::trim(rows.substr(0, end));
            rows.remove_prefix(std::min(end + 1, rows.size()));
            if (row.empty() || row.starts_with('#')) {
                continue;
            }
            if (const std::string wrong = table->add(row); !wrong.empty()) {
                return fail(ErrorCode::parse, "line " + std::to_string(line) + ": " + wrong);
            }
        }
    }
    if (const std::string wrong = table->undefined_name(); !wrong.empty()) {
        return fail(ErrorCode::parse, wrong);
    }
    return CategoryRules(std::move(table));
}

ChannelClass CategoryRules::classify(const ChannelTexts& texts) const {
    const std::string words = channel_words({texts.group, texts.name, texts.tvg_id});
    const auto by_words = [&](const std::vector<WordRow>& rows,
                              std::string_view otherwise) -> std::string_view {
        const auto found = std::ranges::find_if(rows, [&](const WordRow& row) {
            return std::ranges::any_of(
                row.patterns, [&](const WordPattern& pattern) { return pattern.matches(words); });
        });
        return found == rows.end() ? otherwise : std::string_view(found->result);
    };
    const auto by_list = [](const std::vector<ListRow>& rows, std::string_view text) {
        const std::string wanted = ascii::upper(text);
        const auto found = std::ranges::find_if(rows, [&](const ListRow& row) {
            return std::ranges::find(row.entries, wanted) != row.entries.end();
        });
        return text.empty() || found == rows.end() ? std::string_view()
                                                   : std::string_view(found->result);
    };
    ChannelClass channel;
    channel.region = by_list(table_->groups, prefix_of(texts.group, true));
    if (channel.region.empty()) {
        channel.region = by_list(table_->groups, prefix_of(texts.name, false));
    }
    if (channel.region.empty()) {
        channel.region = by_list(table_->ids, last_part(texts.tvg_id));
    }
    if (channel.region.empty()) {
        channel.region = by_words(table_->region_words, kOtherRegion);
    }
    channel.type = by_words(table_->type_words, kOtherType);
    return channel;
}

bool CategoryRules::includes(std::string_view category, const ChannelClass& channel) const {
    const std::string wanted = ascii::lower(category);
    const auto row = std::ranges::find(table_->categories, wanted, &CategoryRow::name);
    const auto holds = [](const std::vector<std::string>& names, std::string_view name) {
        return names.empty() || std::ranges::find(names, name) != names.end();
    };
    return row != table_->categories.end() && holds(row->regions, channel.region) &&
           holds(row->types, channel.type);
}

bool CategoryRules::knows(std::string_view category) const {
    return std::ranges::find(table_->categories, ascii::lower(category), &CategoryRow::name) !=
           table_->categories.end();
}

std::vector<std::string_view> CategoryRules::categories() const {
    std::vector<std::string_view> names;
    for (const CategoryRow& row : table_->categories) {
        if (std::ranges::find(names, row.name) == names.end()) {
            names.push_back(row.name);
        }
    }
    return names;
}

} // namespace plex_tuner::lineup
