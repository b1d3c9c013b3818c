// SPDX-License-Identifier: GPL-3.0-or-later
// Two machines, one Redis, one account of three connections: never more than three upstreams.
#include "playlists.hpp"
#include "support/media.hpp"
#include "support/private_network.hpp"
#include "support/redis_server.hpp"
#include "support/scripted_provider.hpp"
#include "support/slow_proxy.hpp"
#include "support/tuner.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kChannels = 7;
constexpr std::size_t kSome = 10'000;
/// Of the server's own machine, on the cables of the two.
constexpr const char* kServerForOne = "10.77.0.9";
constexpr const char* kServerForOther = "10.80.0.9";
constexpr const char* kTogether = "plex_tuner_coordination_together";

std::string path_of(int channel) {
    return "/live/joe/hunter2/" + std::to_string(channel) + ".ts";
}

/// Connections that a provider counts, by its own view.
class Upstreams {
public:
    [[nodiscard]] Behaviour counted(Behaviour stream) {
        return [this, stream = std::move(stream)](
                   ProviderConnection& connection, const ProviderRequest& request) {
            const int now = ++open_;
            int most = most_.load();
            while (most < now && !most_.compare_exchange_weak(most, now)) {
            }
            stream(connection, request);
            --open_;
        };
    }

    [[nodiscard]] int most() const { return most_; }

private:
    std::atomic<int> open_ = 0;
    std::atomic<int> most_ = 0;
};

/// Somebody who watches all the time.
class Viewer {
public:
    Viewer(std::uint16_t port, int channel)
        : client_(port, "/auto/v" + std::to_string(channel)), reader_([this] { read(); }) {}

    ~Viewer() {
        leaves_ = true;
        reader_.join();
    }

    Viewer(const Viewer&) = delete;
    Viewer& operator=(const Viewer&) = delete;

    /// Waits for more; false: it has ended.
    [[nodiscard]] bool plays() {
        std::unique_lock lock(mutex_);
        const std::size_t before = seen_;
        return changed_.wait_for(lock, 30s, [&] { return has_ended_ || seen_ > before + kSome; }) &&
               !has_ended_;
    }

private:
    void read() {
        while (!leaves_ && client_.read(1)) {
            const std::scoped_lock lock(mutex_);
            seen_ = client_.body().size();
            changed_.notify_all();
        }
        client_.close();
        const std::scoped_lock lock(mutex_);
        has_ended_ = true;
        changed_.notify_all();
    }

    StreamClient client_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t seen_ = 0;
    bool has_ended_ = false;
    std::atomic<bool> leaves_ = false;
    std::thread reader_;
};

