// SPDX-License-Identifier: GPL-3.0-or-later
// The prepared guide over HTTP.
#include "playlists.hpp"
#include "support/child_process.hpp"
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"
#include "support/xmltv_validator.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Guide : public ::testing::Test {
protected:
    void serve(Behaviour guide) {
        provider_.on("/list.m3u", behave::content(playlist_of({{"one", provider_.url("/1.ts")},
                                      {"two", provider_.url("/2.ts")}})));
        provider_.on("/guide.xml", std::move(guide));
        tuner_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")},
                          {"XMLTV_URL", provider_.url("/guide.xml")}}});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
        ASSERT_TRUE(tuner_.process().wait_for_line({"guide published"}));
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

/// `text` as gzip -n or xz writes it.
std::string packed(const std::string& text, const std::string& program) {
    const TemporaryDirectory scratch;
    const std::string file = (scratch.path() / "text").string();
    std::ofstream(file, std::ios::binary) << text;
    return run_command({program, "-c", file}).output;
}

TEST_F(Guide, ProgrammesAndPlaceholdersAreValidXmltv) {
    serve(behave::content(guide_of({"one"})));
    const HttpReply reply = tuner_.get("/guide.xml");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(xmltv_complaints(reply.body), "");
    EXPECT_THAT(reply.body, HasSubstr("one show"));
    EXPECT_THAT(reply.body, HasSubstr("<title>two</title>"));
}

TEST_F(Guide, ALocalFileIsTheFirstGuideThatIsServed) {
    const std::string file = tuner_.file("guide.xml").string();
    std::ofstream(file) << guide_of({"one"});
    provider_.on("/list.m3u", behave::content(playlist_of({{"one", provider_.url("/1.ts")}})));
    tuner_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}, {"XMLTV_URL", file}}});
    ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    EXPECT_THAT(tuner_.get("/guide.xml").body, HasSubstr("one show"));
    EXPECT_THAT(tuner_.process().stderr_text(), Not(HasSubstr("slow to arrive")));
}

TEST_F(Guide, SecondRequestIs304) {
    serve(behave::content(guide_of({"one"})));
    const HttpReply first = tuner_.get("/guide.xml");
    ASSERT_NE(first.header("etag"), "");
    ASSERT_NE(first.header("last-modified"), "");
    const HttpReply by_tag = tuner_.get("/guide.xml", {"If-None-Match: " + first.header("etag")});
    EXPECT_EQ(by_tag.status, 304);
    EXPECT_EQ(by_tag.body, "");
    EXPECT_EQ(
        tuner_.get("/guide.xml", {"If-Modified-Since: " + first.header("last-modified")}).status,
        304);
    EXPECT_EQ(tuner_.get("/guide.xml", {"If-None-Match: \"other\""}).status, 200);
}

TEST_F(Guide, ValidatorsSurviveARestart) {
    serve(behave::content(guide_of({"one"})));
    const std::string tag = tuner_.get("/guide.xml").header("etag");
    ASSERT_EQ(tuner_.stop(), 0);
    provider_.on("/list.m3u", behave::silent());
    tuner_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")},
                      {"XMLTV_URL", provider_.url("/guide.xml")}}});
    EXPECT_EQ(tuner_.get("/guide.xml", {"If-None-Match: " + tag}).status, 304);
}

TEST_F(Guide, RangesAreServed) {
    serve(behave::content(guide_of({"one"})));
    const std::string whole = tuner_.get("/guide.xml").body;
    const HttpReply part = tuner_.get("/guide.xml", {"Range: bytes=5-14"});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, whole.substr(5, 10));
    EXPECT_EQ(part.header("content-range"), "bytes 5-14/" + std::to_string(whole.size()));
    EXPECT_EQ(tuner_.get("/guide.xml", {"Range: bytes=999999999-"}).status, 416);
}

TEST_F(Guide, GzipForThoseWhoTakeItAndAsAFile) {
    serve(behave::content(guide_of({"one"})));
    ASSERT_TRUE(tuner_.wait_for_metric("plex_tuner_playlist_failures_total", 0));
    HttpReply zipped;
    // The compressed form follows the plain one by a moment.
    for (int i = 0; i < 500 && zipped.header("content-encoding") != "gzip"; ++i) {
        zipped = tuner_.get("/guide.xml", {"Accept-Encoding: gzip, deflate"});
    }
    ASSERT_EQ(zipped.header("content-encoding"), "gzip");
    EXPECT_THAT(zipped.header("vary"), HasSubstr("Accept-Encoding"));
    const HttpReply file = tuner_.get("/guide.xml.gz");
    EXPECT_EQ(file.status, 200);
    EXPECT_EQ(file.header("content-encoding"), "");
    EXPECT_EQ(file.body, zipped.body);
    const TemporaryDirectory scratch;
    const std::string path = (scratch.path() / "g.gz").string();
    std::ofstream(path, std::ios::binary) << file.body;
    EXPECT_EQ(run_command({"gzip", "-dc", path}).output, tuner_.get("/guide.xml").body);
}

