// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/provider/hdhr_reader.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::provider {
namespace {

Result<std::vector<std::string>> lineup_of(std::string_view text) {
    std::vector<std::string> channels;
    auto read = read_hdhr_lineup(text_chunks(text, 7), [&](const HdhrChannel& channel) {
        channels.push_back(std::string(channel.number) + "|" + std::string(channel.name) + "|" +
                           std::string(channel.url) + "|" + std::string(channel.tvg_id));
    });
    if (!read) {
        return fail(std::move(read).error());
    }
    return channels;
}

TEST(HdhrReader, ADeviceSaysWhoItIsAndWhereItsLineupIs) {
    constexpr std::string_view kText =
        R"({"FriendlyName":"Attic","ModelNumber":"HDHR5-4US","DeviceID":"10439EFD",)"
        R"("BaseURL":"http://10.0.0.5","LineupURL":"http://10.0.0.5/lineup.json","TunerCount":4,)"
        R"("Nested":{"DeviceID":"no"}})";
    const auto device = read_hdhr_device(text_chunks(kText, 5));
    ASSERT_TRUE(device);
    EXPECT_EQ(device->device_id, "10439EFD");
    EXPECT_EQ(device->lineup_url, "http://10.0.0.5/lineup.json");
    EXPECT_EQ(device->tuner_count, 4);
    EXPECT_EQ(read_hdhr_device(text_chunks(R"({"LineupURL":"http://h/l","TunerCount":"2"})"))
                  .value()
                  .tuner_count,
        2);
    for (const std::string_view other : {"[]", "{}", R"({"status":"ok"})", "<html>", ""}) {
        EXPECT_FALSE(read_hdhr_device(text_chunks(other))) << other;
    }
}

TEST(HdhrReader, ALineupIsReadAndWhatCannotBePlayedLeftOut) {
    const auto channels = lineup_of(
        R"([{"GuideNumber":"5.1","GuideName":"One","URL":"http://10.0.0.5:5004/auto/v5.1","HD":1},)"
        R"({"GuideNumber":702,"GuideName":"","URL":"http://h/auto/v702","TvgId":"b.example"},)"
        R"({"GuideNumber":"6.1","GuideName":"Locked","URL":"http://h/auto/v6.1","DRM":1},)"
        R"({"GuideNumber":"6.2","GuideName":"Tagged","URL":"http://h/6","Tags":"favorite,drm"},)"
        R"({"GuideNumber":"7","GuideName":"No address"},)"
        R"({"GuideNumber":"8","GuideName":"A file","URL":"file:///etc/passwd"},)"
        R"({"GuideName":"No number","URL":"http://h/9"}])");
    ASSERT_TRUE(channels);
    EXPECT_EQ(*channels, (std::vector<std::string>{"5.1|One|http://10.0.0.5:5004/auto/v5.1|",
                             "702|702|http://h/auto/v702|b.example"}));
}

TEST(HdhrReader, BeforeAScanThereIsAnEmptyListOrAnEmptyObject) {
    EXPECT_TRUE(lineup_of("[]").value().empty());
    EXPECT_TRUE(lineup_of("{}").value().empty());
    EXPECT_FALSE(lineup_of("<html></html>"));
}

} // namespace
} // namespace plex_tuner::provider
