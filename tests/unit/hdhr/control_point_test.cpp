// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire_bytes.hpp"

#include <plex_tuner/hdhr/control_point.hpp>

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::hdhr {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kMe = "10.0.0.9";
constexpr const char* kOther = "10.0.0.8";

/// Two tuners and two channels, and what is asked of them.
class FakeHost : public TunerHost {
public:
    std::optional<ChannelName> find_channel(std::string_view number) const override {
        const auto found = channels.find(std::string(number));
        return found == channels.end() ? std::nullopt
                                       : std::optional(ChannelName{found->first, found->second});
    }

    std::size_t channel_count() const override { return channels.size(); }

    std::optional<ChannelName> channel_at(std::size_t index) const override {
        const auto channel = std::next(channels.begin(), static_cast<std::ptrdiff_t>(index));
        return ChannelName{channel->first, channel->second};
    }

    TunerActivity activity(int tuner) const override {
        const auto found = activities.find(tuner);
        return found == activities.end() ? TunerActivity{} : found->second;
    }

    bool reserve(int tuner) override {
        return activity(tuner).viewers == 0 && reserved.insert(tuner).second;
    }

    void release(int tuner) override { reserved.erase(tuner); }

    void end_viewers(int tuner) override { activities.erase(tuner); }

    void play(int tuner, const std::string& number, const StreamTarget& target) override {
        playing[tuner] = number + (target.is_rtp ? " rtp " : " udp ") + target.address + " " +
                         std::to_string(target.port);
    }

    void stop(int tuner) override { playing.erase(tuner); }

    void filter(int tuner, const PidFilter& wanted) override {
        wanted_pids[tuner] = wanted.wanted().count();
    }

    std::map<std::string, std::string> channels{{"5.1", "Synthetic One"}, {"702", "Two"}};
    std::map<int, TunerActivity> activities;
    std::set<int> reserved;
    std::map<int, std::string> playing;
    std::map<int, std::size_t> wanted_pids;
};

class ControlPointTest : public ::testing::Test {
protected:
    static Device device() {
        Device device;
        device.tuner_count = 2;
        device.firmware_name = "hdhomerun4_atsc";
        return device;
    }

    std::vector<std::uint8_t> answer(
        const std::vector<std::uint8_t>& request, const std::string& client = kMe) {
        const auto packet = NativePacket::parse(request);
        EXPECT_TRUE(packet);
        return point_.answer(*packet, client, now_);
    }

    /// The value of the reply, or its error.
    std::string ask(const std::string& name, std::optional<std::string> value = std::nullopt,
        std::uint32_t key = 0, const std::string& client = kMe) {
        NativePacketWriter writer(PacketType::getset_request);
        writer.terminated_text(Tag::name, name);
        if (value) {
            writer.terminated_text(Tag::value, *value);
        }
        if (key != 0) {
            writer.number(Tag::lock_key, key);
        }
        const auto reply = answer(writer.finish(), client);
        const auto packet = NativePacket::parse(reply);
        EXPECT_TRUE(packet && packet->is(PacketType::getset_reply));
        if (const auto error = packet->text(Tag::error)) {
            return std::string(*error);
        }
        EXPECT_EQ(packet->text(Tag::name), name);
        return std::string(packet->text(Tag::value).value_or("no value"));
    }

    FakeHost host_;
    SteadyTime now_{std::chrono::hours(1)};
    ControlPoint point_{device(), host_};
};

TEST_F(ControlPointTest, RepliesAreTheBytesOfHardware) {
    EXPECT_EQ(to_hex(answer(from_hex("0004000d030b2f7379732f6d6f64656c008f5b54b5"))),
        "0005001f030b2f7379732f6d6f64656c0004106864686f6d6572756e345f6174736300aa54a687");
    EXPECT_EQ(to_hex(answer(from_hex("0004000803062f6e6f706500044b4d62"))),
        "00050021051f4552524f523a20756e6b6e6f776e20676574736574207661726961626c6500a7b780f0");
}

TEST_F(ControlPointTest, SystemVariablesAreThere) {
    EXPECT_EQ(ask("/sys/hwmodel"), "HDHR5-4US");
    EXPECT_EQ(ask("/sys/version"), "20240101");
    EXPECT_THAT(ask("/sys/features"), StartsWith("channelmap: us-bcast "));
    EXPECT_THAT(ask("help"), HasSubstr("/tuner<n>/vchannel"));
    EXPECT_NE(ask("/sys/copyright"), "");
    EXPECT_NE(ask("/sys/debug"), "");
    EXPECT_THAT(ask("/sys/model", "x"), StartsWith("ERROR:"));
    EXPECT_THAT(ask("/sys/restart", "self"), StartsWith("ERROR:"));
    EXPECT_EQ(ask("/lineup/scan", "start"), "start");
    EXPECT_EQ(ask("/lineup/scan"), "complete");
}

TEST_F(ControlPointTest, WhatIsNoRequestIsSaidByTheErrorTag) {
    EXPECT_THAT(to_hex(answer(sealed(4, ""))), HasSubstr("6d616c666f726d6564")) << "no name";
    EXPECT_EQ(ask("/tuner2/status"), "ERROR: unknown getset variable");
    EXPECT_EQ(ask("/tuner-1/status"), "ERROR: unknown getset variable");
    EXPECT_EQ(ask("/tuner0"), "ERROR: unknown getset variable");
    EXPECT_EQ(ask("/tuner0/lock"), "ERROR: unknown getset variable");
    EXPECT_EQ(ask("/tuner0/lock", "1"), "ERROR: unknown getset variable");
    EXPECT_THAT(ask("/tuner0/status", "1"), StartsWith("ERROR:"));
}

TEST_F(ControlPointTest, AnIdleTunerSaysSo) {
    EXPECT_EQ(ask("/tuner0/status"), "ch=none lock=none ss=0 snq=0 seq=0 bps=0 pps=0");
    for (const char* item : {"channel", "vchannel", "target", "lockkey", "streaminfo", "plpinfo"}) {
        EXPECT_EQ(ask(std::string("/tuner0/") + item), "none") << item;
    }
    EXPECT_EQ(ask("/tuner0/program"), "0");
    EXPECT_THAT(ask("/tuner0/debug"), StartsWith("tun: ch=none"));
    EXPECT_THAT(ask("/tuner0/vstatus"), StartsWith("vch=none "));
}

TEST_F(ControlPointTest, AVirtualChannelIsTunedAndKeepsHttpOff) {
    EXPECT_EQ(to_hex(answer(
                  from_hex("0004001903112f74756e6572302f766368616e6e656c000404352e31000d1ee085"))),
        to_hex(NativePacketWriter(PacketType::getset_reply)
                .terminated_text(Tag::name, "/tuner0/vchannel")
                .terminated_text(Tag::value, "5.1")
                .finish()));
    EXPECT_TRUE(host_.reserved.contains(0));
    EXPECT_EQ(ask("/tuner0/vchannel"), "5.1");
    EXPECT_THAT(ask("/tuner0/status"), StartsWith("ch=auto:5.1 lock=8vsb ss=100 snq=100 seq=100"));
    EXPECT_EQ(ask("/tuner0/streaminfo"), "1: 5.1 Synthetic One\ntsid=0x0001\n");
    EXPECT_THAT(ask("/tuner0/vstatus"), StartsWith("vch=5.1 name=Synthetic One auth="));
    EXPECT_EQ(ask("/tuner0/vchannel", "9"), "ERROR: invalid virtual channel");
    EXPECT_EQ(ask("/tuner0/vchannel"), "5.1") << "what was refused changes nothing";
    EXPECT_EQ(ask("/tuner0/vchannel", "none"), "none");
    EXPECT_FALSE(host_.reserved.contains(0));
}

TEST_F(ControlPointTest, AFrequencyWithoutAChannelHasNoSignal) {
    EXPECT_EQ(ask("/tuner0/channel", "auto:527000000"), "auto:527000000");
    EXPECT_EQ(ask("/tuner0/status"), "ch=auto:527000000 lock=none ss=0 snq=0 seq=0 bps=0 pps=0");
    EXPECT_EQ(ask("/tuner0/channel", "auto:5.1"), "auto:5.1");
    EXPECT_EQ(ask("/tuner0/vchannel"), "5.1");
    EXPECT_EQ(ask("/tuner0/channel", "nothing"), "ERROR: invalid channel");
}

TEST_F(ControlPointTest, AScanFindsTheLineup) {
    ask("/tuner0/target", "udp://10.0.0.9:5000");
    std::string found;
    for (int channel = 36; channel >= 14; --channel) {
        ask("/tuner0/channel", "auto:" + std::to_string(473'000'000 + 6'000'000 * (channel - 14)));
        if (ask("/tuner0/status").find("ss=100") != std::string::npos) {
            found += std::to_string(channel) + " " + ask("/tuner0/streaminfo");
        }
    }
    EXPECT_EQ(found, "15 1: 702 Two\ntsid=0x0001\n14 1: 5.1 Synthetic One\ntsid=0x0001\n");
    EXPECT_EQ(host_.playing[0], "5.1 udp 10.0.0.9 5000");
    for (int i = 0; i < 44; ++i) {
        host_.channels["8." + std::to_string(10 + i)] = "More";
    }
    ask("/tuner0/channel", "8vsb:473000000");
    EXPECT_EQ(ask("/tuner0/streaminfo"), "1: 5.1 Synthetic One\n2: 702 Two\ntsid=0x0001\n");
    EXPECT_EQ(ask("/tuner0/program", "2"), "2");
    EXPECT_EQ(host_.playing[0], "702 udp 10.0.0.9 5000");
    EXPECT_EQ(ask("/tuner0/vchannel"), "702");
    EXPECT_EQ(ask("/tuner0/channel"), "8vsb:473000000");
}

TEST_F(ControlPointTest, AStreamBeginsWithChannelAndTargetAndEndsWithout) {
    EXPECT_EQ(ask("/tuner0/target", "udp://10.0.0.9:5000"), "udp://10.0.0.9:5000");
    EXPECT_TRUE(host_.playing.empty());
    ask("/tuner0/vchannel", "5.1");
    EXPECT_EQ(host_.playing[0], "5.1 udp 10.0.0.9 5000");
    ask("/tuner0/vchannel", "702");
    EXPECT_EQ(host_.playing[0], "702 udp 10.0.0.9 5000");
    ask("/tuner0/target", "rtp://10.0.0.9:5002");
    EXPECT_EQ(host_.playing[0], "702 rtp 10.0.0.9 5002");
    host_.activities[0] = {.viewers = 1, .viewer = kMe, .bits_per_second = 5'373'792};
    EXPECT_THAT(ask("/tuner0/status"), HasSubstr(" bps=5373792 pps=510"));
    EXPECT_EQ(ask("/tuner0/target", "none"), "none");
    EXPECT_TRUE(host_.playing.empty());
    EXPECT_EQ(ask("/tuner0/vchannel"), "702") << "it stays tuned";
}

TEST_F(ControlPointTest, BadValuesAreRefused) {
    for (const char* target : {"", "udp://10.0.0.9", "udp://host:5000", "http://10.0.0.9:80",
             "udp://10.0.0.9:0", "udp://10.0.0.9:70000", "rtp://::1:5000"}) {
        EXPECT_EQ(ask("/tuner0/target", target), "ERROR: invalid target") << target;
    }
    EXPECT_EQ(ask("/tuner0/target", "udp://[fd00::9]:5000"), "udp://[fd00::9]:5000");
    EXPECT_THAT(ask("/tuner0/channelmap", "moon"), StartsWith("ERROR:"));
    EXPECT_EQ(ask("/tuner0/channelmap", "eu-bcast"), "eu-bcast");
    EXPECT_THAT(ask("/tuner0/filter", "0x2000"), StartsWith("ERROR:"));
    for (const char* filter : {"", "0x2000", "0x20-0x10", "256", "0x0000-", "none"}) {
        EXPECT_EQ(ask("/tuner0/filter", filter), "ERROR: invalid filter") << filter;
    }
    EXPECT_EQ(ask("/tuner0/filter", "0x0000-0x0010 0x100"), "0x0000-0x0010 0x100");
    EXPECT_EQ(host_.wanted_pids.at(0), 18U);
    EXPECT_THAT(ask("/tuner0/program", "x"), StartsWith("ERROR:"));
    EXPECT_EQ(ask("/tuner0/program", "3"), "3");
}

TEST_F(ControlPointTest, ALockKeepsOthersOffUntilItIsForced) {
    EXPECT_EQ(ask("/tuner0/lockkey", "99"), "99");
    EXPECT_EQ(ask("/tuner0/lockkey"), kMe);
    ask("/tuner0/vchannel", "5.1", 99);
    ask("/tuner0/target", "udp://10.0.0.9:5000", 99);
    const std::string locked = std::string("ERROR: resource locked by ") + kMe;
    EXPECT_EQ(ask("/tuner0/vchannel", "702", 0, kOther), locked);
    EXPECT_EQ(ask("/tuner0/vchannel", "702", 98, kOther), locked);
    EXPECT_EQ(ask("/tuner0/lockkey", "7", 0, kOther), locked);
    EXPECT_EQ(ask("/tuner0/lockkey", "none", 0, kOther), locked);
    EXPECT_EQ(to_hex(answer(from_hex("0004001f03102f74756e6572302f6368616e6e656c0004056e6f6e6500"
                                     "150400000063dde7a5fa")))
                  .substr(8, 4),
        "0310")
        << "the vector's key is 99";
    ask("/tuner0/vchannel", "5.1", 99);
    EXPECT_TRUE(host_.playing.contains(0));
    EXPECT_EQ(ask("/tuner0/lockkey", "force", 0, kOther), "force");
    EXPECT_TRUE(host_.playing.empty()) << "who lost the lock lost the stream";
    EXPECT_EQ(ask("/tuner0/lockkey", "7", 0, kOther), "7");
    EXPECT_EQ(ask("/tuner0/lockkey"), kOther);
    EXPECT_EQ(ask("/tuner0/lockkey", "none", 7, kOther), "none");
    EXPECT_EQ(ask("/tuner0/lockkey"), "none");
}

TEST_F(ControlPointTest, AnHttpStreamLocksItsTuner) {
    host_.activities[1] = {.viewers = 2,
        .viewer = kOther,
        .channel = ChannelName{"702", "Two"},
        .bits_per_second = 8'000'000};
    EXPECT_EQ(ask("/tuner1/lockkey"), kOther);
    EXPECT_THAT(ask("/tuner1/status"), StartsWith("ch=auto:702 lock=8vsb ss=100"));
    EXPECT_EQ(ask("/tuner1/vchannel"), "702");
    EXPECT_EQ(ask("/tuner1/vchannel", "5.1"), std::string("ERROR: resource locked by ") + kOther);
    EXPECT_EQ(ask("/tuner1/lockkey", "99"), std::string("ERROR: resource locked by ") + kOther);
    EXPECT_EQ(ask("/tuner0/vchannel", "5.1"), "5.1") << "the other tuner is free";
}

TEST_F(ControlPointTest, WhoStopsSendingKeepAlivesLosesTheStream) {
    ask("/tuner0/lockkey", "99");
    ask("/tuner0/vchannel", "5.1", 99);
    ask("/tuner0/target", "udp://10.0.0.9:5000", 99);
    now_ += std::chrono::minutes(10);
    point_.expire(now_);
    EXPECT_TRUE(host_.playing.contains(0)) << "who never sent any does without";
    point_.keep_alive(kMe, 99, now_);
    now_ += std::chrono::seconds(4);
    point_.keep_alive(kMe, 98, now_); // of another lock
    point_.expire(now_);
    EXPECT_TRUE(host_.playing.contains(0));
    now_ += std::chrono::seconds(2);
    point_.expire(now_);
    EXPECT_FALSE(host_.playing.contains(0));
}

TEST_F(ControlPointTest, WhatAClientLeftBehindIsFreeAfterAWhile) {
    ask("/tuner0/lockkey", "99");
    ask("/tuner1/vchannel", "5.1");
    now_ += std::chrono::seconds(50);
    ask("/tuner1/status");
    now_ += std::chrono::seconds(20);
    point_.expire(now_);
    EXPECT_EQ(ask("/tuner0/lockkey", std::nullopt, 0, kOther), "none");
    EXPECT_EQ(ask("/tuner1/vchannel", std::nullopt, 0, kOther), "5.1") << "its client asked";
    now_ += std::chrono::seconds(61);
    point_.expire(now_);
    EXPECT_EQ(ask("/tuner1/vchannel"), "none");
    EXPECT_TRUE(host_.reserved.empty());
}

TEST_F(ControlPointTest, AChannelWithoutVideoHasNoSignalAndAGoneTargetIsForgotten) {
    ask("/tuner0/vchannel", "5.1");
    ask("/tuner0/target", "udp://10.0.0.9:5000");
    point_.ended(0, StreamEnd::no_video);
    EXPECT_THAT(ask("/tuner0/status"), StartsWith("ch=auto:5.1 lock=none ss=0"));
    ask("/tuner0/vchannel", "5.1");
    EXPECT_THAT(ask("/tuner0/status"), StartsWith("ch=auto:5.1 lock=8vsb ss=100"));
    point_.ended(0, StreamEnd::target_gone);
    EXPECT_EQ(ask("/tuner0/target"), "none");
}

TEST_F(ControlPointTest, WhatTheTunersDoIsToldOverHttpAsOverTheProtocol) {
    EXPECT_EQ(status_json(point_.states()), R"([{"Resource":"tuner0"},{"Resource":"tuner1"}])");
    host_.activities[0] = {.viewers = 1,
        .viewer = "10.0.0.7",
        .channel = ChannelName{"5.1", "Synthetic One"},
        .bits_per_second = 5'373'792,
        .quality = 95};
    ask("/tuner1/lockkey", "99");
    ask("/tuner1/channel", "8vsb:527000000", 99);
    EXPECT_EQ(status_json(point_.states()),
        R"([{"Resource":"tuner0","VctNumber":"5.1","VctName":"Synthetic One",)"
        R"("SignalStrengthPercent":100,"SignalQualityPercent":95,"SymbolQualityPercent":100,)"
        R"("TargetIP":"10.0.0.7","NetworkRate":5373792},)"
        R"({"Resource":"tuner1","Frequency":527000000,"SignalStrengthPercent":0,)"
        R"("SignalQualityPercent":0,"SymbolQualityPercent":0,"NetworkRate":0}])");
    EXPECT_EQ(point_.states()[1].owner, kMe);
    ask("/tuner1/vchannel", "702", 99);
    ask("/tuner1/target", "udp://10.0.0.6:5000", 99);
    EXPECT_EQ(tuner_status_json(1, point_.states()[1]),
        R"({"Resource":"tuner1","VctNumber":"702","VctName":"Two","SignalStrengthPercent":100,)"
        R"("SignalQualityPercent":100,"SymbolQualityPercent":100,"TargetIP":"10.0.0.6",)"
        R"("NetworkRate":0})");
}

} // namespace
} // namespace plex_tuner::hdhr
