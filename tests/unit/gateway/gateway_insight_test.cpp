// SPDX-License-Identifier: GPL-3.0-or-later
// How the streams of a gateway are, and the copies of what its sources sent.
#include "gateway_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace plex_tuner::testing {
namespace {

const std::string kUrl = "http://origin/live.ts";
const std::string kBackup = "http://backup/live.ts";

class GatewayInsightTest : public GatewayTest {
protected:
    gateway::StreamInsight insight() { return gateway().tuners().front().insight; }

    Station station_;
};

TEST_F(GatewayInsightTest, TellsOfKeyFramesAndTheClock) {
    add_channel("5", {kUrl});
    const auto body = origin.open(kUrl);
    auto viewer = watch("5");
    for (int i = 0; i < 4; ++i) {
        body->push(station_.group());
    }
    // Pictures come when they are whole, so the last one is not there yet.
    eventually([&] { return insight().key_frames.count >= 2; }, "key frames are measured");
    EXPECT_EQ(insight().key_frames.min, 5 * 3'600);
    EXPECT_EQ(insight().key_frames.max, 5 * 3'600);
    eventually([&] { return insight().clock.interval.count == 19; }, "the clock is measured");
    EXPECT_EQ(insight().clock.interval.min, 3'600 * 300);
    EXPECT_EQ(insight().clock.interval.max, 3'600 * 300);
    EXPECT_EQ(insight().continuity_errors, 0U);
    EXPECT_EQ(insight().splices, 0U);
}

TEST_F(GatewayInsightTest, TellsOfDamageAndSplices) {
    options.recovery_timeout = std::chrono::milliseconds(60'000);
    add_channel("5", {kUrl, kBackup});
    const auto body = origin.open(kUrl);
    auto viewer = watch("5");
    body->push(station_.group());
    expect_clean((*viewer)->wait_bytes(5 * ts::kPacketSize));
    ByteVector damaged = station_.group();
    // The second packet of the first picture is gone.
    const auto lost = damaged.begin() + 3 * static_cast<std::ptrdiff_t>(ts::kPacketSize);
    damaged.erase(lost, lost + static_cast<std::ptrdiff_t>(ts::kPacketSize));
    body->push(damaged);
    body->push(station_.group());
    eventually([&] { return insight().damaged_units == 1; }, "the damage is counted");
    EXPECT_EQ(insight().continuity_errors, 1U);
    const auto other = origin.open(kBackup);
    Station backup;
    other->push(backup.group());
    other->push(backup.group());
    body->cut();
    eventually([&] { return insight().splices == 1; }, "the splice is counted");
    EXPECT_GE(insight().damaged_units, 1U);
    EXPECT_EQ(gateway().counters().damaged_units, insight().damaged_units);
}

TEST_F(GatewayInsightTest, WhatEachSourceSentIsCopiedWhenAskedFor) {
    const TemporaryDirectory directory;
    options.debug_tee = {.directory = directory.path(), .bytes = 3'000};
    add_channel("5", {kUrl, kBackup});
    const auto body = origin.open(kUrl);
    const auto other = origin.open(kBackup);
    auto viewer = watch("5");
    std::string sent = "junk before the first packet";
    const ByteVector group = station_.group();
    sent.append(group.begin(), group.end());
    body->push(sent);
    expect_clean((*viewer)->wait_bytes(5 * ts::kPacketSize));
    Station backup;
    const ByteVector begin = joined({backup.group(), backup.group()});
    other->push(begin);
    body->cut();
    eventually([&] { return insight().splices == 1; }, "the other source plays");
    viewer.reset();
    stop();
    std::vector<std::string> copies;
    eventually(
        [&] {
            copies.clear();
            for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
                std::ifstream file(entry.path(), std::ios::binary);
                copies.emplace_back(
                    std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
            }
            std::ranges::sort(copies);
            return copies.size() == 2 && copies[0].size() == 3'000 && copies[1].size() == 3'000;
        },
        "both are copied");
    EXPECT_EQ(copies[0], std::string(begin.begin(), begin.begin() + 3'000));
    EXPECT_EQ(copies[1], sent.substr(0, 3'000));
}

} // namespace
} // namespace plex_tuner::testing
