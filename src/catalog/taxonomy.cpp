// SPDX-License-Identifier: GPL-3.0-or-later
#include "taxonomy_matcher.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/catalog/taxonomy.hpp>

#include <algorithm>

namespace plex_tuner::catalog {
namespace {

constexpr std::string_view kTagEnd = " - ";
constexpr std::string_view kTagPunctuation = "-_+&";
constexpr std::size_t kMaxTagBytes = 24;
constexpr std::ptrdiff_t kMinTagCapitals = 2;

struct TaggedTitle {
    std::string_view tag;
    std::string_view title;
};

bool is_capital(char c) noexcept {
    return c >= 'A' && c <= 'Z';
}

bool is_tag_character(char c) noexcept {
    return is_capital(c) || ascii::is_digit(c) || kTagPunctuation.contains(c);
}

TaggedTitle split_tag(std::string_view title) noexcept {
    title = ascii::trim(title);
    const std::size_t end = title.find(kTagEnd);
    if (end > kMaxTagBytes) { // npos too
        return {{}, title};
    }
    const std::string_view tag = title.substr(0, end);
    const std::string_view rest = ascii::trim(title.substr(end + kTagEnd.size()));
    if (rest.empty() || !std::ranges::all_of(tag, is_tag_character) ||
        std::ranges::count_if(tag, is_capital) < kMinTagCapitals) {
        return {{}, title};
    }
    return {tag, rest};
}

/// In UTF-8 the first byte of a letter tells the block: D8 to DB is U+0600 to U+06FF, D0 to D3 is
/// U+0400 to U+04FF.
std::string_view language_of(std::string_view title) noexcept {
    bool cyrillic = false;
    for (const char c : title) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0xD8 && byte <= 0xDB) {
            return "ar";
        }
        cyrillic = cyrillic || (byte >= 0xD0 && byte <= 0xD3);
    }
    return cyrillic ? "ru" : "en";
}

/// The steps of one title, each overriding the ones before.
class Steps {
public:
    Steps(Taxonomy& result, TitleKind kind) : result_(result), kind_(kind) {}

    void category(TaxonomyStep step, const WordList& text) const {
        apply(step, text, result_.category);
    }

    void region(TaxonomyStep step, const WordList& text) const {
        apply(step, text, result_.region);
    }

private:
    void apply(TaxonomyStep step, const WordList& text, std::string_view& target) const {
        if (const TaxonomyRow* const row = first_row(step, text.words(), kind_)) {
            target = row->result;
        }
    }

    Taxonomy& result_;
    TitleKind kind_;
};

template <class Record>
void apply_to(Record& record, TitleKind kind) {
    const Taxonomy found = classify({record.title, record.provider_category_name, kind});
    record.category = found.category;
    record.region = found.region;
    record.language = found.language;
    record.source_tag = found.source_tag;
}

} // namespace

Taxonomy classify(const TitleFacts& facts) {
    const auto [tag, title] = split_tag(facts.title);
    Taxonomy result{.category = facts.kind == TitleKind::series ? "tv" : "movies",
        .region = "intl",
        .language = language_of(facts.title),
        .source_tag = tag,
        .title = title};
    const Steps steps(result, facts.kind);

    WordList title_words;
    title_words.add_tag(tag);
    steps.region(TaxonomyStep::tag_region, title_words);
    steps.category(TaxonomyStep::tag_category, title_words);

    WordList provider_words;
    provider_words.add_text(facts.provider_category_name);
    steps.category(TaxonomyStep::provider_category, provider_words);
    steps.region(TaxonomyStep::provider_region, provider_words);

    title_words.add_text(title);
    steps.category(TaxonomyStep::title_category, title_words);
    steps.region(TaxonomyStep::title_region, title_words);
    return result;
}

void apply_taxonomy(Movie& movie) {
    apply_to(movie, TitleKind::movie);
}

void apply_taxonomy(Series& series) {
    apply_to(series, TitleKind::series);
}

} // namespace plex_tuner::catalog
