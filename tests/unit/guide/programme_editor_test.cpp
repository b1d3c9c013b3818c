// SPDX-License-Identifier: GPL-3.0-or-later
#include "body_driver.hpp"
#include "programme_editor.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::guide {
namespace {

/// 2026-11-28 20:00 UTC
const WallTime kStart =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 28) + std::chrono::hours(20);

std::string edited(const TextOptions& options, const std::string& children) {
    ProgrammeBody body;
    read_children(children, body);
    ProgrammeEditor editor(options);
    EXPECT_TRUE(editor.is_active());
    return std::string(editor.edit(body, "<title>The Channel</title>", kStart));
}

TEST(ProgrammeEditor, IsIdleWithoutOptions) {
    EXPECT_FALSE(ProgrammeEditor(TextOptions()).is_active());
}

TEST(ProgrammeEditor, KeepsThePreferredLanguageOfEachText) {
    const std::string texts =
        R"(<title lang="en">News</title><title lang="de-AT">Nachrichten</title>)"
        R"(<desc lang="fr">Bonjour</desc><desc>Hello</desc><category>News</category>)";
    EXPECT_EQ(edited({.preferred_languages = {"it", "de"}}, texts),
        R"(<title lang="de-AT">Nachrichten</title><desc lang="fr">Bonjour</desc><category>News</category>)");
    EXPECT_EQ(edited({.preferred_languages = {"en", "de"}}, R"(<title lang="de">A</title>)"),
        R"(<title lang="de">A</title>)")
        << "the only one stays";
}

TEST(ProgrammeEditor, PrefersLatinWhereNoLanguageIsWanted) {
    EXPECT_EQ(edited({.prefer_latin = true}, "<title>Новости дня</title><title>News</title>"),
        "<title>News</title>");
    EXPECT_EQ(edited({.prefer_latin = true}, "<title>Новости</title><title>Спорт</title>"),
        "<title>Новости</title>");
}

TEST(ProgrammeEditor, ChannelNameStandsInForANonLatinTitle) {
    EXPECT_EQ(edited({.channel_name_for_non_latin = true},
                  "<title>Новости</title><desc>Новости дня</desc>"),
        "<title>The Channel</title><desc>Новости дня</desc>");
    EXPECT_EQ(edited({.channel_name_for_non_latin = true}, "<title>News &amp; More</title>"),
        "<title>News &amp; More</title>");
}

TEST(ProgrammeEditor, FoldsTheSubTitleInWithoutAnEpisodeNumber) {
    const TextOptions fold{.plex = {.fold_sub_title = true}};
    EXPECT_EQ(edited(fold, "<title>Football</title><sub-title>A v B</sub-title>"),
        "<title>Football: A v B</title><sub-title>A v B</sub-title>");
    const std::string numbered = "<title>Show</title><sub-title>Pilot</sub-title>"
                                 "<episode-num system=\"xmltv_ns\">0.0.</episode-num>";
    EXPECT_EQ(edited(fold, numbered), numbered);
    const std::string there = "<title>Show: Pilot</title><sub-title>pilot</sub-title>";
    EXPECT_EQ(edited(fold, there), there);
}

TEST(ProgrammeEditor, DescriptionsBecomeUniqueWithoutAnEpisodeNumber) {
    const TextOptions unique{.plex = {.unique_descriptions = true}};
    EXPECT_EQ(edited(unique, "<title>News</title><desc>Today.</desc>"),
        "<title>News</title><desc>Today. (2026-11-28 20:00 UTC)</desc>");
    EXPECT_EQ(edited(unique, "<title>News</title><category>News</category>"),
        "<title>News</title><desc>2026-11-28 20:00 UTC</desc><category>News</category>");
    const std::string film = "<title>A</title><desc>B</desc><category>Spielfilm</category>";
    EXPECT_EQ(edited(unique, film), film);
}

