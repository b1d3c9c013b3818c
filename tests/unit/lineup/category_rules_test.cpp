// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/lineup/category_rules.hpp>

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::lineup {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

struct BuiltinRow {
    std::string kind, name, where;
    std::vector<std::string> entries;
};

/// The table read in the plainest way, so that a row the program skips does not go unnoticed.
std::vector<BuiltinRow> builtin_rows() {
    std::vector<BuiltinRow> rows;
    std::string_view text = builtin_category_rules();
    for (std::string_view line : ascii::split_list(text, '\n')) {
        if (line.starts_with('#')) {
            continue;
        }
        BuiltinRow row;
        for (std::string* part : {&row.kind, &row.name, &row.where}) {
            const std::size_t end = std::min(line.find(' '), line.size());
            *part = line.substr(0, end);
            line = ascii::trim(line.substr(end));
        }
        for (const std::string_view entry : ascii::split_list(line)) {
            row.entries.emplace_back(entry);
        }
        rows.push_back(row);
    }
    return rows;
}

std::string without_marks(std::string text) {
    std::erase(text, '*');
    return text;
}

TEST(CategoryRules, EachRowOfTheTableIsAtWork) {
    const CategoryRules rules;
    std::size_t checked = 0;
    for (const BuiltinRow& row : builtin_rows()) {
        for (const std::string& entry : row.entries) {
            const std::string word = without_marks(entry);
            ChannelClass its;
            if (row.where == "group") {
                its = rules.classify({.name = "X", .tvg_id = {}, .group = word + "| GENERAL"});
            } else if (row.where == "tvg-id") {
                its = rules.classify({.name = "X", .tvg_id = "x." + word, .group = {}});
            } else if (row.where == "words") {
                its = rules.classify({.name = "the " + word + " one", .tvg_id = {}, .group = {}});
            } else {
                continue;
            }
            EXPECT_EQ(row.kind == "region" ? its.region : its.type, row.name) << entry;
            ++checked;
        }
    }
    EXPECT_GT(checked, 200U);
}

TEST(CategoryRules, EachCategoryIncludesChannelsThatExist) {
    const CategoryRules rules;
    std::size_t categories = 0;
    for (const BuiltinRow& row : builtin_rows()) {
        if (row.kind != "category") {
            continue;
        }
        ++categories;
        bool any = false;
        for (const BuiltinRow& region : builtin_rows()) {
            for (const BuiltinRow& type : builtin_rows()) {
                any = any || (region.kind == "region" && type.kind == "type" &&
                                 rules.includes(row.name, {region.name, type.name}));
            }
        }
        EXPECT_TRUE(any || rules.includes(row.name, {"intl", "general"}) ||
                    rules.includes(row.name, {"us", "general"}))
            << row.name;
        EXPECT_FALSE(rules.includes(row.name, {"nowhere", "nothing"})) << row.name;
    }
    EXPECT_EQ(categories, 21U);
}

struct Example {
    const char* group;
    const char* name;
    const char* tvg_id;
    const char* region;
    const char* type;
};

class CategoryExamples : public ::testing::TestWithParam<Example> {};

TEST_P(CategoryExamples, AreClassified) {
    const Example& row = GetParam();
    EXPECT_EQ(CategoryRules().classify({row.name, row.tvg_id, row.group}),
        (ChannelClass{row.region, row.type}));
}

INSTANTIATE_TEST_SUITE_P(All, CategoryExamples,
    ::testing::Values(Example{"US| SPORTS", "ESPN HD", "ESPN.us", "us", "sports"},
        Example{"|UK| NEWS", "Sky News", "", "uk", "news"},
        Example{"CA: MOVIES", "HBO Canada 1", "", "ca", "movies"},
        Example{"", "CA: CTV Winnipeg HD", "", "ca", "general"},
        Example{"24/7", "Anything", "TVA.ca", "ca", "general"},
        Example{"24/7", "The FOX Channel", "", "us", "general"},
        Example{"24/7", "Foxtrot", "", "intl", "general"},
        Example{"IE| GENERAL", "RTE One", "", "ukie", "general"},
        Example{"Arabic | Kids", "Spacetoon Kids", "", "mena", "kids"},
        Example{"Germany", "Das Erste", "daserste.de", "europe", "general"},
        Example{"NORDIC", "TV 2", "", "intl", "general"},
        Example{"MUSIC", "4Music", "", "intl", "music"}, Example{"", "Newsmax", "", "intl", "news"},
        Example{"", "Transports TV", "", "intl", "sports"},
        Example{"", "Espresso TV", "", "intl", "general"}, Example{"", "", "", "intl", "general"}));

TEST(CategoryRules, OwnRowsComeFirstAndMayAddCategories) {
    const auto rules = CategoryRules::with("# mine\n"
                                           "region us words BBC AMERICA\n"
                                           "type faith words CHURCH*, GOSPEL\n"
                                           "region japan group JP\n"
                                           "category faith type faith\n"
                                           "category fareast region japan\r\n"
                                           "category movies region us type movies\n");
    ASSERT_TRUE(rules) << rules.error().message();
    EXPECT_EQ(rules->classify({"BBC America", "", ""}).region, "us");
    EXPECT_TRUE(rules->includes("FAITH", rules->classify({"Churches TV", "", ""})));
    EXPECT_TRUE(rules->includes("fareast", rules->classify({"NHK", "", "JP| NHK"})));
    EXPECT_FALSE(rules->includes("movies", {"uk", "movies"})) << "the user's row replaces ours";
    EXPECT_THAT(rules->categories(), Contains("faith"));
    EXPECT_TRUE(rules->knows("Fareast"));
    EXPECT_FALSE(rules->knows("nonsense"));
}

TEST(CategoryRules, AWrongRowIsNamed) {
    const auto message = [](std::string_view rows) {
        const auto rules = CategoryRules::with(rows);
        return rules ? std::string("no error") : rules.error().message();
    };
    EXPECT_THAT(message("\n\nregoin x group A"), HasSubstr("line 3"));
    EXPECT_THAT(message("regoin x group A"), HasSubstr("regoin"));
    EXPECT_THAT(message("region x grup A"), HasSubstr("'grup'"));
    EXPECT_THAT(message("region x group"), HasSubstr("empty"));
    EXPECT_THAT(message("type x words *"), HasSubstr("'*' is no word"));
    EXPECT_THAT(message("type x"), HasSubstr("words"));
    EXPECT_THAT(message("type"), HasSubstr("name is missing"));
    EXPECT_THAT(message("category x ca"), HasSubstr("'ca'"));
    EXPECT_THAT(message("category x region atlantis"), HasSubstr("'atlantis'"));
    EXPECT_THAT(message("category x type dreams"), HasSubstr("'dreams'"));
}

} // namespace
} // namespace plex_tuner::lineup