class Coordination : public ::testing::Test {
protected:
    void SetUp() override {
        if (!PrivateNetwork::is_possible()) {
            GTEST_SKIP() << "needs root, for network namespaces";
        }
        if (!RedisServer::is_installed()) {
            GTEST_SKIP() << "redis-server is not installed";
        }
        // The first machine is the network's own, the second one a further device.
        network_.emplace();
        other_machine_ = network_->add_device();
        {
            const PrivateNetwork::ClientSide server(*network_);
            provider_.emplace("0.0.0.0");
            redis_.emplace(std::vector<std::string>{"--requirepass", "open-sesame"}, "0.0.0.0");
            for (int channel = 1; channel <= kChannels; ++channel) {
                provider_->on(
                    path_of(channel), upstreams_.counted(behave::endless(h264_clip(), 600'000)));
            }
        }
        start(one_, kServerForOne);
        on_other([&] { start(other_, kServerForOther); });
    }

    void start(Tuner& tuner, const std::string& server) {
        const std::string base = "http://" + server + ":" + std::to_string(provider_->port());
        std::vector<std::pair<std::string, std::string>> channels;
        for (int channel = 1; channel <= kChannels; ++channel) {
            channels.emplace_back("c" + std::to_string(channel), base + path_of(channel));
        }
        const std::string list = "/list-" + server + ".m3u";
        provider_->on(list, behave::content(playlist_of(channels)));
        tuner.start({.settings = {{"M3U_URL", base + list}, {"LIVE_ONLY", "1"},
                         {"PROVIDER_URL", base}, {"PROVIDER_USER", "joe"},
                         {"PROVIDER_PASS", "hunter2"}, {"PROVIDER_MAX_CONNECTIONS", "3"},
                         {"LINGER", "0"}, {"TUNER_COUNT", "7"}, {"START_TIMEOUT", "3s"},
                         {"COORDINATION", "redis://:open-sesame@" + server + ":" +
                                              std::to_string(redis_->port())}}});
        ASSERT_TRUE(tuner.wait_until_ready()) << tuner.process().stderr_text();
    }

    /// Programs, and connections, of the other machine.
    void on_other(const std::function<void()>& work) const {
        const PrivateNetwork::DeviceSide there(*network_, other_machine_);
        work();
    }

    [[nodiscard]] std::unique_ptr<Viewer> watch_one(int channel) const {
        return std::make_unique<Viewer>(one_.port(), channel);
    }

    [[nodiscard]] std::unique_ptr<Viewer> watch_other(int channel) const {
        std::unique_ptr<Viewer> viewer;
        on_other([&] { viewer = std::make_unique<Viewer>(other_.port(), channel); });
        return viewer;
    }

    /// Why there is no stream; empty: there is one.
    [[nodiscard]] static std::string refusal(const Tuner& tuner, int channel) {
        StreamClient client(tuner.port(), "/auto/v" + std::to_string(channel));
        if (client.reply().status == 200) {
            return {};
        }
        (void)client.read(std::stoul(client.reply().header("content-length")));
        return std::to_string(client.reply().status) + " " + client.body();
    }

    [[nodiscard]] std::string refusal_of_one(int channel) const { return refusal(one_, channel); }

    [[nodiscard]] std::string refusal_of_other(int channel) const {
        std::string text;
        on_other([&] { text = refusal(other_, channel); });
        return text;
    }

    [[nodiscard]] HttpReply get_other(const std::string& target) const {
        HttpReply reply;
        on_other([&] { reply = other_.get(target); });
        return reply;
    }

    void wait_on_both(const std::string& metric, double value) const {
        ASSERT_TRUE(one_.wait_for_metric(metric, value));
        on_other([&] { ASSERT_TRUE(other_.wait_for_metric(metric, value)); });
    }

    std::optional<PrivateNetwork> network_;
    std::size_t other_machine_ = 0;
    Upstreams upstreams_;
    std::optional<ScriptedProvider> provider_;
    std::optional<RedisServer> redis_;
    Tuner one_;
    Tuner other_;
};

TEST_F(Coordination, ThreeConnectionsStayThreeWhateverDies) {
    wait_on_both(kTogether, 1);
    wait_on_both("plex_tuner_coordination_machines", 2);

    // All three are in use, two here and one there.
    auto first = watch_one(1);
    auto second = watch_one(2);
    auto third = watch_other(3);
    ASSERT_TRUE(first->plays() && second->plays() && third->plays());
    EXPECT_THAT(refusal_of_other(4), HasSubstr("all 3 connections of the account are in use"));
    EXPECT_THAT(refusal_of_one(4), HasSubstr("503"));
    EXPECT_THAT(get_other("/metrics").body,
        ::testing::ContainsRegex(
            "plex_tuner_account_viewer_connections\\{account=\"[0-9a-f]+\"\\} 3\n"));
    EXPECT_THAT(get_other("/").body, HasSubstr("counted for 2 machines together"));

    // Redis dies: what plays plays on, and each machine has what it had.
    redis_->kill();
    wait_on_both(kTogether, 0);
    EXPECT_THAT(refusal_of_other(4), HasSubstr("Redis does not answer"));
    EXPECT_THAT(get_other("/").body, HasSubstr("Redis does not answer"));
    second.reset();
    ASSERT_TRUE(provider_->wait_until_idle(path_of(2)));
    EXPECT_THAT(refusal_of_other(4), HasSubstr("503")) << "the other cannot know";
    auto fifth = watch_one(5);
    EXPECT_TRUE(fifth->plays());
    EXPECT_THAT(refusal_of_one(6), HasSubstr("503"));
    EXPECT_TRUE(first->plays() && third->plays());

    // It comes back and knows nothing: it is told before anybody gets more.
    {
        const PrivateNetwork::ClientSide server(*network_);
        redis_->start();
    }
    EXPECT_THAT(refusal_of_other(4), HasSubstr("503"));
    EXPECT_THAT(refusal_of_one(6), HasSubstr("503"));
    wait_on_both(kTogether, 1);
    EXPECT_THAT(refusal_of_other(4), HasSubstr("503"));
    EXPECT_TRUE(first->plays() && third->plays() && fifth->plays());

    // A machine dies: its two connections are free when its lease ends.
    one_.kill();
    ASSERT_TRUE(provider_->wait_until_idle(path_of(1)) && provider_->wait_until_idle(path_of(5)));
    on_other([&] { ASSERT_TRUE(other_.wait_for_metric("plex_tuner_coordination_machines", 1)); });
    auto fourth = watch_other(4);
    auto sixth = watch_other(6);
    EXPECT_TRUE(fourth->plays() && sixth->plays() && third->plays());
    EXPECT_THAT(refusal_of_other(7), HasSubstr("503"));

    EXPECT_EQ(upstreams_.most(), 3);
    for (Tuner* tuner : {&one_, &other_}) {
        EXPECT_THAT(tuner->process().stderr_text(), HasSubstr("this one keeps to its part"));
        EXPECT_THAT(tuner->process().stderr_text(), Not(HasSubstr("open-sesame")));
    }
}

class SharedRequests : public ::testing::Test {
protected:
    void SetUp() override {
        if (!RedisServer::is_installed()) {
            GTEST_SKIP() << "redis-server is not installed";
        }
        redis_.emplace();
    }

    /// What a machine says that reads the list; each has its own shared directory.
    [[nodiscard]] std::string index(Tuner& machine) const {
        machine.launch({.subcommand = "index",
            .settings = {
                {"M3U_URL", provider_.url("/list.m3u")}, {"COORDINATION", redis_->url()}}});
        (void)machine.process().wait();
        return machine.process().stderr_text();
    }

    ScriptedProvider provider_;
    std::optional<RedisServer> redis_;
    Tuner one_;
    Tuner other_;
};

TEST_F(SharedRequests, WhatOneMachineIsToldTheOtherKeepsTo) {
    provider_.on("/list.m3u", behave::status(429, {"Retry-After: 3600"}));
    EXPECT_THAT(index(one_), HasSubstr("429"));
    const std::size_t asked = provider_.count("/list.m3u");
    EXPECT_GT(asked, 0U);
    EXPECT_THAT(index(other_), HasSubstr("(retry-after)"));
    EXPECT_EQ(provider_.count("/list.m3u"), asked) << "the provider was asked by the other";
}

TEST_F(SharedRequests, WhatAProbeIsToldThatOfTheOtherKeepsTo) {
    provider_.on("/list.m3u", behave::content(playlist_of({{"c1", provider_.url("/1.ts")}})));
    provider_.on("/1.ts", behave::status(429, {"Retry-After: 3600"}));
    const auto probe = [this](Tuner& machine) {
        static_cast<void>(index(machine));
        machine.launch({.subcommand = "plex-probe-overrides",
            .settings = {
                {"M3U_URL", provider_.url("/list.m3u")}, {"COORDINATION", redis_->url()}}});
        EXPECT_EQ(machine.process().wait(), 2);
        return machine.process().stdout_text() + machine.process().stderr_text();
    };
    EXPECT_THAT(probe(one_), HasSubstr("429"));
    const std::size_t asked = provider_.count("/1.ts");
    EXPECT_GT(asked, 0U);
    EXPECT_THAT(probe(other_), HasSubstr("retry-after"));
    EXPECT_EQ(provider_.count("/1.ts"), asked) << "the provider was asked by the other";
}

TEST_F(SharedRequests, WithoutRedisItIsSaidAndTheListIsRead) {
    provider_.on("/list.m3u", behave::content(playlist_of({{"c1", provider_.url("/1.ts")}})));
    redis_->kill();
    const std::string said = index(one_);
    EXPECT_THAT(said, HasSubstr("requests are not counted with those of other machines"));
    EXPECT_EQ(provider_.count("/list.m3u"), 1U);
    EXPECT_THAT(said, HasSubstr("127.0.0.1:" + std::to_string(redis_->port())));
}

/// A Redis whose answers trickle: each byte comes long before any time-out, and the last one never.
class TricklingRedis : public SharedRequests {
protected:
    void SetUp() override {
        SharedRequests::SetUp();
        if (!IsSkipped()) {
            proxy_.emplace(redis_->port());
            provider_.on(
                "/list.m3u", behave::content(playlist_of({{"c1", provider_.url("/1.ts")}})));
        }
    }

    [[nodiscard]] std::map<std::string, std::string> settings() const {
        return {{"M3U_URL", provider_.url("/list.m3u")}, {"LIVE_ONLY", "1"},
            {"PROVIDER_URL", provider_.url("")}, {"PROVIDER_USER", "joe"},
            {"PROVIDER_PASS", "hunter2"}, {"PROVIDER_MAX_CONNECTIONS", "3"},
            {"COORDINATION", "redis://127.0.0.1:" + std::to_string(proxy_->port())}};
    }

    std::optional<SlowProxy> proxy_;
};

TEST_F(TricklingRedis, AnIndexIsMadeWithoutIt) {
    proxy_->trickle(500ms);
    one_.launch({.subcommand = "index", .settings = settings()});
    EXPECT_EQ(one_.process().wait(), 0) << one_.process().stderr_text();
    EXPECT_THAT(one_.process().stderr_text(),
        HasSubstr("requests are not counted with those of other machines"));
    EXPECT_EQ(provider_.count("/list.m3u"), 1U);
}

TEST_F(TricklingRedis, ATunerSaysThatItIsAloneAndEndsWhenTold) {
    one_.start({.settings = settings()});
    ASSERT_TRUE(one_.wait_until_ready()) << one_.process().stderr_text();
    ASSERT_TRUE(one_.wait_for_metric("plex_tuner_coordination_machines", 1));
    proxy_->trickle(500ms);
    ASSERT_TRUE(one_.process().wait_for_line({"connections are not counted", "in time"}));
    ASSERT_TRUE(one_.process().wait_for_line({"requests are not counted", "in time"}));
    EXPECT_THAT(one_.get("/").body, HasSubstr("Redis does not answer"));
    EXPECT_EQ(one_.stop(), 0) << one_.process().stderr_text();
}

TEST(CoordinationSetting, ABadAddressIsRefusedByNameWithoutItsPassword) {
    for (const char* address :
        {"rediss://:hunter2@redis", "http://:hunter2@redis", "redis://joe:hunter2@redis:0"}) {
        Tuner tuner;
        tuner.launch({.settings = {{"M3U_URL", "/none.m3u"}, {"COORDINATION", address}}});
        EXPECT_EQ(tuner.process().wait(), 2) << address;
        EXPECT_THAT(tuner.process().stderr_text(), HasSubstr("PLEX_TUNER_COORDINATION"));
        EXPECT_THAT(tuner.process().stderr_text(), HasSubstr("redis"));
        EXPECT_THAT(tuner.process().stderr_text(), Not(HasSubstr("hunter2")));
    }
}

} // namespace
} // namespace plex_tuner::testing