TEST(ProgrammeEditor, CategoriesGetAWordPlexKnows) {
    const TextOptions words{.plex = {.categories = true}};
    const auto category = [&](const std::string& given, const std::string& more = {}) {
        const std::string all =
            edited(words, "<title>T</title><category>" + given + "</category>" + more);
        const std::size_t begin = all.find("<category lang=\"en\">");
        return begin == std::string::npos
                   ? std::string("none")
                   : all.substr(begin + 20, all.find('<', begin + 1) - begin - 20);
    };
    EXPECT_EQ(category("Spielfilm"), "Movie");
    EXPECT_EQ(category("Película"), "Movie");
    EXPECT_EQ(category("Sportsendung"), "Sports");
    EXPECT_EQ(category("Fußball"), "Sports");
    EXPECT_EQ(category("Actualités"), "News");
    EXPECT_EQ(category("Kinderprogramm"), "Kids");
    EXPECT_EQ(category("Новости"), "News");
    EXPECT_EQ(category("Talk"), "none");
    EXPECT_EQ(category("Transport"), "none") << "words, not parts of words";
    EXPECT_EQ(category("movie"), "none") << "it is there";
    EXPECT_EQ(category("Drama", "<episode-num>S01E02</episode-num>"), "Series");
}

TEST(ProgrammeEditor, EpisodeNumbersInBothSystems) {
    const TextOptions both{.plex = {.episode_numbers = true}};
    EXPECT_EQ(edited(both, "<title>T</title><episode-num system=\"onscreen\">S2 E5</episode-num>"),
        "<title>T</title><episode-num system=\"onscreen\">S2 E5</episode-num>"
        "<episode-num system=\"xmltv_ns\">1.4.</episode-num>");
    EXPECT_EQ(
        edited(both, "<title>T</title><episode-num system=\"xmltv_ns\">1.4/10.</episode-num>"),
        "<title>T</title><episode-num system=\"xmltv_ns\">1.4/10.</episode-num>"
        "<episode-num system=\"onscreen\">S02E05</episode-num>");
    const std::string other =
        "<title>T</title><episode-num system=\"dd_progid\">EP01.0005</episode-num>";
    EXPECT_EQ(edited(both, other), other);
}

TEST(ProgrammeEditor, NewOrRepeatFromTheDate) {
    const TextOptions mark{.plex = {.new_or_repeat = true}};
    EXPECT_EQ(edited(mark, "<title>T</title><date>20261128</date>"),
        "<title>T</title><date>20261128</date><new/>");
    EXPECT_EQ(edited(mark, "<title>T</title><date>20201128</date>"),
        "<title>T</title><date>20201128</date><previously-shown start=\"20201128\"/>");
    for (const std::string same :
        {"<title>T</title><date>2020</date>", "<title>T</title><date>20261128</date><premiere/>",
            "<title>T</title><date>20261128</date><category>Film</category>"}) {
        EXPECT_EQ(edited(mark, same), same);
    }
}

TEST(EpisodeNumbers, AreReadAsWritten) {
    using Number = std::optional<EpisodeNumber>;
    EXPECT_EQ(parse_xmltv_ns("1.4."), (Number{{2, 5}}));
    EXPECT_EQ(parse_xmltv_ns(" 0 / 3 . 11/22 . 0/1"), (Number{{1, 12}}));
    EXPECT_EQ(parse_xmltv_ns(".7."), (Number{{std::nullopt, 8}}));
    EXPECT_EQ(parse_xmltv_ns(".."), Number());
    EXPECT_EQ(parse_onscreen("S02E05"), (Number{{2, 5}}));
    EXPECT_EQ(parse_onscreen("s2, e5"), (Number{{2, std::nullopt}}));
    EXPECT_EQ(parse_onscreen("2x05"), (Number{{2, 5}}));
    EXPECT_EQ(parse_onscreen("Ep 7"), (Number{{std::nullopt, 7}}));
    EXPECT_EQ(parse_onscreen("E7"), (Number{{std::nullopt, 7}}));
    for (const char* none : {"", "Special", "5 of 10", "7", "Pilot", "x", "S", "E"}) {
        EXPECT_EQ(parse_onscreen(none), Number()) << none;
    }
}

} // namespace
} // namespace plex_tuner::guide
