// SPDX-License-Identifier: GPL-3.0-or-later
// What viewers get depends on their program: by what their requests say, and by what a Plex server
// says of who watches.
#include "support/fake_pms.hpp"
#include "transcode_fixture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPlexAgent = "User-Agent: Lavf/60.16.100";
constexpr const char* kSessions = "GET /status/sessions";

/// A viewer that says who it is.
class Watcher {
public:
    Watcher(std::uint16_t port, const std::string& target, const std::vector<std::string>& headers)
        : socket_(Socket::connect(port)) {
        std::string text = "GET " + target + " HTTP/1.1\r\nHost: tuner\r\n";
        for (const std::string& header : headers) {
            text += header + "\r\n";
        }
        socket_.send(text + "\r\n");
    }

    [[nodiscard]] bool plays() const {
        std::size_t size = 0;
        while (size < 100'000) {
            const std::string more = socket_.receive(1 << 20, std::chrono::seconds(30));
            if (more.empty()) {
                return false;
            }
            size += more.size();
        }
        return true;
    }

private:
    Socket socket_;
};

class ClientAdapt : public Transcode {
protected:
    void start_with(std::map<std::string, std::string> settings = {}) {
        settings.insert({{"CLIENT_ADAPT", "1"}, {"TUNER_COUNT", "4"}});
        start({{"one", live("/one")}, {"two", live("/two")}, {"three", live("/three")}},
            std::move(settings));
    }

    void start_with_pms(std::map<std::string, std::string> settings = {}) {
        settings.insert({{"PMS_URL", pms_.url()}, {"PMS_TOKEN", pms_.token()}});
        start_with(std::move(settings));
    }

    /// Watches a channel; `profile` and `reason` of what it gets are in the log.
    void expect_choice(const std::string& target, const std::vector<std::string>& headers,
        const std::string& reason, const std::string& profile) {
        const std::size_t before = tuner_.process().lines();
        const Watcher watcher(tuner_.port(), target, headers);
        EXPECT_TRUE(watcher.plays()) << log();
        EXPECT_TRUE(tuner_.process().wait_for_line(
            {"stream chosen", "profile=" + (profile.empty() ? R"("")" : profile),
                "reason=" + reason},
            std::chrono::seconds(30), before))
            << target << log();
    }

    [[nodiscard]] std::size_t lists() const {
        return static_cast<std::size_t>(std::ranges::count_if(pms_.requests(),
            [](const std::string& request) { return request.starts_with(kSessions); }));
    }

    FakePms pms_;
};

