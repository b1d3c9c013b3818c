// SPDX-License-Identifier: GPL-3.0-or-later
#include "field.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/config/loader.hpp>

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Reference, ThePageInTheDocumentationIsTheGeneratedOne) {
    const std::filesystem::path page =
        std::filesystem::path(PT_DOCS_DIR) / "reference" / "configuration.md";
    const std::string expected = environment_reference_markdown();
    if (std::getenv("PT_WRITE_REFERENCE") != nullptr) {
        auto file = AtomicFile::create(page);
        ASSERT_TRUE(file);
        ASSERT_TRUE(file->write(expected));
        ASSERT_TRUE(file->commit());
    }
    const auto actual = read_file(page, 1 << 20);
    ASSERT_TRUE(actual) << actual.error().message();
    EXPECT_EQ(*actual, expected) << "how to write it anew stands at the top of the page";
}

TEST(Reference, NamesEveryField) {
    const std::string page = environment_reference_markdown();
    for (const Field& field : fields()) {
        EXPECT_THAT(page, HasSubstr("`" + variable_name(field) + "`"));
        if (!field.flag.empty()) {
            EXPECT_THAT(page, HasSubstr("`-" + std::string(field.flag) + "`"));
        }
    }
}

TEST(FlagsHelp, ListsTheFlagsOfTheSubcommand) {
    const std::string help = flags_help("run");
    const std::string plex_help = flags_help("plex-dvr-sync");
    for (const Field& field : fields()) {
        if (!field.flag.empty()) {
            const bool of_plex = field.group == Group::plex;
            EXPECT_THAT(of_plex ? plex_help : help, HasSubstr("  -" + std::string(field.flag)));
            EXPECT_THAT(of_plex ? plex_help : help, HasSubstr(variable_name(field)));
        }
    }
    EXPECT_THAT(help, Not(HasSubstr("  -token ")));
    EXPECT_THAT(flags_help("index"), HasSubstr("  -catalog "));
    EXPECT_THAT(flags_help("index"), Not(HasSubstr("  -addr ")));
    EXPECT_THAT(help, HasSubstr("default :5004"));
    EXPECT_THAT(help, Not(HasSubstr("`")));
    EXPECT_THAT(flags_help("supervise"), HasSubstr("  -log-level "));
    EXPECT_THAT(flags_help("supervise"), Not(HasSubstr("  -m3u ")));
    EXPECT_EQ(flags_help("version"), "");
}

TEST(Dump, ShowsNameValueAndProvenanceMaskedAndAligned) {
    const Inputs inputs{.arguments = {"-addr=:80"},
        .subcommand = "config",
        .environment = {{"PLEX_TUNER_PROVIDER_PASS", "hunter2"},
            {"PLEX_TUNER_M3U_URL", "http://u:hunter2@h/get.php?username=u&password=hunter2"},
            {"PLEX_TUNER_PROVIDER_URLS", "http://h/live/u/hunter2/1.ts,http://k"},
            {"PLEX_TUNER_PROVIDER_USER_2", "second"}, {"PLEX_TUNER_PROVIDER_PASS_2", "hunter2"}},
        .dotenv = {},
        .version = "1"};
    const std::string text = dump(load(inputs));
    EXPECT_THAT(text, Not(HasSubstr("hunter2")));
    EXPECT_THAT(text,
        HasSubstr("http://***@h/get.php?username=***&password=***  env PLEX_TUNER_M3U_URL\n"));
    EXPECT_THAT(text, HasSubstr("http://h/live/***/***/1.ts,http://k"));

    const auto line_of = [&](const std::string& name) {
        const std::size_t begin = text.find(name + " ");
        return text.substr(begin, text.find('\n', begin) - begin);
    };
    const std::string address = line_of("PLEX_TUNER_ADDR");
    const std::string password = line_of("PLEX_TUNER_PROVIDER_PASS");
    EXPECT_THAT(password, HasSubstr(" ***  "));
    EXPECT_EQ(address.find(":80"), password.find("***"));
    EXPECT_EQ(address.find("flag -addr"), password.find("env PLEX_TUNER_PROVIDER_PASS"));
    EXPECT_THAT(line_of("PLEX_TUNER_DEVICE_ID"), HasSubstr(" \"\"  "));
    EXPECT_THAT(line_of("PLEX_TUNER_STATE_DIR"), HasSubstr("./catalog.state"));
    EXPECT_THAT(line_of("PLEX_TUNER_PROVIDER_USER_2"), HasSubstr("second  "));
    EXPECT_THAT(line_of("PLEX_TUNER_PROVIDER_PASS_2"), HasSubstr("env PLEX_TUNER_PROVIDER_PASS_2"));
    const auto of_an_account = std::ranges::count_if(fields(), [](const Field& field) {
        return field.numbers != nullptr && field.group == Group::account;
    });
    EXPECT_EQ(std::ranges::count(text, '\n'),
        static_cast<std::ptrdiff_t>(fields().size()) + of_an_account);
}

} // namespace
} // namespace plex_tuner::config
