// SPDX-License-Identifier: GPL-3.0-or-later
// `plex-tuner vod-split`.
#include "support/tuner.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class VodSplitTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::ofstream(catalog()) << R"json({"movies": [
            {"id": "1", "title": "UK - Zulu", "year": 1964, "stream_url": "http://h/1.mkv"},
            {"id": "2", "title": "Alien", "year": 1979, "stream_url": "http://h/2.mkv"},
            {"id": "3", "title": "UFC - Fights", "stream_url": "http://h/3.mkv"}],
          "series": [{"id": "9", "title": "The Office (US)", "provider_category_name": "COMEDY SERIES",
            "seasons": [{"number": 1, "episodes": [{"id": "91", "season_num": 1, "episode_num": 1,
              "title": "Pilot", "stream_url": "http://h/91.mkv"}]}]}],
          "live_channels": [{"channel_id": "c", "guide_name": "C", "stream_url": "http://h/c"}]})json";
    }

    [[nodiscard]] fs::path catalog() const { return directory_.path() / "catalog.json"; }

    [[nodiscard]] fs::path out() const { return directory_.path() / "lanes"; }

    [[nodiscard]] CommandResult split(std::vector<std::string> flags) const {
        std::vector<std::string> arguments = {
            PT_TUNER_BINARY, "vod-split", "-catalog", catalog().string()};
        arguments.insert(arguments.end(), flags.begin(), flags.end());
        return run_command(arguments);
    }

    [[nodiscard]] nlohmann::json read(const std::string& name) const {
        std::ifstream file(out() / name);
        return nlohmann::json::parse(file, nullptr, false);
    }

    TemporaryDirectory directory_;
};

TEST_F(VodSplitTest, WritesACatalogPerLaneAndAManifest) {
    const CommandResult result = split({"-out-dir", out().string()});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.output, HasSubstr("euroUKMovies"));
    const auto manifest = read("manifest.json");
    EXPECT_EQ(manifest["source_catalog"], catalog().string());
    EXPECT_EQ(
        manifest["lane_order"], nlohmann::json({"bcastUS", "sports", "euroUKMovies", "movies"}));
    EXPECT_EQ(manifest["lanes"]["bcastUS"],
        nlohmann::json({{"movies", 0}, {"series", 1}, {"file", "bcastUS.json"}}));
    const auto lane = read("euroUKMovies.json");
    ASSERT_EQ(lane["movies"].size(), 1U);
    EXPECT_EQ(lane["movies"][0]["title"], "UK - Zulu");
    EXPECT_EQ(lane["movies"][0]["region"], "uk");
    EXPECT_FALSE(lane.contains("live_channels"));
    EXPECT_EQ(read("bcastUS.json")["series"][0]["seasons"][0]["episodes"].size(), 1U);
    EXPECT_FALSE(fs::exists(out() / "tv.json"));
}

TEST_F(VodSplitTest, ALaneThatIsEmptyNowLosesItsFile) {
    fs::create_directories(out());
    std::ofstream(out() / "kids.json") << "{}";
    EXPECT_EQ(split({"-out-dir", out().string()}).exit_code, 0);
    EXPECT_FALSE(fs::exists(out() / "kids.json"));
}

TEST_F(VodSplitTest, ADryRunCountsAndWritesNothing) {
    const CommandResult result = split({"-dry-run", "-out-dir", out().string()});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.output, HasSubstr("sports              1 films       0 series"));
    EXPECT_FALSE(fs::exists(out()));
}

TEST_F(VodSplitTest, SaysWhatIsMissing) {
    EXPECT_THAT(split({}).errors, HasSubstr("-out-dir"));
    fs::remove(catalog());
    EXPECT_EQ(split({"-out-dir", out().string()}).exit_code, 1);
}

} // namespace
} // namespace plex_tuner::testing
