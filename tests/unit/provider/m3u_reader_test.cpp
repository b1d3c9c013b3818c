// SPDX-License-Identifier: GPL-3.0-or-later
#include "m3u_dump.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::provider {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<M3uEntry> read(std::string_view text) {
    std::vector<M3uEntry> entries;
    M3uReader reader({.header = {}, .entry = [&](M3uEntry&& entry) {
                          entries.push_back(std::move(entry));
                      }});
    reader.feed(text);
    EXPECT_TRUE(reader.finish());
    return entries;
}

std::string verdict(std::string_view text) {
    M3uReader reader({.header = {}, .entry = [](M3uEntry&&) {
                      }});
    reader.feed(text);
    const Result<void> result = reader.finish();
    return result ? "list" : result.error().message();
}

std::string entry(const std::string& name) {
    return "#EXTINF:-1," + name + "\nhttp://h/" + name + ".ts\n";
}

std::string text_as_given() {
    return std::string(5000, 'o');
}

TEST(M3uReader, EntriesComeOutAsTheyAreRead) {
    std::vector<std::string> names;
    M3uReader reader({.header = {}, .entry = [&](M3uEntry&& got) {
                          names.push_back(got.name);
                      }});
    reader.feed("#EXTM3U\n" + entry("a") + entry("b") + "#EXTINF:-1,c\n");
    EXPECT_THAT(names, ElementsAre("a", "b"));
    EXPECT_EQ(reader.entries(), 2U);
    reader.feed("http://h/c");
    ASSERT_TRUE(reader.finish());
    EXPECT_THAT(names, ElementsAre("a", "b", "c"));
}

TEST(M3uReader, TooLongLinesAreSkippedInSync) {
    const std::string filler(M3uReader::kMaxLine, 'x');
    const std::string list = "#EXTM3U\n" + entry("a") + "#EXTINF:-1 x=\"" + filler +
                             "\",Long\nhttp://h/not-a-backup-of-a.ts\nhttp://h/nor-this.ts\n" +
                             entry("b") + "#EXTINF:-1,Long URL\nhttp://h/" + filler + "\n#" +
                             filler + "\n" + entry("c");
    for (const std::size_t chunk : {std::size_t{1000}, std::size_t{65536}, list.size()}) {
        EXPECT_EQ(
            test::dump_m3u(list, chunk), "header\nentry a\n  duration=-1\n  > http://h/a.ts\nentry "
                                         "b\n  duration=-1\n  > http://h/b.ts\n"
                                         "entry c\n  duration=-1\n  > http://h/c.ts\n"
                                         "skipped line too long x3 line 4: #EXTINF:-1 x=\"" +
                                             std::string(66, 'x') + "\nentries 3\n");
    }
}

TEST(M3uReader, ALineOfExactlyTheLimitIsRead) {
    const std::string start = "#EXTINF:-1 x=\"";
    const std::string end = "\",Long";
    const std::string value(M3uReader::kMaxLine - start.size() - end.size(), 'v');
    const auto entries = read(start + value + end + "\r\nhttp://h/1\n");
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].name, "Long");
    ASSERT_EQ(entries[0].attributes.size(), 1U);
    EXPECT_EQ(entries[0].attributes[0].value, value);
}

TEST(M3uReader, OneBadByteLeavesTheRestOfTheLine) {
    const auto entries =
        read("#EXTINF:-1 tvg-id=\"\u0420\u0422\u0420.ru\" "
             "group-title=\"\u041a\xFF\u0438\",\u041f\u0435\u0440\u0432\u044b\u0439\nhttp://h/1\n");
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].tvg_id, "\u0420\u0422\u0420.ru");
    EXPECT_EQ(entries[0].name, "\u041f\u0435\u0440\u0432\u044b\u0439");
    EXPECT_EQ(entries[0].group_title, "\u041a\u00ff\u0438");
}

TEST(M3uReader, ANumberInTwoPartsMayHaveAHyphen) {
    const auto number = [](std::string_view value) {
        return read("#EXTINF:-1 tvg-chno=\"" + std::string(value) + "\",A\nhttp://h/1\n")
            .at(0)
            .guide_number;
    };
    EXPECT_EQ(number("5-1"), "5.1");
    EXPECT_EQ(number("5.1"), "5.1");
    for (const std::string_view none : {"-5", "5-", "5-1-2", "5-.1", "0-1", "5\u20131"}) {
        EXPECT_EQ(number(none), "") << none;
    }
}

TEST(M3uReader, AttributesMayBeSeparatedByOtherThanBlanks) {
    for (const std::string_view between : {";", "; ", "|", "\u00a0", " \u00a0 ", ",", ", "}) {
        const std::string separator(between);
        const auto entries = read("#EXTINF:-1 tvg-id=\"a\"" + separator + "tvg-name=\"b\"" +
                                  separator + "group-title=\"c\",D, d\nhttp://h/1\n");
        ASSERT_EQ(entries.size(), 1U);
        EXPECT_EQ(entries[0].tvg_id, "a") << between;
        EXPECT_EQ(entries[0].tvg_name, "b") << between;
        EXPECT_EQ(entries[0].group_title, "c") << between;
        EXPECT_EQ(entries[0].name, "D, d") << between;
        EXPECT_TRUE(entries[0].attributes.empty()) << between;
    }
}

