// SPDX-License-Identifier: GPL-3.0-or-later
// Connections that an account allows only so many of.
#include "gateway_fixture.hpp"

#include <atomic>
#include <mutex>
#include <set>

namespace plex_tuner::testing {
namespace {

using std::chrono::milliseconds;

const std::string kUrl = "http://origin/live.ts";
const std::string kBackup = "http://backup/live.ts";

/// Slots for the hosts named; all others need none. Thread-safe.
class FakeSlots final : public gateway::ConnectionSlots {
public:
    std::atomic<int> budget{1};
    std::atomic<int> held{0};
    std::atomic<int> asked{0};
    std::atomic<int> refused{0};
    std::atomic<bool> ask_again{false};

    asio::awaitable<gateway::SlotOffer> take(Url url) override {
        gateway::SlotOffer offer;
        if (url.host() != "origin") {
            co_return offer;
        }
        ++asked;
        if (held < budget) {
            ++held;
            offer.slot = std::make_unique<Slot>(*this);
        } else {
            offer.refusal = "all connections of the account are in use";
            offer.ask_again = ask_again;
        }
        co_return offer;
    }

private:
    class Slot final : public gateway::ConnectionSlot {
    public:
        explicit Slot(FakeSlots& slots) : slots_(slots) {}

        ~Slot() override { --slots_.held; }

        void refused() override { ++slots_.refused; }

    private:
        FakeSlots& slots_;
    };
};

class GatewaySlotsTest : public GatewayTest {
protected:
    GatewaySlotsTest() { options.slots = &slots_; }

    ~GatewaySlotsTest() override { stop(); }

    FakeSlots slots_;
};

TEST_F(GatewaySlotsTest, IsHeldWhileTheChannelPlaysAndGivenBack) {
    options.linger = milliseconds(0);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    {
        auto viewer = watch("5");
        (void)(*viewer)->wait_bytes(1);
        EXPECT_EQ(slots_.held, 1);
    }
    eventually([&] { return slots_.held == 0; }, "the slot is free");
}

TEST_F(GatewaySlotsTest, WithoutOneTheSourceIsNotAskedButItsBackupIs) {
    slots_.budget = 0;
    add_channel("5", {kUrl, kBackup});
    Station station;
    origin.open(kBackup)->push(station.group());
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    EXPECT_EQ(origin.count(kUrl), 0U);
    EXPECT_EQ((*viewer)->status(), 200);
}

TEST_F(GatewaySlotsTest, WithoutAnyItIsNoVideoAndSaysWhy) {
    slots_.budget = 0;
    add_channel("5", {kUrl});
    auto viewer = watch("5");
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
    const auto body = (*viewer)->bytes();
    EXPECT_NE(std::string(body.begin(), body.end()).find("in use"), std::string::npos);
    EXPECT_EQ(origin.count(kUrl), 0U);
}

TEST_F(GatewaySlotsTest, WaitsForSomebodyWhoMakesRoom) {
    slots_.budget = 0;
    slots_.ask_again = true;
    add_channel("5", {kUrl});
    Station station;
    auto body = origin.open(kUrl);
    body->push(station.group());
    auto viewer = watch("5");
    eventually([&] { return slots_.asked >= 2; }, "it asks again");
    slots_.budget = 1;
    (void)(*viewer)->wait_bytes(1);
    EXPECT_EQ((*viewer)->status(), 200);
}

TEST_F(GatewaySlotsTest, AChannelThatNobodyWatchesMakesRoomForTheNext) {
    options.linger = std::chrono::hours(1);
    options.tuner_count = 2;
    const std::string other = "http://origin/other.ts";
    add_channel("5", {kUrl});
    add_channel("6", {other});
    Station station;
    auto body = origin.open(kUrl);
    body->push(station.group());
    {
        auto viewer = watch("5");
        (void)(*viewer)->wait_bytes(1);
    }
    EXPECT_EQ(slots_.held, 1) << "it lingers";
    auto second = origin.open(other);
    second->push(station.group());
    auto viewer = watch("6");
    (void)(*viewer)->wait_bytes(1);
    EXPECT_EQ((*viewer)->status(), 200);
    EXPECT_EQ(slots_.held, 1);
}

TEST_F(GatewaySlotsTest, AChannelThatIsWatchedMakesNone) {
    options.tuner_count = 2;
    const std::string other = "http://origin/other.ts";
    add_channel("5", {kUrl});
    add_channel("6", {other});
    Station station;
    auto body = origin.open(kUrl);
    body->push(station.group());
    auto first = watch("5");
    (void)(*first)->wait_bytes(1);
    EXPECT_EQ(watch("6")->refusal(), "807 No Video Data");
    body->push(station.group());
    EXPECT_EQ(slots_.held, 1);
    EXPECT_EQ(origin.count(other), 0U);
}

TEST_F(GatewaySlotsTest, RefusalOfTheProviderTeaches) {
    add_channel("5", {kUrl});
    origin.serve(kUrl, "", 458);
    EXPECT_EQ(watch("5")->refusal(), "807 No Video Data");
    EXPECT_EQ(slots_.refused, 1);
    EXPECT_EQ(origin.count(kUrl), 1U) << "asking again may throw out a viewer";
    eventually([&] { return slots_.held == 0; }, "the slot is free");
}

} // namespace
} // namespace plex_tuner::testing
