// SPDX-License-Identifier: GPL-3.0-or-later
// The tuner as an HDHomeRun, over a network of its own, with the programs of the hardware's maker.
#include "playlists.hpp"
#include "support/media.hpp"
#include "support/private_network.hpp"
#include "support/raw_client.hpp"
#include "support/scripted_provider.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using nlohmann::literals::operator""_json;

/// Any tuner, any id: protocols of the maker.
constexpr char kAnybody[] =
    "\x00\x02\x00\x0c\x01\x04\xff\xff\xff\xff\x02\x04\xff\xff\xff\xff\x73\xcc\x7d\x8f";
constexpr std::size_t kAnybodySize = sizeof kAnybody - 1;
constexpr std::uint16_t kPort = 65001;

/// A UDP socket of the client's machine.
class ClientSocket {
public:
    ClientSocket(const PrivateNetwork& network, int family) {
        const PrivateNetwork::ClientSide client(network);
        descriptor_ = ::socket(family, SOCK_DGRAM, 0);
        const int on = 1;
        ::setsockopt(descriptor_, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
        const timeval limit{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        interface_ = ::if_nametoindex("cli0");
    }

    ~ClientSocket() { ::close(descriptor_); }

    ClientSocket(const ClientSocket&) = delete;
    ClientSocket& operator=(const ClientSocket&) = delete;

    void send(const char* address, std::string_view bytes, std::uint16_t port = kPort) const {
        sockaddr_in v4{};
        sockaddr_in6 v6{};
        if (::inet_pton(AF_INET, address, &v4.sin_addr) == 1) {
            v4.sin_family = AF_INET;
            v4.sin_port = htons(port);
            ::sendto(descriptor_, bytes.data(), bytes.size(), 0,
                reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
            return;
        }
        ::inet_pton(AF_INET6, address, &v6.sin6_addr);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        v6.sin6_scope_id = interface_;
        ::sendto(descriptor_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&v6),
            sizeof v6);
    }

    /// Hears what others send to the group at the port.
    void join_group(const char* group, std::uint16_t port) const {
        sockaddr_in local{};
        local.sin_family = AF_INET;
        local.sin_port = htons(port);
        ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&local), sizeof local);
        ip_mreqn request{};
        ::inet_pton(AF_INET, group, &request.imr_multiaddr);
        request.imr_ifindex = static_cast<int>(interface_);
        ::setsockopt(descriptor_, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
    }

    struct Received {
        std::string from;
        std::string bytes;
    };

    /// Empty when nothing comes in ten seconds.
    [[nodiscard]] Received receive() const {
        std::array<char, 2048> bytes{};
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const ssize_t length = ::recvfrom(
            descriptor_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
        std::array<char, INET6_ADDRSTRLEN> text{};
        if (from.ss_family == AF_INET6) {
            ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&from)->sin6_addr,
                text.data(), text.size());
        } else {
            ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&from)->sin_addr,
                text.data(), text.size());
        }
        return {text.data(),
            length < 0 ? "" : std::string(bytes.data(), static_cast<std::size_t>(length))};
    }

    [[nodiscard]] std::uint16_t port() const {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size);
        return ntohs(address.sin_port);
    }

private:
    int descriptor_ = -1;
    unsigned interface_ = 0;
};

