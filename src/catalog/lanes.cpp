// SPDX-License-Identifier: GPL-3.0-or-later
#include "lane_table.hpp"
#include "taxonomy_matcher.hpp"

#include <plex_tuner/catalog/lanes.hpp>
#include <plex_tuner/catalog/taxonomy.hpp>

#include <algorithm>

namespace plex_tuner::catalog {

namespace {

using Words = std::span<const WordList::Word>;

/// Whether `test(part)` holds for a part of `list`, which is separated by ", ".
template <class Test>
[[nodiscard]] bool any_part(std::string_view list, const Test& test) {
    constexpr std::string_view kSeparator = ", ";
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(kSeparator), list.size());
        if (test(list.substr(0, end))) {
            return true;
        }
        list.remove_prefix(std::min(end + kSeparator.size(), list.size()));
    }
    return false;
}

/// The words of `phrase` stand in a row from `at` on.
[[nodiscard]] bool stands_at(std::string_view phrase, Words words, std::size_t at) {
    for (; !phrase.empty(); ++at) {
        if (at >= words.size()) {
            return false;
        }
        const std::size_t end = std::min(phrase.find(' '), phrase.size());
        std::string_view word = phrase.substr(0, end);
        phrase.remove_prefix(std::min(end + 1, phrase.size()));
        if (word.ends_with('*')) {
            word.remove_suffix(1);
            if (!words[at].text.starts_with(word)) {
                return false;
            }
        } else if (words[at].text != word) {
            return false;
        }
    }
    return true;
}

[[nodiscard]] bool has_any(Words words, std::string_view list) {
    return any_part(list, [words](std::string_view phrase) {
        for (std::size_t at = 0; at < words.size(); ++at) {
            if (stands_at(phrase, words, at)) {
                return true;
            }
        }
        return false;
    });
}

[[nodiscard]] bool is_one_of(std::string_view text, std::string_view list) {
    return any_part(list, [text](std::string_view part) { return part == text; });
}

/// What a row is asked about.
struct Facts {
    std::string_view title;
    std::string_view provider_category;
    Taxonomy taxonomy;
    TitleKind kind;
};

[[nodiscard]] bool is_broadcast(const Facts& facts) {
    WordList category;
    category.add_text(facts.provider_category);
    WordList title;
    title.add_text(facts.title);
    WordList tag;
    tag.add_tag(facts.taxonomy.source_tag);
    if (facts.taxonomy.language != kBroadcast.language ||
        has_any(category.words(), kBroadcast.not_category) ||
        (!tag.words().empty() && !has_any(tag.words(), kBroadcast.tags))) {
        return false;
    }
    const bool names_country = std::ranges::any_of(title.words(), [](const WordList::Word& word) {
        return word.bracketed && word.capitals && is_one_of(word.text, kBroadcast.countries);
    });
    return has_any(category.words(), kBroadcast.category) ||
           (names_country && (has_any(category.words(), kBroadcast.genre) ||
                                 has_any(tag.words(), kBroadcast.english_tags)));
}

[[nodiscard]] bool fits(const LaneRow& row, const Facts& facts) {
    const bool kind_fits = row.kinds == LaneKinds::all ||
                           (row.kinds == LaneKinds::films) == (facts.kind == TitleKind::movie);
    return kind_fits && (row.category.empty() || row.category == facts.taxonomy.category) &&
           (row.regions.empty() || is_one_of(facts.taxonomy.region, row.regions)) &&
           (!row.broadcast || is_broadcast(facts));
}

template <class Record>
[[nodiscard]] std::string_view lane_of_record(const Record& record, TitleKind kind) {
    Facts facts{.title = record.title,
        .provider_category = record.provider_category_name,
        .taxonomy = classify({record.title, record.provider_category_name, kind}),
        .kind = kind};
    const auto keep = [](std::string_view& found, std::string_view given) {
        found = given.empty() ? found : given;
    };
    keep(facts.taxonomy.category, record.category);
    keep(facts.taxonomy.region, record.region);
    keep(facts.taxonomy.language, record.language);
    keep(facts.taxonomy.source_tag, record.source_tag);
    const auto* const row =
        std::ranges::find_if(kLanes, [&](const LaneRow& one) { return fits(one, facts); });
    return row->lane; // the last row of each kind fits everything
}

} // namespace

std::string_view lane_of(const Movie& movie) {
    return lane_of_record(movie, TitleKind::movie);
}

std::string_view lane_of(const Series& series) {
    return lane_of_record(series, TitleKind::series);
}

std::span<const std::string_view> lane_order() noexcept {
    return kLaneOrder;
}

} // namespace plex_tuner::catalog