TEST_F(Guide, PackedSourcesAreRead) {
    serve(behave::content(packed(guide_of({"one"}), "gzip"), "application/octet-stream"));
    EXPECT_THAT(tuner_.get("/guide.xml").body, HasSubstr("one show"));
    provider_.on(
        "/guide.xml", behave::content(packed(guide_of({"two"}), "xz"), "application/octet-stream"));
    const std::size_t before = tuner_.process().lines();
    tuner_.process().signal(SIGHUP);
    ASSERT_TRUE(
        tuner_.process().wait_for_line({"guide published"}, std::chrono::seconds(30), before));
    EXPECT_THAT(tuner_.get("/guide.xml").body, HasSubstr("two show"));
}

TEST_F(Guide, ASlowSourceDoesNotKeepClientsWaiting) {
    serve(behave::silent());
    const HttpReply reply = tuner_.get("/guide.xml");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(xmltv_complaints(reply.body), "");
    EXPECT_THAT(reply.body, HasSubstr("<title>one</title>"));
}

TEST_F(Guide, ABrokenSourceKeepsTheLastGoodProgrammes) {
    serve(behave::content(guide_of({"one", "two"})));
    const std::string broken = guide_of({"one", "two"}).substr(0, 300);
    for (const auto& [name, behaviour] :
        std::vector<std::pair<std::string, Behaviour>>{{"truncated XML", behave::content(broken)},
            {"HTML with 200", behave::content("<html><body>Sorry</body></html>", "text/html")},
            {"503", behave::status(503, {"Retry-After: 0"})},
            {"half a gzip",
                behave::content(packed(guide_of({"one", "two"}), "gzip").substr(0, 60))},
            {"cut", behave::cut(guide_of({"one", "two"}), 200)}}) {
        provider_.on("/guide.xml", behaviour);
        const std::size_t before = tuner_.process().lines();
        tuner_.process().signal(SIGHUP);
        ASSERT_TRUE(
            tuner_.process().wait_for_line({"error", "guide"}, std::chrono::seconds(60), before))
            << name;
        ASSERT_TRUE(tuner_.process().wait_for_line(
            {"will be tried again"}, std::chrono::seconds(60), before))
            << name;
        const HttpReply reply = tuner_.get("/guide.xml");
        EXPECT_EQ(reply.status, 200) << name;
        EXPECT_THAT(reply.body, HasSubstr("one show")) << name;
        EXPECT_THAT(reply.body, HasSubstr("two show")) << name;
    }
}

TEST_F(Guide, AGuideThatThePlaylistNamesIsFetched) {
    provider_.on("/list.m3u",
        behave::content(playlist_of({{"one", provider_.url("/1.ts")}}, "/epg/guide.xml")));
    provider_.on("/epg/guide.xml", behave::content(guide_of({"one"})));
    tuner_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}}});
    ASSERT_TRUE(tuner_.wait_until_ready());
    EXPECT_THAT(tuner_.get("/guide.xml").body, HasSubstr("one show"));
}

/// The playlist names two guides; each knows one of the two channels.
class TwoGuides : public ::testing::Test {
protected:
    void SetUp() override {
        list("/a.xml,/b.xml");
        provider_.on("/a.xml", behave::content(guide_of({"one"})));
        provider_.on("/b.xml", behave::content(guide_of({"two"})));
        start();
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
        ASSERT_TRUE(tuner_.process().wait_for_line({"guide published"}));
    }

    void list(const std::string& guides) {
        provider_.on("/list.m3u",
            behave::content(playlist_of(
                {{"one", provider_.url("/1.ts")}, {"two", provider_.url("/2.ts")}}, guides)));
    }