TEST(M3uReader, AQuotedWordBeforeACommaDoesNotEndTheValue) {
    const auto entries = read("#EXTINF:-1 tvg-name=\"The \"Best\", of\" tvg-id=\"y\" "
                              "group-title=\"G\",The Best\nhttp://h/1\n"
                              "#EXTINF:-1 tvg-id=\"z\",The \"Best\", x=\"y\"\nhttp://h/2\n");
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].tvg_name, "The \"Best\", of");
    EXPECT_EQ(entries[0].tvg_id, "y");
    EXPECT_EQ(entries[0].group_title, "G");
    EXPECT_EQ(entries[0].name, "The Best");
    EXPECT_EQ(entries[1].tvg_id, "z");
    EXPECT_EQ(entries[1].name, "The \"Best\", x=\"y\"");
}

TEST(M3uReader, TextsAreBounded) {
    const std::string text = std::string(1023, 'x') + "\u00e9\u00e9";
    M3uReader reader({.header = {}, .entry = [](M3uEntry&& got) {
                          const std::string cut(1023, 'x');
                          EXPECT_EQ(got.name, cut);
                          EXPECT_EQ(got.tvg_id, cut);
                          EXPECT_EQ(got.tvg_name, cut);
                          EXPECT_EQ(got.tvg_shift, cut);
                          EXPECT_EQ(got.group_title, cut);
                          EXPECT_EQ(got.logo, "");
                          ASSERT_EQ(got.attributes.size(), 2U);
                          EXPECT_EQ(got.attributes[0].value, text_as_given());
                          EXPECT_EQ(got.attributes[1], (M3uPair{"catchup-source", cut}));
                      }});
    reader.feed("#EXTM3U tvg-shift=\"" + text + "\" catchup-source=\"" + text +
                "\"\n#EXTGRP:" + text + "\n#EXTINF:-1 tvg-id=\"" + text + "\" tvg-name=\"" + text +
                "\" tvg-logo=\"http://l/" + text + "\" other=\"" + text_as_given() + "\"," + text +
                "\nhttp://h/1\n");
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(reader.entries(), 1U);
    EXPECT_EQ(reader.skipped().at("text too long, shortened").count, 6U);
    EXPECT_EQ(reader.skipped().at("logo too long").first_line, 3U);
}

TEST(M3uReader, CountsAreBounded) {
    std::string list = "#EXTM3U\n#EXTINF:-1,Many";
    for (int i = 0; i < 5; ++i) {
        list += "\n#EXTVLCOPT:opt" + std::to_string(i) + "=x";
    }
    for (int i = 0; i < 200; ++i) {
        list += "\nhttp://h/" + std::to_string(i);
    }
    list += "\n#EXTINF:-1";
    for (int i = 0; i < 1000; ++i) {
        list += " a" + std::to_string(i) + "=\"v\"";
    }
    list += ",Attributes\nhttp://h/\n";
    for (int i = 0; i < 200; ++i) {
        list += "scheme" + std::to_string(i) + "://x\n";
    }
    M3uReader reader({.header = {}, .entry = [](M3uEntry&& got) {
                          EXPECT_LE(got.sources.size(), M3uReader::kMaxSources);
                          EXPECT_LE(got.attributes.size(), M3uReader::kMaxAttributes);
                          EXPECT_THAT(got.name, ::testing::AnyOf("Many", "Attributes"));
                      }});
    reader.feed(list);
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(reader.entries(), 2U);
    EXPECT_LE(reader.skipped().size(), 33U);
    EXPECT_EQ(
        reader.skipped().at("too many URLs for one entry").count, 200 - M3uReader::kMaxSources);
    std::size_t schemes = 0;
    for (const auto& [reason, where] : reader.skipped()) {
        schemes += reason.starts_with("unsupported scheme") || reason == "other" ? where.count : 0;
    }
    EXPECT_EQ(schemes, 200U);
}

TEST(M3uReader, WhatIsSkippedIsShownWithoutSecrets) {
    M3uReader reader({.header = {}, .entry = [](M3uEntry&&) {
                      }});
    reader.feed(
        "#EXTM3U\n#EXTINF:-1,A\nrtmp://user:hunter2@h/live?password=hunter2\n"
        "#EXTINF:-1,B\nhttp://h/live/joe/hunter2/1 2.ts\n"
        "#EXTINF:-1,C\n/live/joe/hunter2/1.ts\n"
        "#EXTINF:-1,D\n#EXTHTTP:{\"cookie\":\"hunter2\\u000a\"}\nhttp://h/1.ts|X=a%0Ahunter2\n");
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(reader.skipped().size(), 4U);
    for (const auto& [reason, where] : reader.skipped()) {
        EXPECT_THAT(where.first_text, Not(HasSubstr("hunter2"))) << reason;
        EXPECT_LE(where.first_text.size(), 80U);
    }
}

