// SPDX-License-Identifier: GPL-3.0-or-later
#include "field.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

TEST(FieldTable, EveryDefaultIsAGoodValueOfItsField) {
    for (const Field& field : fields()) {
        Config config;
        EXPECT_TRUE(field.assign(config, field.default_text)) << field.name;
    }
}

TEST(FieldTable, NamesAndFlagsAreUnique) {
    std::set<std::string_view> names;
    std::set<std::string_view> flags;
    for (const Field& field : fields()) {
        EXPECT_TRUE(names.insert(field.name).second) << field.name;
        EXPECT_TRUE(field.flag.empty() || flags.insert(field.flag).second) << field.flag;
    }
}

TEST(FieldTable, EveryFieldIsDocumented) {
    for (const Field& field : fields()) {
        EXPECT_FALSE(field.doc.empty()) << field.name;
        EXPECT_FALSE(field.accepts().empty()) << field.name;
        EXPECT_FALSE(title_of(field.group).empty()) << field.name;
        EXPECT_FALSE(field.default_text.empty() && field.default_note.empty()) << field.name;
        EXPECT_EQ(field.flag.empty(), field.commands == 0) << field.name;
    }
}

TEST(FieldTable, SecretsAndUrlsAreNeverShown) {
    for (const Field& field : fields()) {
        Config config;
        if (!field.assign(config, "http://u:hunter2@h/live/a/hunter2/1.ts?token=hunter2")) {
            continue;
        }
        if (field.name == "PROVIDER_PASS" || field.name.contains("URL")) {
            EXPECT_THAT(field.show(config), testing::Not(testing::HasSubstr("hunter2")))
                << field.name;
        }
    }
    // A path, for lack of a scheme and of anything else that a URL has.
    Config config;
    const Field* playlist = find_field("M3U_URL");
    ASSERT_TRUE(playlist->assign(config, "provider/live/bob/hunter2/1"));
    EXPECT_EQ(playlist->show(config), "provider/live/***/***/1");
    for (const Field& field : fields()) {
        EXPECT_THAT(
            field.show_rejected("http://u:hunter2@h/"), testing::Not(testing::HasSubstr("hunter2")))
            << field.name;
    }
    EXPECT_EQ(find_field("PROVIDER_PASS")->show_rejected("hunter2"), "***");
}

TEST(FieldTable, ABadValueChangesNothing) {
    const Field* field = find_field("TUNER_COUNT");
    ASSERT_NE(field, nullptr);
    Config config;
    ASSERT_TRUE(field->assign(config, "7"));
    EXPECT_FALSE(field->assign(config, "256"));
    EXPECT_FALSE(field->assign(config, ""));
    EXPECT_EQ(config.tuner.count, 7);
}

TEST(FieldTable, Lookups) {
    EXPECT_EQ(find_field("NOPE"), nullptr);
    EXPECT_EQ(find_field(""), nullptr);
    EXPECT_EQ(find_flag("", kRun), nullptr);
    EXPECT_EQ(find_flag("addr", 0), nullptr);
    ASSERT_NE(find_flag("addr", kServe), nullptr);
    EXPECT_EQ(variable_name(*find_flag("addr", kServe)), "PLEX_TUNER_ADDR");
    EXPECT_EQ(command_bit("mount"), kMount);
    EXPECT_EQ(command_bit("unmount"), 0U);
}

} // namespace
} // namespace plex_tuner::config
