// SPDX-License-Identifier: GPL-3.0-or-later
// A mount that tells Plex what changed in it.
#include "mount_command_fixture.hpp"
#include "support/fake_pms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

class LibraryScan : public MountCommandTest {
protected:
    void SetUp() override {
        MountCommandTest::SetUp();
        fs::create_directories(tuner_.file("plex"));
        fs::create_directory_symlink(mount_point(), tuner_.file("plex") / "data");
        settings_ = {
            {"PMS_URL", pms_.url()}, {"PMS_TOKEN", pms_.token()}, {"PLEX_VOD_PATH", "/data"}};
    }

    void TearDown() override {
        const std::string log = tuner_.process().stderr_text();
        EXPECT_THAT(log, Not(HasSubstr(pms_.token())));
        EXPECT_EQ(pms_.tokens_in_addresses(), 0);
        MountCommandTest::TearDown();
    }

    /// Until it says so once more than when this was last called.
    [[nodiscard]] bool wait_until_told() { return wait_for_one_more("Plex looks at what changed"); }

    [[nodiscard]] bool wait_for_one_more(const std::string& text) {
        const auto line = tuner_.process().wait_for_line({text}, std::chrono::seconds(30), seen_);
        const std::string log = tuner_.process().stderr_text();
        if (line) {
            const auto end = log.begin() + static_cast<std::ptrdiff_t>(log.find(*line));
            seen_ = static_cast<std::size_t>(std::count(log.begin(), end, '\n')) + 1;
        }
        return line.has_value();
    }

    [[nodiscard]] PmsLibrary library() const { return pms_.libraries().at(0); }

    FakePms pms_{{.file_root = tuner_.file("plex")}};
    std::size_t seen_ = 0; ///< lines of the log
};

TEST_F(LibraryScan, IsOfWhatCameAndOfEverythingWhereSomethingWent) {
    (void)pms_.add_library("movie", "Films", "/data/Movies");
    (void)pms_.add_library("show", "Series", "/data/TV");
    (void)pms_.add_library("movie", "Own films", "/srv/films");
    write_catalog({"Alien", "Zulu"});
    mount();
    ASSERT_TRUE(wait_until_told()) << tuner_.process().stderr_text();
    EXPECT_THAT(library().scans, ElementsAre(""));
    EXPECT_EQ(library().files, 2);

    write_catalog({"Alien", "Brazil", "Zulu"});
    ASSERT_TRUE(wait_until_told()) << tuner_.process().stderr_text();
    EXPECT_THAT(library().scans, ElementsAre("", "/data/Movies/Brazil"));

    write_catalog({"Alien", "Brazil"});
    ASSERT_TRUE(wait_until_told()) << tuner_.process().stderr_text();
    EXPECT_THAT(library().scans, ElementsAre("", "/data/Movies/Brazil", ""));
    EXPECT_EQ(library().files, 2);

    // All films at once are more likely a mistake: nobody is told.
    write_catalog({});
    ASSERT_TRUE(wait_for_one_more("the mount shows the new catalog"));
    write_catalog({"Alien"});
    ASSERT_TRUE(wait_until_told()) << tuner_.process().stderr_text();
    EXPECT_THAT(library().scans, ElementsAre("", "/data/Movies/Brazil", "", "/data/Movies/Alien"));
    EXPECT_EQ(tuner_.stop(), 0);
    // Neither the side without anything nor what is not ours.
    EXPECT_THAT(pms_.libraries().at(1).scans, IsEmpty());
    EXPECT_THAT(pms_.libraries().at(2).scans, IsEmpty());
}

TEST_F(LibraryScan, WaitsForAServerThatIsDown) {
    (void)pms_.add_library("movie", "Films", "/data/Movies");
    write_catalog({"Zulu"});
    pms_.answer_next({503, 503, 0});
    TunerOptions run = options();
    run.subcommand = "run";
    tuner_.start(run);
    ASSERT_TRUE(tuner_.wait_for_metric("plex_tuner_vod_library_scans_total", 1))
        << tuner_.process().stderr_text();
    EXPECT_THAT(library().scans, ElementsAre(""));
    EXPECT_THAT(tuner_.get("/").body, HasSubstr("told 1 times"));
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(LibraryScan, SaysWhyThereIsNone) {
    (void)pms_.add_library("movie", "Films", "/data/Movies");
    settings_["PMS_TOKEN"] = "wrong-0ne";
    write_catalog({"Zulu"});
    TunerOptions run = options();
    run.subcommand = "run";
    tuner_.start(run);
    ASSERT_TRUE(tuner_.wait_for_metric("plex_tuner_vod_library_scan_failures_total", 1))
        << tuner_.process().stderr_text();
    EXPECT_THAT(
        tuner_.process().stderr_text(), AllOf(HasSubstr("Plex could not be told"), HasSubstr("401"),
                                            HasSubstr("token"), Not(HasSubstr("wrong-0ne"))));
    EXPECT_THAT(tuner_.get("/").body, HasSubstr("not told of what changed"));
    EXPECT_EQ(tuner_.stop(), 0);
    EXPECT_THAT(library().scans, IsEmpty());
}

TEST_F(LibraryScan, OfAMountNamedFromWhereTheProgramWasStarted) {
    settings_.erase("PLEX_VOD_PATH");
    pms_.change([](FakePms::Script& script) { script.file_root.clear(); });
    (void)pms_.add_library("movie", "Films", mount_point() / "Movies");
    write_catalog({"Zulu"});
    TunerOptions relative = options();
    relative.flags = {"-mount", "mnt"};
    tuner_.launch(relative);
    ASSERT_TRUE(wait_until_told()) << tuner_.process().stderr_text();
    EXPECT_THAT(library().scans, ElementsAre(""));
    EXPECT_EQ(library().files, 1);
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(LibraryScan, OfAMountThatNoLibraryShowsIsSaidToBeMissing) {
    (void)pms_.add_library("movie", "Own films", "/srv/films");
    write_catalog({"Zulu"});
    mount();
    const auto line = tuner_.process().wait_for_line({"no library of Plex shows the mount"});
    ASSERT_TRUE(line);
    EXPECT_THAT(*line, AllOf(HasSubstr("plex-vod-register"), HasSubstr("looked_for=/data")));
    EXPECT_EQ(tuner_.stop(), 0);
    EXPECT_THAT(library().scans, IsEmpty());
}

TEST_F(LibraryScan, EndsAtOnceWhilePlexHangs) {
    write_catalog({"Zulu"});
    ScriptedProvider silent;
    silent.on("/library/sections", [](ProviderConnection& connection, const ProviderRequest&) {
        connection.wait_until_closed();
    });
    settings_["PMS_URL"] = silent.url("");
    mount();
    ASSERT_TRUE(silent.wait_for_requests("/library/sections", 1));
    EXPECT_EQ(tuner_.stop(), 0);
    EXPECT_TRUE(fs::is_empty(mount_point()));
}

TEST_F(LibraryScan, IsNotMadeWhereItIsSwitchedOff) {
    (void)pms_.add_library("movie", "Films", "/data/Movies");
    settings_["PLEX_VOD_SCAN"] = "off";
    write_catalog({"Zulu"});
    mount();
    write_catalog({"Alien"});
    ASSERT_TRUE(tuner_.process().wait_for_line({"the mount shows the new catalog"}));
    EXPECT_EQ(tuner_.stop(), 0);
    EXPECT_THAT(pms_.requests(), IsEmpty());
}

} // namespace
} // namespace plex_tuner::testing