TEST(M3uReader, LinesWithoutASchemeAreShownWithoutSecrets) {
    for (const std::string line : {"panel.example:8080/live/joeuser/hunter2/6.ts",
             "panel.example/joeuser/hunter2/6", "panel/joeuser/hunter2/6.ts",
             "//panel.example/joeuser/hunter2/8 x", "//panel.example:80/joeuser/hunter2/8.ts",
             "/joeuser/hunter2/8", "joeuser/hunter2/8.ts", "joeuser:hunter2@panel.example/8.ts",
             "panel.example/get.php?username=joeuser&password=hunter2",
             "panel.example/joeuser/hunt er2/8", "panel.example/live/joeuser/hunter2"}) {
        M3uReader reader({.header = {}, .entry = [](M3uEntry&&) {
                          }});
        reader.feed("#EXTM3U\n#EXTINF:-1,A\n" + line + "\n");
        ASSERT_TRUE(reader.finish());
        ASSERT_EQ(reader.skipped().size(), 1U) << line;
        const std::string& shown = reader.skipped().begin()->second.first_text;
        EXPECT_THAT(shown, AllOf(Not(HasSubstr("hunt")), Not(HasSubstr("joeuser")))) << line;
        EXPECT_THAT(shown, HasSubstr("***"));
    }
}

TEST(M3uReader, SkippedTextIsShownAsItIs) {
    M3uReader reader({.header = {}, .entry = [](M3uEntry&&) {
                      }});
    reader.feed("#EXTM3U\n#EXTINF:-1,A\nNews and sport, 24/7\n");
    ASSERT_TRUE(reader.finish());
    ASSERT_EQ(reader.skipped().size(), 1U);
    EXPECT_EQ(reader.skipped().begin()->second.first_text, "News and sport, 24/7");
}

TEST(M3uReader, SaysWhatAForeignTextIs) {
    EXPECT_THAT(verdict(""), HasSubstr("empty"));
    EXPECT_THAT(verdict("Account disabled\n"), HasSubstr("Account disabled"));
    EXPECT_THAT(verdict("{\"error\": true}"), HasSubstr("JSON"));
    EXPECT_THAT(verdict("# only\n# comments\n"), HasSubstr("no URL"));
    EXPECT_THAT(verdict("<html>\nhttp://h/1.ts\n</html>"), HasSubstr("an HTML page"));
    EXPECT_EQ(verdict("#EXTM3U\n"), "list");
    EXPECT_EQ(verdict("#EXTINF:-1,A\n"), "list");
}

TEST(M3uReader, EveryPrefixOfALineIsHarmless) {
    const std::string line =
        "#EXTINF:-1 tvg-id=\"a\" tvg-name='b c' x=y, group-title=\"d, e\" f=\"g=\",N, \"m\"";
    for (std::size_t size = 0; size <= line.size(); ++size) {
        const auto entries = read("#EXTM3U\n" + line.substr(0, size) + "\nhttp://h/next.ts\n");
        ASSERT_EQ(entries.size(), 1U) << line.substr(0, size);
        EXPECT_EQ(entries[0].sources[0].url, "http://h/next.ts");
        EXPECT_NE(entries[0].name, "");
    }
}

TEST(M3uReader, ManyQuotesInALongLineTakeLinearTime) {
    // Quadratic work would take minutes and end in the test's time limit.
    std::string line = "#EXTINF:-1";
    while (line.size() < M3uReader::kMaxLine - 100) {
        line += " a=\"b\"c\",d=\" ' e='";
    }
    const auto entries = read(line + ",Name\nhttp://h/1\n" + line + "\nhttp://h/2\n");
    EXPECT_EQ(entries.size(), 2U);
}

TEST(M3uReader, WhatHasNoNameIsCalledByItsAddress) {
    const auto entries = read("#EXTM3U\n#EXTINF:-1,\nhttp://h/tv/one.ts\n#EXTINF:-1,\nhttp://h/\n"
                              "#EXTINF:-1,\nudp://@:1234\n");
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[0].name, "one");
    EXPECT_EQ(entries[1].name, "h");
    EXPECT_THAT(entries[2].name, HasSubstr("1234")) << "it has no host";
}

TEST(M3uReader, OnlyPlaylistFilesOfThisMachineMayNameFiles) {
    const std::string list = "#EXTM3U\n#EXTINF:-1,Clip\nFILE:///tv/clip.ts\n" + entry("a");
    EXPECT_EQ(read(list).size(), 1U);
    std::vector<std::string> names;
    M3uReader reader({.header = {},
                         .entry =
                             [&](M3uEntry&& got) {
                                 names.push_back(got.name);
                             }},
        LocalFiles::allowed);
    reader.feed(list);
    EXPECT_TRUE(reader.finish());
    EXPECT_THAT(names, ElementsAre("Clip", "a"));
    M3uReader refusing({.header = {}, .entry = [](M3uEntry&&) {
                        }});
    refusing.feed(list);
    EXPECT_TRUE(refusing.finish());
    ASSERT_EQ(refusing.skipped().size(), 1U);
    EXPECT_THAT(refusing.skipped().begin()->first, HasSubstr("only a playlist file"));
}

} // namespace
} // namespace plex_tuner::provider
