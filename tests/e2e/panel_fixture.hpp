// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/tuner.hpp"
#include "support/xtream_panel.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {

/// A tuner on a panel with ten channels, six films and three series.
class PanelTest : public ::testing::Test {
protected:
    PanelTest() {
        panel_.set("get_live_categories", panel_categories({{"1", "News"}}));
        panel_.set("get_vod_categories", panel_categories({{"1", "Action"}}));
        panel_.set("get_series_categories", panel_categories({{"1", "Drama"}}));
        set_channels(ten_channels());
        set_films(6);
        set_series({{1, "Show 1", "1", modified(100)}, {2, "Show 2", "1", modified(100)},
            {3, "Show 3", "1", modified(100)}});
        panel_.set_series_info([](const std::string& id) {
            return R"({"info":{"name":"Show"},"episodes":{"1":[{"id":")" + id +
                   R"(1","episode_num":1,"title":"One","container_extension":"mkv"},{"id":")" + id +
                   R"(2","episode_num":2,"title":"Two"}]}})";
        });
    }

    static std::vector<PanelRecord> ten_channels(int first_id = 1) {
        std::vector<PanelRecord> channels;
        for (int i = 0; i < 10; ++i) {
            const std::string name = "Channel " + std::string(1, static_cast<char>('A' + i));
            channels.push_back({first_id + i, name, "1",
                R"(,"num":)" + std::to_string(i + 1) + R"(,"epg_channel_id":"ch)" +
                    std::to_string(i) + ".example\""});
        }
        return channels;
    }

    static std::string modified(int time) {
        return R"(,"last_modified":")" + std::to_string(time) + "\"";
    }

    void set_channels(const std::vector<PanelRecord>& channels) {
        panel_.set("get_live_streams", panel_list("stream_id", channels));
    }

    void set_films(int count) {
        std::vector<PanelRecord> films;
        for (int i = 1; i <= count; ++i) {
            films.push_back({i, "Film " + std::to_string(i), "1", ""});
        }
        panel_.set("get_vod_streams", panel_list("stream_id", films));
    }

    void set_series(const std::vector<PanelRecord>& series) {
        panel_.set("get_series", panel_list("series_id", series));
    }

    [[nodiscard]] TunerOptions options() const {
        return {.settings = {{"PROVIDER_URL", panel_.url()}, {"PROVIDER_USER", "joe"},
                    {"PROVIDER_PASS", "hunter2"}, {"PROVIDER_RATE", "1000"},
                    {"XMLTV_URL", (tuner_.directory() / "guide.xml").string()}}};
    }

    /// `plex-tuner index` to its end.
    struct IndexResult {
        int exit_code = -1;
        std::string output;
        std::string log;
    };

    IndexResult index(const std::vector<std::string>& flags = {},
        const std::map<std::string, std::string>& more = {}) {
        TunerOptions all = options();
        all.subcommand = "index";
        all.flags = flags;
        for (const auto& [name, value] : more) {
            all.settings[name] = value;
        }
        tuner_.launch(all);
        const int code = tuner_.process().wait(std::chrono::seconds(60)).value_or(-1);
        return {code, tuner_.process().stdout_text(), tuner_.process().stderr_text()};
    }

    [[nodiscard]] nlohmann::json catalog() const {
        return nlohmann::json::parse(std::ifstream(tuner_.file("catalog.json")));
    }

    /// Name → guide number.
    [[nodiscard]] std::map<std::string, std::string> lineup() const {
        std::map<std::string, std::string> numbers;
        for (const auto& row : nlohmann::json::parse(tuner_.get("/lineup.json").body)) {
            numbers[row.at("GuideName")] = row.at("GuideNumber");
        }
        return numbers;
    }

    /// SIGHUP, and the refresh to its end.
    void refresh() {
        const std::size_t from = tuner_.process().lines();
        tuner_.process().signal(SIGHUP);
        ASSERT_TRUE(
            tuner_.process().wait_for_line({"refresh is over"}, std::chrono::seconds(60), from))
            << tuner_.process().stderr_text();
    }

    void run() {
        tuner_.start(options());
        ASSERT_TRUE(tuner_.process().wait_for_line({"refresh is over"}))
            << tuner_.process().stderr_text();
    }

    /// Waits until the episodes are in the catalog.
    void wait_for_episodes() {
        ASSERT_TRUE(tuner_.process().wait_for_line({"catalog has its episodes"}))
            << tuner_.process().stderr_text();
    }

    XtreamPanel panel_{"joe", "hunter2"};
    Tuner tuner_;
};

} // namespace plex_tuner::testing
