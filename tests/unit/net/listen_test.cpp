// SPDX-License-Identifier: GPL-3.0-or-later
#include "listen_address.hpp"
#include "server_fixture.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace plex_tuner::net {
namespace {

TEST(ListenAddress, ReadsEveryForm) {
    const auto any = parse_listen_address(":5004");
    ASSERT_TRUE(any);
    EXPECT_EQ(any->host, "");
    EXPECT_EQ(any->port, 5004);
    EXPECT_EQ(parse_listen_address("*:80")->host, "");
    EXPECT_EQ(parse_listen_address("0.0.0.0:0")->host, "0.0.0.0");
    EXPECT_EQ(parse_listen_address(" [::1]:65535 ")->host, "::1");
    EXPECT_EQ(parse_listen_address("LocalHost:1")->host, "localhost");
}

TEST(ListenAddress, RefusalsQuoteTheAddressAndTheForms) {
    for (const std::string text : {"", "5004", "host", ":", ":x", ":65536", ":-1", "tuner.local:1",
             "::1:5004", "[127.0.0.1]:1", "[]:1", "1.2.3:4", "127.0.0.1:"}) {
        const auto parsed = parse_listen_address(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code(), ErrorCode::invalid_argument) << text;
        EXPECT_NE(parsed.error().message().find('"' + text + '"'), std::string::npos);
        EXPECT_NE(parsed.error().message().find("\":5004\""), std::string::npos);
    }
}

class ListenTest : public test::ServerTest {
protected:
    Result<std::unique_ptr<HttpServer>> bind(std::string listen) {
        HttpServerOptions wanted;
        wanted.listen = std::move(listen);
        return HttpServer::bind(
            runtime.context(), wanted,
            [](Exchange& exchange) -> asio::awaitable<void> {
                co_await exchange.send(Response::text(200, exchange.request().remote_address));
            },
            log::Logger());
    }

    static bool machine_has_v6() {
        asio::io_context io;
        asio::ip::tcp::acceptor probe(io);
        boost::system::error_code error;
        probe.open(asio::ip::tcp::v6(), error);
        if (!error) {
            probe.bind({asio::ip::address_v6::loopback(), 0}, error);
        }
        return !error;
    }

    std::string ask(std::uint16_t port, const std::string& host) {
        test::RawClient peer(port, host);
        peer.get("/");
        return peer.read_response().body;
    }
};

TEST_F(ListenTest, ATakenPortIsKnownBeforeStart) {
    auto first = bind("127.0.0.1:0");
    ASSERT_TRUE(first);
    const std::string address = "127.0.0.1:" + std::to_string((*first)->port());
    const auto second = bind(address);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::unavailable);
    EXPECT_NE(second.error().message().find(address), std::string::npos);
    EXPECT_NE(second.error().message().find("another port"), std::string::npos);
}

TEST_F(ListenTest, AForeignAddressIsRefusedWithARemedy) {
    const auto bound = bind("192.0.2.1:0"); // TEST-NET-1
    ASSERT_FALSE(bound);
    EXPECT_EQ(bound.error().code(), ErrorCode::invalid_argument);
    EXPECT_NE(bound.error().message().find("192.0.2.1"), std::string::npos);
}

TEST_F(ListenTest, AllInterfacesServesBothFamilies) {
    auto bound = bind(":0");
    ASSERT_TRUE(bound) << bound.error().message();
    server = std::move(*bound);
    server->start();
    runtime.start();
    EXPECT_EQ(ask(server->port(), "127.0.0.1"), "127.0.0.1");
    if (machine_has_v6()) {
        EXPECT_EQ(ask(server->port(), "::1"), "::1");
    }
}

TEST_F(ListenTest, LocalhostServesTheLoopbacks) {
    auto bound = bind("localhost:0");
    ASSERT_TRUE(bound) << bound.error().message();
    server = std::move(*bound);
    server->start();
    runtime.start();
    EXPECT_EQ(ask(server->port(), "127.0.0.1"), "127.0.0.1");
    if (machine_has_v6()) {
        EXPECT_EQ(ask(server->port(), "::1"), "::1");
    }
}

TEST_F(ListenTest, TheAddressesOfARequestAreNumeric) {
    options.listen = ":0";
    serve([](Exchange& exchange) -> asio::awaitable<void> {
        const Request& request = exchange.request();
        co_await exchange.send(
            Response::text(200, request.remote_address + " " + request.local_address + " " +
                                    std::to_string(request.local_port) + " " +
                                    std::to_string(request.remote_port != 0)));
    });
    EXPECT_EQ(ask(server->port(), "127.0.0.1"),
        "127.0.0.1 127.0.0.1 " + std::to_string(server->port()) + " 1");
}

} // namespace
} // namespace plex_tuner::net