    void start() { tuner_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}}}); }

    /// Waits for the end of a refresh that not everything went well in.
    void refresh_with_failures() {
        const std::size_t before = tuner_.process().lines();
        tuner_.process().signal(SIGHUP);
        ASSERT_TRUE(tuner_.process().wait_for_line(
            {"will be tried again"}, std::chrono::seconds(60), before))
            << tuner_.process().stderr_text();
    }

    static std::string renamed(std::string guide) {
        const auto at = guide.find(" show");
        return guide.replace(at, 5, " fresh show");
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

TEST_F(TwoGuides, AFailingOneDoesNotHoldBackTheOther) {
    for (const Behaviour& failing : {behave::content(guide_of({"one"}).substr(0, 150)),
             behave::status(404), behave::content("<tv></tv>")}) {
        provider_.on("/a.xml", failing);
        provider_.on("/b.xml", behave::content(renamed(guide_of({"two"}))));
        refresh_with_failures();
        const std::string guide = tuner_.get("/guide.xml").body;
        EXPECT_THAT(guide, HasSubstr("one show"));
        EXPECT_THAT(guide, HasSubstr("two fresh show"));

        // What the good one sent is kept: it is not asked for in vain now that both fail.
        provider_.on("/b.xml", behave::status(404));
        refresh_with_failures();
        EXPECT_THAT(tuner_.get("/guide.xml").body, HasSubstr("two fresh show"));
    }
}

TEST_F(TwoGuides, AreStillFetchedWhileThePlaylistFails) {
    ASSERT_EQ(tuner_.stop(), 0);
    provider_.on("/list.m3u", behave::status(404));
    provider_.on("/a.xml", behave::content(renamed(guide_of({"one"}))));
    start();
    ASSERT_TRUE(tuner_.process().wait_for_line({"guide published"}));
    const std::string guide = tuner_.get("/guide.xml").body;
    EXPECT_THAT(guide, HasSubstr("one fresh show"));
    EXPECT_THAT(guide, HasSubstr("two show"));
}

TEST_F(TwoGuides, AreFetchedWhenTheIndexIsSkipped) {
    ASSERT_EQ(tuner_.stop(), 0);
    provider_.on("/a.xml", behave::content(renamed(guide_of({"one"}))));
    tuner_.start({.flags = {"-skip-index"}, .settings = {{"M3U_URL", provider_.url("/list.m3u")}}});
    ASSERT_TRUE(tuner_.process().wait_for_line({"guide published"}));
    const std::string guide = tuner_.get("/guide.xml").body;
    EXPECT_THAT(guide, HasSubstr("one fresh show"));
    EXPECT_THAT(guide, HasSubstr("two show"));
}

TEST_F(TwoGuides, ADeadOneDoesNotMakeTheRefreshAFailure) {
    provider_.on("/a.xml", behave::status(404));
    refresh_with_failures();
    ASSERT_EQ(tuner_.stop(), 0);
    start();
    ASSERT_TRUE(tuner_.process().wait_for_line({"will be tried again"}));
    EXPECT_THAT(tuner_.get("/healthz").body, HasSubstr("last_refresh"));
    // Only the dead one is asked again until the next refresh is due.
    EXPECT_THAT(tuner_.get("/metrics").body, HasSubstr("plex_tuner_playlist_failures_total 0"));
}

TEST_F(TwoGuides, WhatIsUnchangedKeepsItsValidators) {
    // A second try for a first one in which the hour turns, and the guide with it.
    for (int attempt = 0; attempt < 2; ++attempt) {
        const std::string tag = tuner_.get("/guide.xml").header("etag");
        const std::size_t before = tuner_.process().lines();
        tuner_.process().signal(SIGHUP);
        if (tuner_.process().wait_for_line(
                {"guide is up to date"}, std::chrono::seconds(10), before)) {
            EXPECT_EQ(tuner_.get("/guide.xml", {"If-None-Match: " + tag}).status, 304);
            EXPECT_EQ(tuner_.get("/guide.xml.gz").status, 200);
            return;
        }
    }
    FAIL() << tuner_.process().stderr_text();
}

TEST_F(Guide, AFileOfTheUserThatBreaksKeepsItsLastGoodProgrammes) {
    const TemporaryDirectory home;
    const std::string file = (home.path() / "guide.xml").string();
    std::ofstream(file) << guide_of({"one"});
    provider_.on("/list.m3u", behave::content(playlist_of({{"one", provider_.url("/1.ts")}})));
    tuner_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}, {"XMLTV_URL", file}}});
    // As soon as the guide is served, while the refresh may still be at its last steps.
    ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    std::ofstream(file) << "<tv><programme"; // in place, as an editor or a grabber may
    const std::size_t before = tuner_.process().lines();
    tuner_.process().signal(SIGHUP);
    ASSERT_TRUE(tuner_.process().wait_for_line(
        {"guide source not usable", file}, std::chrono::seconds(60), before));
    ASSERT_TRUE(
        tuner_.process().wait_for_line({"will be tried again"}, std::chrono::seconds(60), before));
    EXPECT_THAT(tuner_.get("/guide.xml").body, HasSubstr("one show"));
}

TEST_F(Guide, TheHostsOfAnAccountStandInForEachOther) {
    const std::string list = playlist_of({{"one", provider_.url("/1.ts")}});
    provider_.on("/a/get.php", behave::content(list));
    provider_.on("/b/get.php", behave::content(list));
    provider_.on("/b/xmltv.php", behave::content(guide_of({"one"})));
    tuner_.start({.settings = {{"PROVIDER_URLS", provider_.url("/a") + "," + provider_.url("/b")},
                      {"PROVIDER_USER", "u"}, {"PROVIDER_PASS", "planted-secret"}}});
    ASSERT_TRUE(tuner_.process().wait_for_line({"guide published"}));
    EXPECT_THAT(tuner_.get("/guide.xml").body, HasSubstr("one show"));
    EXPECT_GE(provider_.count("/a/xmltv.php"), 1U);
    EXPECT_THAT(tuner_.get("/metrics").body, HasSubstr("plex_tuner_guide_failures_total 0"));
    EXPECT_EQ(tuner_.process().stderr_text().find("planted-secret"), std::string::npos);
}

} // namespace
} // namespace plex_tuner::testing
