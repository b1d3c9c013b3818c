// SPDX-License-Identifier: GPL-3.0-or-later
// Sources that are no server: datagrams on the loopback interface, and files.
#include "gateway_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <filesystem>
#include <fstream>

#include <boost/asio/ip/multicast.hpp>
#include <boost/asio/ip/udp.hpp>
#include <gmock/gmock.h>

namespace plex_tuner::testing {
namespace {

using asio::ip::udp;
using ::testing::HasSubstr;

constexpr std::size_t kPackets = 7; // in a datagram: what fits into an Ethernet frame

/// Sends to a port of this machine that is free when it is made.
class Sender {
public:
    explicit Sender(asio::io_context& io, const char* address = "127.0.0.1")
        : socket_(io, udp::v4()), to_(asio::ip::make_address(address), free_port(io)) {
        socket_.set_option(
            asio::ip::multicast::outbound_interface(asio::ip::address_v4::loopback()));
    }

    [[nodiscard]] std::uint16_t port() const { return to_.port(); }

    /// False when the system will not send there.
    bool send(const std::string& datagram) {
        boost::system::error_code error;
        socket_.send_to(asio::buffer(datagram), to_, 0, error);
        return !error;
    }

private:
    static std::uint16_t free_port(asio::io_context& io) {
        return udp::socket(io, {asio::ip::address_v4::loopback(), 0}).local_endpoint().port();
    }

    udp::socket socket_;
    udp::endpoint to_;
};

std::string rtp_header(std::uint16_t sequence) {
    std::string header("\x80\x21\x00\x00\x00\x00\x00\x01\x00\x00\x00\x07", 12);
    header[2] = static_cast<char>(sequence >> 8);
    header[3] = static_cast<char>(sequence & 0xff);
    return header;
}

class GatewayLocalTest : public GatewayTest {
protected:
    /// The next group of pictures as payloads of datagrams.
    std::vector<std::string> datagrams() {
        const ByteVector bytes = station_.group();
        std::vector<std::string> result;
        const std::size_t size = kPackets * ts::kPacketSize;
        for (std::size_t at = 0; at < bytes.size(); at += size) {
            const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
            const auto length = static_cast<std::ptrdiff_t>(std::min(size, bytes.size() - at));
            result.emplace_back(begin, begin + length);
        }
        return result;
    }

    std::string refusal_text(const std::string& number, const std::string& code) {
        auto viewer = watch(number);
        EXPECT_EQ(viewer->refusal(), code);
        const auto body = (*viewer)->bytes();
        return {body.begin(), body.end()};
    }

    /// The address of a new file, in which it is called `written`.
    std::string file_with(
        const std::string& written, const std::string& name, const std::string& content) {
        std::ofstream(directory_.path() / name, std::ios::binary) << content;
        return "file://" + (directory_.path() / written).string();
    }

    /// Sends until the viewer has got so much: nobody tells when the socket is open.
    void send_until(TestViewer& viewer, std::size_t bytes, const std::function<void()>& send) {
        eventually(
            [&] {
                send();
                return viewer->bytes().size() >= bytes;
            },
            "the viewer gets the stream");
    }

    asio::io_context sending;

private:
    Station station_;
    TemporaryDirectory directory_;
};

TEST_F(GatewayLocalTest, DatagramsAreRelayedCleanly) {
    Sender sender(sending);
    add_channel("5", {"udp://127.0.0.1:" + std::to_string(sender.port())});
    auto viewer = watch("5");
    send_until(*viewer, 100'000, [&] {
        for (const std::string& datagram : datagrams()) {
            sender.send(datagram);
        }
    });
    expect_clean((*viewer)->bytes());
    EXPECT_EQ((*viewer)->status(), 200);
}

TEST_F(GatewayLocalTest, AMulticastGroupIsJoinedOnTheInterfaceThatIsNamed) {
    Sender sender(sending, "239.255.77.7");
    if (!sender.send("")) {
        GTEST_SKIP() << "this system has no multicast on its loopback interface";
    }
    options.multicast_interface = "127.0.0.1";
    add_channel("5", {"udp://@239.255.77.7:" + std::to_string(sender.port())});
    auto viewer = watch("5");
    send_until(*viewer, 100'000, [&] {
        for (const std::string& datagram : datagrams()) {
            sender.send(datagram);
        }
    });
    expect_clean((*viewer)->bytes());
}