TEST_F(ClientAdapt, WhereNobodyKnowsItIsSafeForBrowsers) {
    start_with();
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(200'000)) << log();
    expect_plays(viewer.body(), {"h264", "mp3"});
    const auto streams = nlohmann::json::parse(tuner_.get("/api/streams").body);
    EXPECT_EQ(streams[0].at("transcodes")[0].at("reason"), "unknown-client-websafe");
    EXPECT_THAT(tuner_.get("/").body, HasSubstr("as plexsafe (unknown-client-websafe)"));
    // Who says what it wants gets that.
    expect_choice("/auto/v2?profile=videoonly", {}, "query-profile", "videoonlyfast");
    expect_choice("/auto/v2?transcode=none", {}, "query-transcode", "");
}

TEST_F(ClientAdapt, RequestsMaySayIt) {
    start_with();
    expect_choice("/auto/v1", {"X-Plex-Product: Plex for LG", "X-Plex-Platform: webOS"},
        "resolved-nonweb-client", "");
    expect_choice("/auto/v1?x-plex-product=Plex+Web", {}, "resolved-web-client", "plexsafe");
    expect_choice("/auto/v2",
        {"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/126.0.0.0 Safari/537.36"},
        "resolved-web-client", "plexsafe");
}

TEST_F(ClientAdapt, PlexSaysForWhomItAsks) {
    pms_.sessions().add({.name = "desk", .channel = "1"}); // Plex Web in Chrome
    pms_.sessions().add(
        {.name = "sofa", .channel = "2", .product = "Plex for LG", .platform = "webOS"});
    start_with_pms();
    expect_choice("/auto/v1", {kPlexAgent}, "resolved-web-client", "plexsafe");
    EXPECT_TRUE(tuner_.process().wait_for_line(
        {"client", "program=web", "product=\"Plex Web\"", "platform=Chrome"}))
        << log();
    expect_choice("/auto/v2", {kPlexAgent}, "resolved-nonweb-client", "");
    expect_choice("/auto/v3", {kPlexAgent}, "unknown-client-websafe", "plexsafe");
    expect_choice(
        "/auto/v3", {"X-Plex-Client-Identifier: client-sofa"}, "resolved-nonweb-client", "");
    expect_choice("/auto/v3?session=sess-desk", {}, "resolved-web-client", "plexsafe");
    EXPECT_EQ(pms_.tokens_in_addresses(), 0);
    EXPECT_THAT(log(), Not(HasSubstr(pms_.token())));
}

TEST_F(ClientAdapt, WhoComesLaterIsFoundAndPlexIsNotAskedForEachOfMany) {
    pms_.sessions().add(
        {.name = "sofa", .channel = "2", .product = "Plex for LG", .platform = "webOS"});
    start_with_pms();
    std::vector<std::unique_ptr<Watcher>> watchers;
    for (int i = 0; i < 10; ++i) {
        watchers.push_back(std::make_unique<Watcher>(
            tuner_.port(), "/auto/v2", std::vector<std::string>{kPlexAgent}));
    }
    for (const auto& watcher : watchers) {
        EXPECT_TRUE(watcher->plays()) << log();
    }
    EXPECT_LE(lists(), 3U) << "ten requests within a moment";
    // Not in the answer that is kept: it is asked for anew.
    pms_.sessions().add({.name = "desk", .channel = "1"});
    expect_choice("/auto/v1", {kPlexAgent}, "resolved-web-client", "plexsafe");
}

TEST_F(ClientAdapt, APlexThatHangsIsGivenUpAndLeftAlone) {
    provider_.on("/status/sessions", behave::silent());
    start_with({{"PMS_URL", provider_.url("")}, {"PMS_TOKEN", "t0ken-of-mine"}});
    expect_choice("/auto/v1", {kPlexAgent}, "resolve-error-websafe", "plexsafe");
    EXPECT_TRUE(tuner_.process().wait_for_line({"Plex does not say who watches"})) << log();
    EXPECT_EQ(provider_.count("/status/sessions"), 1U);
    expect_choice("/auto/v2", {kPlexAgent}, "resolve-error-websafe", "plexsafe");
    expect_choice("/auto/v3", {"X-Plex-Product: Plex for iOS"}, "resolved-nonweb-client", "");
    EXPECT_EQ(provider_.count("/status/sessions"), 1U) << "it is left alone for a while";
    EXPECT_THAT(log(), Not(HasSubstr("t0ken-of-mine")));
}

TEST_F(ClientAdapt, FilesForSingleChannelsComeBeforeIt) {
    std::ofstream(tuner_.file("transcode.json")) << R"({"1": false})";
    std::ofstream(tuner_.file("profiles.json")) << R"({"2": "videoonly"})";
    start_with({{"TRANSCODE_OVERRIDES_FILE", tuner_.file("transcode.json").string()},
        {"PROFILE_OVERRIDES_FILE", tuner_.file("profiles.json").string()}});
    expect_choice("/auto/v1", {}, "transcode-override", "");
    expect_choice("/auto/v2", {}, "unknown-client-websafe", "videoonlyfast");
}

TEST_F(ClientAdapt, WithoutTheSettingNobodyIsAsked) {
    start_with_pms({{"CLIENT_ADAPT", "0"}});
    expect_choice("/auto/v1", {kPlexAgent}, "mode-off", "");
    EXPECT_EQ(lists(), 0U);
}

} // namespace
} // namespace plex_tuner::testing
