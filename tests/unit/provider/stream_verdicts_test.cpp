// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temporary_directory.hpp"

#include <plex_tuner/provider/stream_verdicts.hpp>

#include <fstream>

#include <gtest/gtest.h>

namespace plex_tuner::provider {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{1'700'000'000s};

class Verdicts : public ::testing::Test {
protected:
    [[nodiscard]] std::filesystem::path file() const { return directory_.path() / "verdicts.json"; }

    void write(const std::string& text) const { std::ofstream(file()) << text; }

    testing::TemporaryDirectory directory_;
};

TEST_F(Verdicts, AreThereAgain) {
    StreamVerdicts verdicts;
    verdicts.set("http://h/1", {.pass = true, .at = kNow});
    verdicts.set("http://h/2", {.pass = false, .at = kNow - 1h});
    ASSERT_TRUE(verdicts.save(file(), kNow));
    const StreamVerdicts loaded = StreamVerdicts::load(file());
    ASSERT_NE(loaded.find("http://h/1"), nullptr);
    EXPECT_TRUE(loaded.find("http://h/1")->pass);
    ASSERT_NE(loaded.find("http://h/2"), nullptr);
    EXPECT_FALSE(loaded.find("http://h/2")->pass);
    EXPECT_EQ(loaded.find("http://h/2")->at, kNow - 1h);
    EXPECT_EQ(loaded.find("http://h/3"), nullptr);
}

TEST_F(Verdicts, OfTwoProcessesTheNewerOnesStay) {
    StreamVerdicts ours;
    StreamVerdicts theirs;
    ours.set("http://h/1", {.pass = true, .at = kNow - 1min});
    ours.set("http://h/2", {.pass = true, .at = kNow});
    theirs.set("http://h/1", {.pass = false, .at = kNow});
    theirs.set("http://h/2", {.pass = false, .at = kNow - 1min});
    theirs.set("http://h/3", {.pass = false, .at = kNow});
    ASSERT_TRUE(theirs.save(file(), kNow));
    ASSERT_TRUE(ours.save(file(), kNow));
    const StreamVerdicts loaded = StreamVerdicts::load(file());
    EXPECT_FALSE(loaded.find("http://h/1")->pass);
    EXPECT_TRUE(loaded.find("http://h/2")->pass);
    ASSERT_NE(loaded.find("http://h/3"), nullptr);
}

TEST_F(Verdicts, WhatNobodyRenewsGoes) {
    StreamVerdicts verdicts;
    verdicts.set("http://h/1", {.pass = true, .at = kNow - std::chrono::days(31)});
    verdicts.set("http://h/2", {.pass = true, .at = kNow - std::chrono::days(29)});
    ASSERT_TRUE(verdicts.save(file(), kNow));
    const StreamVerdicts loaded = StreamVerdicts::load(file());
    EXPECT_EQ(loaded.find("http://h/1"), nullptr);
    EXPECT_NE(loaded.find("http://h/2"), nullptr);
}

TEST_F(Verdicts, DamageCostsOnlyWhatIsDamaged) {
    for (const char* text : {"", "{", "[]", R"({"streams":[]})", R"({"streams":null})"}) {
        write(text);
        EXPECT_EQ(StreamVerdicts::load(file()).find("http://h/1"), nullptr) << text;
    }
    StreamVerdicts verdicts;
    verdicts.set("http://h/1", {.pass = true, .at = kNow});
    std::filesystem::remove(file());
    ASSERT_TRUE(verdicts.save(file(), kNow));
    std::ifstream in(file());
    std::string text(std::istreambuf_iterator<char>(in), {});
    text.insert(text.find("{\"streams\":{") + 12,
        R"("a":{"pass":"yes","at":1},"b":{"pass":true,"at":"x"},"c":7,"d":{"pass":true},)");
    write(text);
    EXPECT_NE(StreamVerdicts::load(file()).find("http://h/1"), nullptr);
}

TEST_F(Verdicts, ARunHasItsOwn) {
    StreamVerdicts verdicts;
    verdicts.set("http://h/1", {.pass = true, .at = kNow, .is_of_this_run = true});
    EXPECT_TRUE(verdicts.find("http://h/1")->is_of_this_run);
    verdicts.begin_run();
    EXPECT_FALSE(verdicts.find("http://h/1")->is_of_this_run);
}

} // namespace
} // namespace plex_tuner::provider
