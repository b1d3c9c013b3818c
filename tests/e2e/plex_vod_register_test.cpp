// SPDX-License-Identifier: GPL-3.0-or-later
// Libraries for films and series, made by the real binary.
#include "support/fake_pms.hpp"
#include "support/tuner.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace fs = std::filesystem;

/// Lanes that look as mounted ones do; what is mounted is a matter of other tests. Plex sees them
/// below /data.
class PlexVodRegister : public ::testing::Test {
protected:
    PlexVodRegister() {
        for (const char* lane : {"kids", "movies"}) {
            fs::create_directories(mounts() / lane / "TV");
            fs::create_directories(mounts() / lane / "Movies");
        }
        std::ofstream(command_.file("manifest.json"))
            << R"({"lanes": {"kids": {"movies": 1, "series": 2}, "movies": {"movies": 3, "series": 0}},
                   "lane_order": ["kids", "movies"]})";
        fs::create_directories(command_.file("plex"));
        fs::create_directory_symlink(mounts(), command_.file("plex") / "data");
    }

    [[nodiscard]] fs::path mounts() const { return command_.file("mnt"); }

    struct Outcome {
        int code = -1;
        std::string out;
        std::string log;
    };

    Outcome run(FakePms& pms, std::vector<std::string> flags) {
        command_.launch({.subcommand = "plex-vod-register",
            .flags = std::move(flags),
            .settings = {{"PMS_URL", pms.url()}, {"PMS_TOKEN", pms.token()}}});
        Outcome outcome;
        outcome.code = command_.process().wait(std::chrono::seconds(60)).value_or(-1);
        outcome.log = command_.process().stderr_text();
        outcome.out = command_.process().stdout_text();
        EXPECT_THAT(outcome.log + outcome.out, Not(HasSubstr(pms.token())));
        EXPECT_EQ(pms.tokens_in_addresses(), 0);
        return outcome;
    }

    Tuner command_;
    FakePms pms_{{.file_root = command_.file("plex")}};
};

TEST_F(PlexVodRegister, AllLanesOfAManifestInOneCall) {
    const std::vector<std::string> flags{
        "-manifest", "manifest.json", "-mount", mounts(), "-plex-path", "/data"};
    auto dry = flags;
    dry.emplace_back("-dry-run");
    const Outcome plan = run(pms_, dry);
    EXPECT_EQ(plan.code, 0) << plan.log;
    EXPECT_THAT(plan.out, HasSubstr("VOD-Movies kids    movie  /data/kids/Movies"));
    EXPECT_THAT(pms_.changes(), IsEmpty());

    auto as_json = flags;
    as_json.emplace_back("-json");
    const Outcome made = run(pms_, as_json);
    EXPECT_EQ(made.code, 0) << made.log;
    const auto results = nlohmann::json::parse(made.out).at("results");
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[0].at("name"), "VOD kids");
    EXPECT_EQ(results[0].at("type"), "show");
    EXPECT_EQ(results[0].at("action"), "created");
    EXPECT_EQ(results[0].at("error"), "");
    EXPECT_EQ(results[0].at("key"), std::to_string(pms_.libraries().at(0).key));
    EXPECT_THAT(pms_.libraries().at(2).locations, ElementsAre("/data/movies/Movies"));
    EXPECT_EQ(pms_.libraries().at(2).preferences.at("enableBIFGeneration"), "false");

    pms_.forget_requests();
    const Outcome again = run(pms_, as_json);
    EXPECT_EQ(nlohmann::json::parse(again.out).at("results")[0].at("action"), "skipped");
    EXPECT_THAT(pms_.changes(), IsEmpty());
    EXPECT_EQ(pms_.libraries().at(0).scans.size(), 2U);
}

TEST_F(PlexVodRegister, OneSideOfOneMountAndAScanOfWhatIsNew) {
    fs::create_directories(mounts() / "kids/Movies/Up (2009)");
    const Outcome made = run(
        pms_, {"-mount", mounts() / "kids", "-plex-path", "/data/kids", "-movies-only",
                  "-movies-name", "Children", "-scan-path", mounts() / "kids/Movies/Up (2009)"});
    EXPECT_EQ(made.code, 0) << made.log;
    ASSERT_EQ(pms_.libraries().size(), 1U);
    EXPECT_EQ(pms_.libraries()[0].title, "Children");
    EXPECT_THAT(pms_.libraries()[0].scans, ElementsAre("/data/kids/Movies/Up (2009)"));
}

TEST_F(PlexVodRegister, AMountNamedFromWhereTheCommandRunsIsTheWholePathToPlex) {
    pms_.change([](FakePms::Script& script) { script.file_root.clear(); });
    const Outcome made = run(pms_, {"-mount", "mnt/kids", "-movies-only"});
    EXPECT_EQ(made.code, 0) << made.log;
    EXPECT_THAT(pms_.libraries().at(0).locations, ElementsAre(mounts() / "kids/Movies"));
}

TEST_F(PlexVodRegister, WhatCannotBeDoneIsSaidAndNothingIsAskedOfPlex) {
    const std::pair<std::vector<std::string>, const char*> cases[] = {
        {{}, "no mount is given"},
        {{"-mount", "nowhere"}, "is no directory here"},
        {{"-mount", "/"}, "is no directory of a mount"},
        {{"-mount", mounts() / "kids", "-shows-only", "-movies-only"}, "exclude each other"},
        {{"-mount", mounts() / "kids", "-refresh=maybe"}, "true or false"},
        {{"-mount", mounts() / "kids", "-scan-path", "/tmp"}, "lies in none"},
        {{"-mount", mounts() / "kids", "-manifest", "none.json"}, "none.json"},
    };
    for (const auto& [flags, why] : cases) {
        const Outcome outcome = run(pms_, flags);
        EXPECT_EQ(outcome.code, 1) << why;
        EXPECT_THAT(outcome.log, HasSubstr(why));
        EXPECT_EQ(outcome.out, "");
    }
    EXPECT_THAT(pms_.requests(), IsEmpty());
}

} // namespace
} // namespace plex_tuner::testing