class Native : public ::testing::Test {
protected:
    void SetUp() override {
        if (!PrivateNetwork::is_possible()) {
            GTEST_SKIP() << "needs root";
        }
        network_.emplace();
        provider_.emplace();
        provider_->on("/1.ts", behave::endless(h264_clip(), 600'000));
        provider_->on("/2.ts", behave::endless(h264_clip(), 600'000));
        provider_->on("/list.m3u", behave::content(playlist_of({{"one", provider_->url("/1.ts")},
                                       {"two", provider_->url("/2.ts")}})));
        settings_ = {{"M3U_URL", provider_->url("/list.m3u")}, {"DEVICE_ID", "10439efd"},
            {"HDHR_NETWORK_MODE", "1"}, {"ADDR", ":5004"}, {"TUNER_COUNT", "2"}};
    }

    void start() {
        tuner_.start({.settings = settings_});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    }

    [[nodiscard]] CommandResult config(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "hdhomerun_config");
        return network_->as_client(arguments);
    }

    /// Of the device by its id.
    [[nodiscard]] std::string get(const std::string& name) const {
        return config({"10439EFD", "get", name}).output;
    }

    [[nodiscard]] CommandResult set(const std::string& name, const std::string& value) const {
        return config({"10439EFD", "set", name, value});
    }

    std::optional<PrivateNetwork> network_;
    std::optional<ScriptedProvider> provider_;
    std::map<std::string, std::string> settings_;
    Tuner tuner_;
};

TEST_F(Native, IsFoundByBroadcastByIdAndByAddress) {
    start();
    const std::string found = "hdhomerun device 10439EFD found at 10.77.0.5";
    EXPECT_THAT(config({"discover"}).output, HasSubstr(found));
    EXPECT_THAT(config({"discover", "10.77.0.5"}).output, HasSubstr(found));
    EXPECT_EQ(config({"10439EFD", "get", "/sys/hwmodel"}).output, "HDHR5-4US\n");
    EXPECT_EQ(config({"10.77.0.5", "get", "/sys/model"}).output, "hdhomerun5_atsc\n");
    EXPECT_EQ(config({"FFFFFFFF", "get", "/sys/version"}).output, "20240101\n");
    EXPECT_NE(config({"12345674", "get", "/sys/model"}).exit_code, 0) << "another device";
}

TEST_F(Native, AnswersComeFromWhereTheClientAskedAndTellThatAddress) {
    start();
    network_->add_second_cable();
    const ClientSocket v4(*network_, AF_INET);
    const std::string_view request(kAnybody, kAnybodySize);
    for (const auto& [asked, address] :
        {std::pair{"10.77.0.5", "10.77.0.5"}, std::pair{"10.77.0.255", "10.77.0.5"},
            std::pair{"10.78.0.5", "10.78.0.5"}, std::pair{"10.78.0.255", "10.78.0.5"}}) {
        v4.send(asked, request);
        const auto reply = v4.receive();
        EXPECT_EQ(reply.from, address) << asked;
        EXPECT_THAT(reply.bytes, HasSubstr("http://" + std::string(address) + ":5004")) << asked;
    }
    const ClientSocket v6(*network_, AF_INET6);
    for (const char* asked : {"fd77::5", "ff02::176", "ff05::176"}) {
        v6.send(asked, request);
        EXPECT_THAT(v6.receive().bytes, HasSubstr("http://[fd77::5]:5004")) << asked;
    }
}

TEST_F(Native, APortThatIsTakenIsOneWarningAndTheRestGoesOn) {
    start();
    Tuner second;
    settings_["ADDR"] = ":5104";
    second.start({.settings = settings_});
    ASSERT_TRUE(second.wait_until_ready());
    EXPECT_TRUE(
        second.process().wait_for_line({" warn ", "UDP port 65001", "HDHR_NETWORK_MODE=0"}));
    EXPECT_TRUE(second.process().wait_for_line({" warn ", ":65001", "HDHR_NETWORK_MODE=0"}));
    EXPECT_EQ(second.get("/discover.json").status, 200);
}

TEST_F(Native, RubbishAndFloodsAreHarmless) {
    start();
    const ClientSocket socket(*network_, AF_INET);
    const std::string request(kAnybody, kAnybodySize);
    for (std::size_t size = 0; size < request.size(); ++size) {
        socket.send("10.77.0.5", request.substr(0, size));
    }
    socket.send("10.77.0.5", std::string(60'000, '\xFF'));
    for (int i = 0; i < 5'000; ++i) {
        socket.send("10.77.0.5", i % 2 == 0 ? request : std::string(1460, '\0'));
    }
    for (const std::string& bytes : {std::string("GET / HTTP/1.1\r\n\r\n"),
             std::string("\x00\x04\xff\xff", 4), std::string(21, '\0')}) {
        test::RawClient control(kPort);
        control.send(bytes);
        (void)control.wait_for_end(); // it is closed
    }
    // Its own flood cost the client its answers for the moment; each try takes half a second.
    std::string model;
    for (int tries = 0; model.empty() && tries < 10; ++tries) {
        const auto asked = config({"10.77.0.5", "get", "/sys/model"});
        model = asked.exit_code == 0 ? asked.output : "";
    }
    EXPECT_EQ(model, "hdhomerun5_atsc\n");
    EXPECT_EQ(tuner_.get("/healthz").status, 200);
}

TEST_F(Native, IsControlledLikeTheHardware) {
    start();
    EXPECT_THAT(get("help"), HasSubstr("/tuner<n>/vchannel"));
    EXPECT_THAT(get("/sys/features"), StartsWith("channelmap: us-bcast"));
    EXPECT_EQ(get("/tuner0/status"), "ch=none lock=none ss=0 snq=0 seq=0 bps=0 pps=0\n");
    EXPECT_EQ(set("/tuner0/vchannel", "2").exit_code, 0);
    EXPECT_EQ(get("/tuner0/vchannel"), "2\n");
    EXPECT_THAT(get("/tuner0/status"), StartsWith("ch=auto:2 lock=8vsb ss=100 snq=100 seq=100"));
    EXPECT_THAT(get("/tuner0/streaminfo"), StartsWith("1: 2 two\n"));
    const auto unknown = set("/tuner0/vchannel", "99");
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_EQ(unknown.output, "ERROR: invalid virtual channel\n");
    EXPECT_EQ(get("/nope"), "ERROR: unknown getset variable\n");
    EXPECT_EQ(get("/tuner2/status"), "ERROR: unknown getset variable\n");
}

TEST_F(Native, AScanFindsTheChannels) {
    start();
    const auto scan = config({"10439EFD", "scan", "/tuner0"});
    // The program ends with 1 behind its last frequency, whatever it found.
    EXPECT_THAT(scan.output, HasSubstr("SCANNING: 57000000 (us-bcast:2)\n")) << "the last one";
    EXPECT_THAT(scan.output, HasSubstr("SCANNING: 473000000 (us-bcast:14)\nLOCK: 8vsb (ss=100 "
                                       "snq=100 seq=100)\nTSID: 0x0001\nPROGRAM 1: 1 one\n"));
    EXPECT_THAT(scan.output, HasSubstr("PROGRAM 1: 2 two\n"));
    EXPECT_EQ(get("/tuner0/lockkey"), "none\n");
    EXPECT_EQ(set("/tuner0/channel", "8vsb:479000000").exit_code, 0);
    EXPECT_EQ(get("/tuner0/vchannel"), "2\n");
}

TEST_F(Native, ATunerThatIsTunedOrLockedIsNotGivenToHttp) {
    start();
    EXPECT_EQ(set("/tuner0/vchannel", "2").exit_code, 0);
    EXPECT_EQ(set("/tuner1/lockkey", "99").exit_code, 0);
    EXPECT_EQ(get("/tuner1/lockkey"), "10.77.0.9\n");
    const auto locked = set("/tuner1/vchannel", "1");
    EXPECT_EQ(locked.exit_code, 1);
    EXPECT_EQ(locked.output, "ERROR: resource locked by 10.77.0.9\n");
    EXPECT_THAT(tuner_.get("/auto/v1").header("x-hdhomerun-error"), StartsWith("805"));
    EXPECT_EQ(set("/tuner1/lockkey", "force").exit_code, 0);
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200);
    ASSERT_TRUE(viewer.read(100'000));
    EXPECT_EQ(get("/tuner1/lockkey"), "127.0.0.1\n") << "the HTTP client";
    EXPECT_THAT(get("/tuner1/status"), StartsWith("ch=auto:1 lock=8vsb ss=100"));
    EXPECT_EQ(set("/tuner1/vchannel", "2").output, "ERROR: resource locked by 127.0.0.1\n");
    EXPECT_EQ(set("/tuner1/lockkey", "force").exit_code, 0);
    EXPECT_TRUE(viewer.read_to_end(std::chrono::seconds(10)))
        << "who has the tuner by force has it alone";
    EXPECT_EQ(get("/tuner1/lockkey"), "none\n");
    EXPECT_EQ(set("/tuner1/vchannel", "2").exit_code, 0);
    EXPECT_EQ(get("/tuner1/vchannel"), "2\n");
}

TEST_F(Native, OccupancyIsSeenOverHttpAsOnTheHardware) {
    start();
    const auto status = [&] {
        return nlohmann::json::parse(tuner_.get("/status.json").body);
    };
    const auto idle = R"([{"Resource":"tuner0"},{"Resource":"tuner1"}])"_json;
    EXPECT_EQ(status(), idle);
    {
        StreamClient viewer(tuner_.port(), "/tuner1/v1");
        ASSERT_EQ(viewer.reply().status, 200);
        ASSERT_TRUE(viewer.read(1'000'000));
        const ClientSocket receiver(*network_, AF_INET);
        receiver.send("10.77.0.5", std::string(4, '\0'), 5004); // gives it a port
        EXPECT_EQ(set("/tuner0/vchannel", "2").exit_code, 0);
        EXPECT_EQ(
            set("/tuner0/target", "udp://10.77.0.9:" + std::to_string(receiver.port())).exit_code,
            0);
        EXPECT_EQ(receiver.receive().bytes.size(), 1316u);
        const auto busy = status();
        EXPECT_EQ(busy[0].at("VctNumber"), "2");
        EXPECT_EQ(busy[0].at("VctName"), "two");
        EXPECT_EQ(busy[0].at("TargetIP"), "10.77.0.9");
        EXPECT_EQ(busy[1].at("VctNumber"), "1");
        EXPECT_EQ(busy[1].at("TargetIP"), "127.0.0.1");
        EXPECT_EQ(busy[1].at("SignalStrengthPercent"), 100);
        EXPECT_GT(busy[1].at("NetworkRate"), 0);
        EXPECT_EQ(
            nlohmann::json::parse(tuner_.get("/tuner1/status.json").body).at("Resource"), "tuner1");
        const std::string page = tuner_.get("/tuners.html").body;
        EXPECT_THAT(page, HasSubstr("<td>2 two</td>"));
        EXPECT_THAT(page, HasSubstr("<td>10.77.0.9</td>"));
        EXPECT_EQ(set("/tuner0/target", "none").exit_code, 0);
        EXPECT_EQ(set("/tuner0/vchannel", "none").exit_code, 0);
    }
    EXPECT_TRUE(tuner_.wait_for_metric("plex_tuner_viewers", 0));
    EXPECT_EQ(status(), idle);
    EXPECT_EQ(tuner_.get("/tuner2/status.json").status, 404);
}

TEST_F(Native, AFilterAppliesToWhatATargetGets) {
    start();
    const ClientSocket receiver(*network_, AF_INET);
    receiver.send("10.77.0.5", std::string(4, '\0'), 5004); // gives it a port
    EXPECT_EQ(set("/tuner0/filter", "0x0000").exit_code, 0);
    EXPECT_EQ(set("/tuner0/vchannel", "1").exit_code, 0);
    EXPECT_EQ(
        set("/tuner0/target", "udp://10.77.0.9:" + std::to_string(receiver.port())).exit_code, 0);
    const auto is_pat = [](std::string_view packet) {
        return (packet[1] & 0x1F) == 0 && packet[2] == 0;
    };
    const std::string tables(receiver.receive().bytes);
    ASSERT_EQ(tables.size(), 1316u);
    for (std::size_t at = 0; at < tables.size(); at += 188) {
        EXPECT_EQ(tables[at], '\x47');
        EXPECT_TRUE(is_pat(std::string_view(tables).substr(at)));
    }
    EXPECT_EQ(set("/tuner0/filter", "0x0000-0x1fff").exit_code, 0);
    // What was on its way may still be of the filter before.
    bool has_others = false;
    for (int i = 0; i < 20 && !has_others; ++i) {
        const std::string all(receiver.receive().bytes);
        for (std::size_t at = 0; at + 188 <= all.size(); at += 188) {
            has_others = has_others || !is_pat(std::string_view(all).substr(at));
        }
    }
    EXPECT_TRUE(has_others);
    EXPECT_EQ(set("/tuner0/target", "none").exit_code, 0);
}

TEST_F(Native, DevicesOnSeveralNetworksAreFoundEachWithItsId) {
    start();

    struct Other {
        std::string configured;
        std::string id;
        std::size_t machine = 0;
        Tuner tuner = {};
    };

    std::array<Other, 2> others{{{.configured = "124205A5", .id = "124205A5"},
        {.configured = "12345678", .id = "12345674"}}};
    for (Other& other : others) {
        other.machine = network_->add_device();
        const PrivateNetwork::DeviceSide there(*network_, other.machine);
        other.tuner.start({.settings = {{"DEVICE_ID", other.configured}, {"ADDR", ":5004"},
                               {"HDHR_NETWORK_MODE", "1"}}});
        ASSERT_TRUE(other.tuner.wait_until_ready()) << other.tuner.process().stderr_text();
    }
    // A cable that has just been plugged in carries nothing for up to a second.
    std::string found;
    const auto misses_one = [&] {
        return std::ranges::any_of(others,
            [&](const Other& other) { return !found.contains("hdhomerun device " + other.id); });
    };
    for (int tries = 0; tries < 20 && misses_one(); ++tries) {
        found = config({"discover"}).output;
    }
    EXPECT_THAT(found, HasSubstr("hdhomerun device 10439EFD found at 10.77.0.5\n"));
    for (Other& other : others) {
        const std::string address = PrivateNetwork::device_address(other.machine);
        EXPECT_THAT(found, HasSubstr("hdhomerun device " + other.id + " found at " + address));
        EXPECT_EQ(config({other.id, "set", "/tuner0/vchannel", "1"}).exit_code, 0);
        EXPECT_EQ(config({address, "get", "/tuner0/vchannel"}).output, "1\n");
    }
    EXPECT_EQ(get("/tuner0/vchannel"), "none\n") << "each has tuners of its own";
    EXPECT_TRUE(others[1].tuner.process().wait_for_line(
        {" warn ", "12345678", "12345674", "PLEX_TUNER_DEVICE_ID"}));
}

TEST_F(Native, TheDoctorSaysWhatKeepsClientsFromFindingTheTuner) {
    settings_["SSDP_DISABLED"] = "0";
    start();
    const auto doctor = [&](const std::map<std::string, std::string>& settings) {
        std::vector<std::string> arguments{"/usr/bin/env"};
        for (const auto& [name, value] : settings) {
            arguments.push_back("PLEX_TUNER_" + name + "=" + value);
        }
        arguments.insert(arguments.end(), {PT_TUNER_BINARY, "doctor", "discovery", "-json"});
        const auto result = run_command(arguments);
        const auto json = nlohmann::json::parse(result.output);
        EXPECT_EQ(json.at("ok"), result.exit_code == 0);
        std::map<std::string, std::string> verdicts;
        for (const auto& check : json.at("checks")) {
            verdicts[check.at("name")] = check.at("verdict");
        }
        return verdicts;
    };
    const std::map<std::string, std::string> sound{{"http", "ok"}, {"network", "ok"},
        {"base-url", "ok"}, {"discovery", "ok"}, {"control", "ok"}, {"ssdp", "ok"},
        {"port-80", "skipped"}, {"firewall", "ok"}};
    EXPECT_EQ(doctor(settings_), sound);
    auto wanted = settings_;
    wanted["SECOND_ADDR"] = ":80";
    EXPECT_EQ(doctor(wanted).at("port-80"), "problem");
    tuner_.stop();
    auto verdicts = doctor(settings_);
    EXPECT_EQ(verdicts.at("http"), "problem");
    EXPECT_EQ(verdicts.at("discovery"), "skipped") << "one cause, one problem";
    settings_["HDHR_NETWORK_MODE"] = "0";
    settings_["SSDP_DISABLED"] = "1";
    start();
    settings_["HDHR_NETWORK_MODE"] = "1"; // what the user believes
    settings_["SSDP_DISABLED"] = "0";
    verdicts = doctor(settings_);
    EXPECT_EQ(verdicts.at("http"), "ok");
    for (const char* name : {"discovery", "control", "ssdp"}) {
        EXPECT_EQ(verdicts.at(name), "problem") << name;
    }
}

TEST_F(Native, ClientsThatAskAtPort80AreServedThereToo) {
    settings_["SECOND_ADDR"] = ":80";
    start();
    const auto document = [&](const std::string& path) {
        return nlohmann::json::parse(
            network_->as_client({"curl", "-sS", "http://10.77.0.5" + path}).output);
    };
    EXPECT_EQ(document("/discover.json").at("DeviceID"), "10439EFD");
    EXPECT_EQ(document("/discover.json").at("BaseURL"), "http://10.77.0.5");
    EXPECT_EQ(document("/lineup.json")[0].at("URL"), "http://10.77.0.5/auto/v1");
    Tuner second;
    settings_["ADDR"] = ":5104";
    second.start({.settings = settings_});
    EXPECT_TRUE(
        second.process().wait_for_line({" warn ", "second address", ":80", "another program"}));
    EXPECT_EQ(second.get("/discover.json").status, 200);
}

TEST_F(Native, WhatIsSavedDecodesAndTheTunerIsFreeAfterwards) {
    start();
    EXPECT_EQ(set("/tuner0/vchannel", "1").exit_code, 0);
    const std::string file = tuner_.file("out.ts").string();
    std::optional<ChildProcess> save;
    {
        const PrivateNetwork::ClientSide client(*network_);
        save.emplace(ChildOptions{
            .arguments = {"/usr/bin/hdhomerun_config", "10439EFD", "save", "/tuner0", file},
            .environment = {{"PATH", "/usr/bin:/bin"}},
            .directory = tuner_.directory()});
    }
    // Another program writes the file, which nothing tells of.
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    std::error_code missing;
    while (std::filesystem::file_size(file, missing) < 1'500'000 || missing) {
        ASSERT_LT(std::chrono::steady_clock::now(), limit) << tuner_.process().stderr_text();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    EXPECT_EQ(tuner_.metric("plex_tuner_viewers"), 1);
    EXPECT_THAT(get("/tuner0/target"), StartsWith("rtp://10.77.0.9:"));
    save->signal(SIGINT);
    EXPECT_TRUE(save->wait());
    EXPECT_TRUE(tuner_.wait_for_metric("plex_tuner_viewers", 0));
    EXPECT_EQ(get("/tuner0/target"), "none\n");
    std::ifstream in(file, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    const TsFacts facts = inspect_ts(bytes);
    EXPECT_TRUE(facts.aligned);
    EXPECT_TRUE(facts.begins_with_key_frame);
    EXPECT_EQ(facts.continuity_errors, 0u);
    const auto decoded = run_command(
        {"ffmpeg", "-v", "error", "-nostdin", "-t", "3", "-i", file, "-f", "null", "-"});
    EXPECT_EQ(decoded.errors, "");
}

TEST_F(Native, AStreamEndsWhenNobodyListensOrTheKeepAliveStops) {
    start();
    EXPECT_EQ(set("/tuner0/vchannel", "1").exit_code, 0);
    EXPECT_EQ(set("/tuner0/target", "udp://10.77.0.9:5999").exit_code, 0); // closed
    EXPECT_TRUE(tuner_.process().wait_for_line({"viewer left"}));
    EXPECT_EQ(get("/tuner0/target"), "none\n");
    const ClientSocket receiver(*network_, AF_INET);
    receiver.send("10.77.0.5", std::string(4, '\0'), 5004);
    const std::size_t lines = tuner_.process().lines();
    EXPECT_EQ(
        set("/tuner0/target", "udp://10.77.0.9:" + std::to_string(receiver.port())).exit_code, 0);
    EXPECT_EQ(receiver.receive().bytes.size(), 1316u);
    receiver.send("10.77.0.5", std::string(4, '\0'), 5004);
    EXPECT_TRUE(tuner_.process().wait_for_line({"viewer left"}, std::chrono::seconds(30), lines));
}

TEST_F(Native, IsFoundBySsdpAndSaysWhenItGoes) {
    settings_["SSDP_DISABLED"] = "0";
    start();
    const auto found =
        network_->as_client({"gssdp-discover", "-i", "cli0", "-n", "5", "-t", "upnp:rootdevice"});
    EXPECT_THAT(found.output, HasSubstr("Location: http://10.77.0.5:5004/device.xml"));
    EXPECT_THAT(found.output, HasSubstr("::upnp:rootdevice"));
    const auto all = network_->as_client({"gssdp-discover", "-i", "cli0", "-n", "5"});
    EXPECT_THAT(all.output, HasSubstr("::urn:schemas-upnp-org:device:MediaServer:1"));
    const ClientSocket neighbour(*network_, AF_INET);
    neighbour.join_group("239.255.255.250", 1900);
    EXPECT_EQ(tuner_.stop(), 0);
    EXPECT_THAT(neighbour.receive().bytes, HasSubstr("NTS: ssdp:byebye\r\n"));
}

} // namespace
} // namespace plex_tuner::testing
