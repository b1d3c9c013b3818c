// SPDX-License-Identifier: GPL-3.0-or-later
// Every row of the table does what it says, and the page in the documentation shows the table.
#include "taxonomy_matcher.hpp"
#include "taxonomy_table.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>

#include <cstdlib>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::catalog {

/// For the names of failing tests.
void PrintTo(const TaxonomyRow& row, std::ostream* out) {
    *out << row.result << ": " << row.keywords;
}

namespace {

bool reads_a_tag(TaxonomyStep step) {
    return step == TaxonomyStep::tag_region || step == TaxonomyStep::tag_category;
}

const TaxonomyRow* row_for(TaxonomyStep step, std::string_view text) {
    WordList words;
    if (reads_a_tag(step)) {
        words.add_tag(text);
    } else {
        words.add_text(text);
    }
    return first_row(step, words.words(), TitleKind::series);
}

/// A text that has nothing but the keyword to be found.
std::string text_with(std::string_view keyword, TaxonomyStep step) {
    std::string text(keyword);
    std::erase_if(text, [](char c) { return c == '^' || c == '=' || c == '*'; });
    return reads_a_tag(step) ? text : "a " + text;
}

class TaxonomyRows : public ::testing::TestWithParam<TaxonomyRow> {};

TEST_P(TaxonomyRows, MatchesItsExampleAndNotItsNearMiss) {
    const TaxonomyRow& row = GetParam();
    const TaxonomyRow* const hit = row_for(row.step, row.example);
    ASSERT_NE(hit, nullptr) << row.example;
    EXPECT_EQ(hit->keywords, row.keywords) << row.example;
    const TaxonomyRow* const miss = row_for(row.step, row.near_miss);
    EXPECT_EQ(miss, nullptr) << row.near_miss << " matches " << (miss ? miss->keywords : "");
}

TEST_P(TaxonomyRows, EachOfItsKeywordsMatches) {
    const TaxonomyRow& row = GetParam();
    for (const std::string_view keyword : ascii::split_list(row.keywords)) {
        const std::string text = text_with(keyword, row.step);
        const TaxonomyRow* const hit = row_for(row.step, text);
        ASSERT_NE(hit, nullptr) << text;
        EXPECT_EQ(hit->keywords, row.keywords) << text;
    }
}

TEST_P(TaxonomyRows, NoneOfItsKeywordsMatchesInsideAWord) {
    const TaxonomyRow& row = GetParam();
    for (const std::string_view keyword : ascii::split_list(row.keywords)) {
        const bool open_end = keyword.ends_with('*');
        std::string text = text_with(keyword, row.step);
        std::erase_if(text, [](char c) { return c == '(' || c == ')'; });
        const std::size_t begin = reads_a_tag(row.step) ? 0 : 2;
        const TaxonomyRow* const begun = row_for(row.step, std::string(text).insert(begin, "Q"));
        EXPECT_TRUE(begun == nullptr || begun->keywords != row.keywords) << "Q before " << text;
        const TaxonomyRow* const gone_on = row_for(row.step, text + "Q");
        EXPECT_EQ(gone_on != nullptr && gone_on->keywords == row.keywords, open_end) << text << "Q";
    }
}

INSTANTIATE_TEST_SUITE_P(All, TaxonomyRows, ::testing::ValuesIn(kTaxonomy));

std::string_view heading_of(TaxonomyStep step) {
    switch (step) {
    case TaxonomyStep::tag_region:
        return "1. Source tag: region";
    case TaxonomyStep::tag_category:
        return "2. Source tag: category";
    case TaxonomyStep::provider_category:
        return "3. Provider category: category";
    case TaxonomyStep::provider_region:
        return "4. Provider category: region";
    case TaxonomyStep::title_category:
        return "5. Source tag and title: category";
    case TaxonomyStep::title_region:
        return "6. Source tag and title: region";
    }
    return "";
}

constexpr std::string_view kIntroduction = R"(# Categories of films and series

<!-- Generated from the rules (src/catalog/taxonomy_table.hpp); a test compares them. To write it anew:
     PT_WRITE_REFERENCE=1 build/debug/tests/unit/catalog/catalog_test --gtest_filter=TaxonomyReference.* -->

Films and series get a category, a region, a language and a source tag from what the provider says
about them.

- **Source tag**: what stands before the first ` - ` of the title, if it is one word of at most 24 capitals,
  digits and `-_+&`, two of them capitals: `4K-NF - A Film` has the tag `4K-NF`, `D+ - A Film` has none.
- **Language**: `ar` if the title has a letter of the Arabic block, else `ru` if it has a Cyrillic one, else `en`.
- **Category** is `movies` for a film and `tv` for a series, **region** is `intl`, unless one of the steps below
  finds another. Within a step the first row that matches decides; later steps override earlier ones.

Keywords match whole words: letters and digits side by side, whatever their case. Several words match
several words in a row.

| Mark | Meaning |
|---|---|
| `SPORT*` | a word that begins so |
| `^UK` | only as the first word |
| `(GB)` | alone in parentheses or brackets, in capitals |
| `=US` | in capitals, in the tag or in a title that is not all in capitals |
)";

std::string code_list(std::string_view keywords) {
    std::string out;
    for (const std::string_view keyword : ascii::split_list(keywords)) {
        out += out.empty() ? "`" : ", `";
        out += keyword;
        out += '`';
    }
    return out;
}

std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? std::string("\\|") : std::string(1, c);
    }
    return out;
}

std::string reference_markdown() {
    std::string out(kIntroduction);
    const TaxonomyRow* previous = nullptr;
    for (const TaxonomyRow& row : kTaxonomy) {
        if (previous == nullptr || previous->step != row.step) {
            out.append("\n## ").append(heading_of(row.step));
            out += "\n\n| Result | Keywords | Such as | But not |\n|---|---|---|---|\n";
        }
        previous = &row;
        out.append("| ").append(row.result);
        out.append(row.kinds == RowKinds::series ? " (series only) | " : " | ");
        out.append(code_list(row.keywords)).append(" | ");
        out.append(cell(row.example)).append(" | ").append(cell(row.near_miss)).append(" |\n");
    }
    return out;
}

TEST(TaxonomyReference, ThePageInTheDocumentationShowsTheTable) {
    const std::filesystem::path page =
        std::filesystem::path(PT_DOCS_DIR) / "reference" / "taxonomy.md";
    const std::string expected = reference_markdown();
    if (std::getenv("PT_WRITE_REFERENCE") != nullptr) { // NOLINT(concurrency-mt-unsafe)
        auto file = AtomicFile::create(page);
        ASSERT_TRUE(file);
        ASSERT_TRUE(file->write(expected));
        ASSERT_TRUE(file->commit());
    }
    const auto actual = read_file(page, 1 << 20);
    ASSERT_TRUE(actual) << actual.error().message();
    EXPECT_EQ(*actual, expected) << "how to write it anew stands at the top of the page";
}

} // namespace
} // namespace plex_tuner::catalog