TEST_F(GatewayLocalTest, RtpPacketsAreOrderedAndDuplicatesDropped) {
    Sender sender(sending);
    add_channel("5", {"rtp://127.0.0.1:" + std::to_string(sender.port())});
    auto viewer = watch("5");
    std::uint16_t sequence = 65'500;
    send_until(*viewer, 200'000, [&] {
        std::vector<std::string> packets;
        for (const std::string& payload : datagrams()) {
            packets.push_back(rtp_header(sequence++) + payload);
        }
        std::swap(packets[1], packets[2]);
        packets.insert(packets.begin() + 1, packets[0]);
        for (const std::string& packet : packets) {
            sender.send(packet);
        }
    });
    expect_clean((*viewer)->bytes());
    EXPECT_EQ(gateway().counters().datagrams_lost, 0U);
}

TEST_F(GatewayLocalTest, LostRtpPacketsAreCounted) {
    Sender sender(sending);
    add_channel("5", {"rtp://127.0.0.1:" + std::to_string(sender.port())});
    auto viewer = watch("5");
    std::uint16_t sequence = 0;
    send_until(*viewer, 100'000, [&] {
        for (const std::string& payload : datagrams()) {
            sender.send(rtp_header(sequence++) + payload);
        }
        ++sequence; // never sent
    });
    eventually([&] { return gateway().counters().datagrams_lost > 0; }, "losses are counted");
}

TEST_F(GatewayLocalTest, ASilentSenderFailsOverToTheNextSource) {
    Sender sender(sending);
    options.start_timeout = std::chrono::milliseconds(6'000);
    add_channel("5", {"udp://127.0.0.1:" + std::to_string(sender.port()), "http://backup/live.ts"});
    Station backup;
    origin.open("http://backup/live.ts")->push(backup.group());
    auto viewer = watch("5");
    expect_clean((*viewer)->wait_bytes(5 * ts::kPacketSize));
}

TEST_F(GatewayLocalTest, DatagramsOfSomethingElseAreRefused) {
    Sender sender(sending);
    add_channel("5", {"udp://127.0.0.1:" + std::to_string(sender.port())});
    auto viewer = watch("5");
    eventually(
        [&] {
            sender.send("no stream");
            return viewer->wait_done(std::chrono::seconds(0));
        },
        "it gives up");
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
}

TEST_F(GatewayLocalTest, AddressesThatCannotBeListenedAtAreNamed) {
    add_channel("1", {"udp://192.0.2.1:1234"});
    add_channel("2", {"udp://@239.255.77.7:1234?iface=nosuch0"});
    EXPECT_THAT(refusal_text("1", "807 No Video Data"), HasSubstr("192.0.2.1 port 1234"));
    EXPECT_THAT(refusal_text("2", "807 No Video Data"), HasSubstr("nosuch0"));
}

TEST_F(GatewayLocalTest, AFileIsPlayedToItsEnd) {
    std::string content;
    for (int i = 0; i < 4; ++i) {
        for (const std::string& part : datagrams()) {
            content += part;
        }
    }
    add_channel("5", {file_with("a%20clip.ts", "a clip.ts", content)});
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    expect_clean((*viewer)->bytes());
    EXPECT_EQ(video_times((*viewer)->bytes()).size(), 20U);
}

TEST_F(GatewayLocalTest, WhatIsNoTransportStreamFileIsNamed) {
    add_channel("1", {file_with("page.ts", "page.ts", "<html>hello</html>")});
    add_channel("2", {"file:///nonexistent/clip.ts"});
    add_channel("3", {"file:///dev"});
    add_channel("4", {"file://server/share/clip.ts"});
    EXPECT_THAT(refusal_text("1", "807 No Video Data"), HasSubstr("an HTML page"));
    EXPECT_THAT(refusal_text("2", "807 No Video Data"), HasSubstr("opening the file"));
    EXPECT_THAT(refusal_text("3", "807 No Video Data"), HasSubstr("no regular file"));
    EXPECT_THAT(refusal_text("4", "807 No Video Data"), HasSubstr("file:///directory/name.ts"));
}

TEST_F(GatewayLocalTest, UnsupportedSchemesAreRefusedWithWhatIsSupported) {
    add_channel("5", {"rtsp://camera/1"});
    const std::string text = refusal_text("5", "806 Tune Failed");
    EXPECT_THAT(text, HasSubstr("rtsp"));
    EXPECT_THAT(text, HasSubstr("http, https, udp, rtp and file"));
}

} // namespace
} // namespace plex_tuner::testing
