// SPDX-License-Identifier: GPL-3.0-or-later
// The label proxy of the real binary, between real clients and a server.
#include "support/fake_pms_providers.hpp"
#include "support/raw_client.hpp"
#include "support/tuner.hpp"

#include <atomic>
#include <csignal>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/socket.h>

namespace plex_tuner::testing {
namespace {

using plex_tuner::test::RawClient;
using plex_tuner::test::RawResponse;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::chrono::seconds kPatience{20};
constexpr const char* kLineup =
    "lineup://tv.plex.providers.epg.xmltv/http://10.0.0.5:5004/guide.xml#";

/// A server whose every byte the test sends and sees.
class RawServer {
public:
    explicit RawServer(std::uint16_t port = 0)
        : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const int on = 1;
        ::setsockopt(listener_.descriptor(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_.descriptor(), generic, size) != 0 ||
            ::listen(listener_.descriptor(), 64) != 0 ||
            ::getsockname(listener_.descriptor(), generic, &size) != 0) {
            throw std::runtime_error("no listener");
        }
        port_ = ntohs(address.sin_port);
    }

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

    [[nodiscard]] Socket accept() const {
        pollfd waiting{listener_.descriptor(), POLLIN, 0};
        if (::poll(&waiting, 1, 20'000) != 1) {
            throw std::runtime_error("nobody came");
        }
        return Socket(::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
    }

private:
    Socket listener_;
    std::uint16_t port_ = 0;
};

std::string receive_until(const Socket& socket, std::string_view end) {
    std::string bytes;
    while (!bytes.ends_with(end)) {
        const std::string more = socket.receive(65536, kPatience);
        if (more.empty()) {
            throw std::runtime_error("ended after \"" + bytes + '"');
        }
        bytes += more;
    }
    return bytes;
}

bool ends(const Socket& socket) {
    return socket.receive(1, kPatience).empty();
}

class PlexLabelProxy : public ::testing::Test {
protected:
    void start(const std::string& upstream, std::vector<std::string> flags = {}) {
        flags.insert(flags.end(), {"-upstream", upstream, "-refresh-seconds", "1"});
        const auto has_listen = std::ranges::find(flags, "-listen") != flags.end();
        if (!has_listen) {
            flags.insert(flags.end(), {"-listen", "127.0.0.1:0"});
        }
        proxy_.launch({.subcommand = "plex-label-proxy",
            .flags = std::move(flags),
            .settings = {{"PMS_URL", pms_.url()}, {"PMS_TOKEN", pms_.token()}}});
        const auto line = proxy_.process().wait_for_line({"label proxy serves", "port="});
        ASSERT_TRUE(line) << proxy_.process().stderr_text();
        port_ = static_cast<std::uint16_t>(std::stoi(line->substr(line->find("port=") + 5)));
        ASSERT_TRUE(proxy_.process().wait_for_line({"labels read"}));
    }

    void TearDown() override {
        EXPECT_THAT(proxy_.process().stderr_text(), Not(HasSubstr(pms_.token())));
        EXPECT_EQ(pms_.tokens_in_addresses(), 0);
    }

    FakePms pms_;
    Tuner proxy_;
    std::uint16_t port_ = 0;
};

TEST_F(PlexLabelProxy, GivesEachSourceTheNameOfItsDvr) {
    const int sports = pms_.add_dvr(0, std::string(kLineup) + "plextuner-Sports & More");
    const int kids = pms_.add_dvr(0, std::string(kLineup) + "Kids");
    serve_providers(pms_);
    start(pms_.url());
    const std::string of_sports = "tv.plex.providers.epg.xmltv:" + std::to_string(sports);
    RawClient client(port_);
    client.get("/media/providers?X-Plex-Token=viewer", "Accept-Encoding: gzip\r\n");
    const RawResponse xml = client.read_response();
    EXPECT_EQ(xml.status, 200);
    EXPECT_FALSE(xml.field("content-encoding"));
    EXPECT_FALSE(xml.field("etag"));
    EXPECT_EQ(xml.field("x-plex-protocol"), "1.0");
    EXPECT_THAT(xml.body,
        AllOf(StartsWith("<?xml"), HasSubstr("title=\"Library\""),
            HasSubstr("friendlyName=\"Sports &amp; More\" sourceTitle=\"Sports &amp; More\""),
            HasSubstr("title=\"Sports &amp; More Guide\""), HasSubstr("friendlyName=\"Kids\""),
            Not(HasSubstr("Live TV"))));

    client.get("/media/providers", "Accept: application/json\r\nIf-None-Match: \"1\"\r\n");
    const auto json = nlohmann::json::parse(client.read_response().body).at("MediaContainer");
    EXPECT_EQ(json.at("friendlyName"), "Fake PMS"); // the server keeps its own name
    const auto& provider = json.at("MediaProvider").at(1);
    EXPECT_EQ(provider.at("title"), "Sports & More");
    EXPECT_EQ(provider.at("sourceTitle"), "Sports & More");
    const auto& directories = provider.at("Feature").at(0).at("Directory");
    EXPECT_EQ(directories.at(0).at("title"), "Sports & More");
    EXPECT_EQ(directories.at(1).at("title"), "Sports & More Guide");

    client.get("/" + of_sports);
    EXPECT_THAT(client.read_response().body, AllOf(HasSubstr("title1=\"Sports &amp; More\""),
                                                 HasSubstr("title2=\"Sports &amp; More\"")));
    client.get("/tv.plex.providers.epg.xmltv%3A" + std::to_string(kids));
    EXPECT_EQ(client.read_response().status, 404); // as the stand-in says; nothing was made of it
    EXPECT_EQ(pms_.server().requests("/media/providers").at(0).header("if-none-match"), "");
}

TEST_F(PlexLabelProxy, FollowsTheDvrsAndKeepsLabelsThatCannotBeReadAnew) {
    const int dvr = pms_.add_dvr(0, std::string(kLineup) + "Old Name");
    serve_providers(pms_, {.gzip = false, .chunked = false});
    start(pms_.url());
    EXPECT_THAT(http_get(port_, "/media/providers").body, HasSubstr("title=\"Old Name\""));
    pms_.answer_next(std::vector<int>(10'000, 500));
    ASSERT_TRUE(proxy_.process().wait_for_line({"labels cannot be read"}));
    EXPECT_THAT(http_get(port_, "/media/providers").body, HasSubstr("title=\"Old Name\""));
    const std::size_t seen = proxy_.process().lines();
    pms_.remove_dvr(dvr);
    pms_.add_dvr(0, std::string(kLineup) + "New Name");
    pms_.answer_next({});
    ASSERT_TRUE(proxy_.process().wait_for_line({"labels read"}, kPatience, seen));
    EXPECT_THAT(http_get(port_, "/media/providers").body, HasSubstr("title=\"New Name\""));
}

TEST_F(PlexLabelProxy, WhatCannotBeRewrittenPassesUnchanged) {
    pms_.add_dvr(0, std::string(kLineup) + "Sports");
    std::string body;
    pms_.server().on("/media/providers",
        [&body](ProviderConnection& connection, const ProviderRequest& /*request*/) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nETag: \"1\"\r\n"
                            "Content-Encoding: gzip\r\nContent-Length: " +
                            std::to_string(body.size()) + "\r\n\r\n" + body);
        });
    start(pms_.url());
    const std::string whole = gzipped("<MediaContainer size=\"0\"/>");
    for (const std::string& one : {std::string("no gzip at all"), whole.substr(0, 20), whole,
             gzipped("<html>" + std::string(6 << 20, 'x')), std::string(6 << 20, 'x'),
             gzipped(R"({"MediaContainer":)" + std::string(100'000, '['))}) {
        body = one;
        const HttpReply reply = http_get(port_, "/media/providers");
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.header("etag"), "\"1\"");
        EXPECT_EQ(reply.header("content-encoding"), "gzip");
        EXPECT_TRUE(reply.body == body) << reply.body.size() << " of " << body.size();
    }
}

TEST_F(PlexLabelProxy, HeadsPassWithoutWhatBelongsToTheConnection) {
    RawServer server;
    start(server.url() + "/plex/");
    RawClient client(port_);
    client.send("GET /library/parts/1?a=%20b HTTP/1.1\r\nHost: tv.example:80\r\nRange: bytes=5-\r\n"
                "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\nKeep-Alive: 5\r\n"
                "X-Forwarded-For: 10.9.8.7\r\nX-Plex-Token: viewer\r\nAccept-Encoding: br\r\n\r\n");
    const Socket peer = server.accept();
    const std::string request = receive_until(peer, "\r\n\r\n");
    EXPECT_THAT(request,
        AllOf(StartsWith("GET /plex/library/parts/1?a=%20b HTTP/1.1\r\n"),
            HasSubstr("\r\nHost: " + server.url().substr(7) + "\r\n"),
            HasSubstr("\r\nRange: bytes=5-\r\n"), HasSubstr("\r\nX-Plex-Token: viewer\r\n"),
            HasSubstr("\r\nAccept-Encoding: br\r\n"),
            HasSubstr("\r\nX-Forwarded-For: 10.9.8.7, 127.0.0.1\r\n"),
            HasSubstr("\r\nX-Forwarded-Host: tv.example:80\r\n"),
            HasSubstr("\r\nX-Forwarded-Proto: http\r\n"), Not(HasSubstr("X-Hop")),
            Not(HasSubstr("TE:")), Not(HasSubstr("Keep-Alive"))));
    peer.send("HTTP/1.1 206 Some of it\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n"
              "Connection: X-Gone\r\nX-Gone: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n56789");
    const RawResponse part = client.read_response();
    EXPECT_THAT(part.head, StartsWith("HTTP/1.1 206 Some of it\r\n"));
    EXPECT_THAT(part.head, AllOf(HasSubstr("Set-Cookie: a\r\nSet-Cookie: b\r\n"),
                               HasSubstr("Content-Range: bytes 5-9/10"), Not(HasSubstr("Gone"))));
    EXPECT_EQ(part.body, "56789");

    // On the same two connections: HEAD has the length of a body that does not come.
    client.request("HEAD", "/big");
    EXPECT_THAT(receive_until(peer, "\r\n\r\n"), StartsWith("HEAD /plex/big HTTP/1.1\r\n"));
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    EXPECT_THAT(client.read_head().head, HasSubstr("Content-Length: 1000000\r\n"));
    client.get("/after");
    EXPECT_THAT(receive_until(peer, "\r\n\r\n"), StartsWith("GET /plex/after HTTP/1.1\r\n"));
    peer.send("HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_EQ(client.read_head().status, 204);
}

TEST_F(PlexLabelProxy, ChunksPassAsTheyCome) {
    RawServer server;
    start(server.url());
    RawClient client(port_);
    client.get("/:/eventsource/notifications");
    const Socket peer = server.accept();
    receive_until(peer, "\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
              "Transfer-Encoding: chunked\r\n\r\n");
    EXPECT_EQ(client.read_head().status, 200); // although there is no event yet
    for (const std::string event : {"5;x=y\r\nping\n\r\n", "6\r\nping!\n\r\n"}) {
        peer.send(event);
        EXPECT_EQ(client.read_exactly(event.size()), event);
    }
    const std::string end = "0\r\nX-Sum: 11\r\n\r\n";
    peer.send(end);
    EXPECT_EQ(client.read_exactly(end.size()), end);
}

TEST_F(PlexLabelProxy, AClientThatHangsUpIsHungUpOn) {
    RawServer server;
    start(server.url());
    for (const char* answer :
        {"", "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n"}) {
        auto client = std::make_unique<RawClient>(port_);
        client->get("/:/eventsource/notifications");
        const Socket peer = server.accept();
        receive_until(peer, "\r\n\r\n");
        if (*answer != '\0') {
            peer.send(answer);
            EXPECT_EQ(client->read_head().status, 200);
        }
        client.reset();
        EXPECT_TRUE(ends(peer));
    }
}

TEST_F(PlexLabelProxy, RequestBodiesPassWhileTheyCome) {
    RawServer server;
    start(server.url());
    RawClient client(port_);
    client.request("POST", "/playlists", "Content-Length: 10\r\nExpect: 100-continue\r\n");
    {
        const Socket peer = server.accept();
        EXPECT_THAT(receive_until(peer, "\r\n\r\n"), HasSubstr("Expect: 100-continue\r\n"));
        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
        EXPECT_EQ(client.read_head().status, 100);
        client.send("01234");
        EXPECT_EQ(receive_until(peer, "4"), "01234"); // before there is more
        client.send("56789");
        receive_until(peer, "9");
        peer.send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok");
        EXPECT_EQ(client.read_response().body, "ok");
    }
    const std::string chunks = "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    client.request("PUT", "/upload", "Transfer-Encoding: chunked\r\n");
    const Socket peer = server.accept(); // changes get a connection that nobody used before
    EXPECT_THAT(receive_until(peer, "\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked\r\n"));
    client.send(chunks + "GET /next HTTP/1.1\r\nHost: x\r\n\r\n"); // without waiting
    EXPECT_EQ(receive_until(peer, "0\r\n\r\n"), chunks);
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(client.read_response().status, 200);
    EXPECT_THAT(receive_until(peer, "\r\n\r\n"), StartsWith("GET /next "));
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
    EXPECT_EQ(client.read_response().body, "next");

    // An answer before the body is there ends the connection behind it.
    client.request("POST", "/refused", "Content-Length: 1000000\r\n");
    const Socket refusing = server.accept();
    receive_until(refusing, "\r\n\r\n");
    refusing.send("HTTP/1.1 413 Too Much\r\nContent-Length: 3\r\n\r\nno!");
    const RawResponse refused = client.read_response();
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(refused.body, "no!");
    EXPECT_EQ(refused.field("connection"), "close");
    EXPECT_TRUE(ends(refusing));
}

TEST_F(PlexLabelProxy, NoBodyIsReadFasterThanItIsTaken) {
    constexpr std::size_t kAll = std::size_t{96} << 20;
    RawServer server;
    start(server.url());
    RawClient client(port_, "127.0.0.1", 64 * 1024);
    client.get("/film.mkv");
    const Socket peer = server.accept();
    receive_until(peer, "\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kAll) + "\r\n\r\n");
    const std::string piece(std::size_t{1} << 16, 'f');
    std::size_t sent = 0;
    // Until it takes no more: the client has not read a byte.
    for (pollfd writable{peer.descriptor(), POLLOUT, 0};
        sent < kAll && ::poll(&writable, 1, 1'000) == 1;) {
        const ssize_t count = ::send(peer.descriptor(), piece.data(),
            std::min(piece.size(), kAll - sent), MSG_DONTWAIT | MSG_NOSIGNAL);
        ASSERT_GE(count, 0);
        sent += static_cast<std::size_t>(count);
    }
    EXPECT_LT(sent, kAll / 2);
    std::thread rest([&] {
        for (; sent < kAll; sent += std::min(piece.size(), kAll - sent)) {
            peer.send(std::string_view(piece).substr(0, std::min(piece.size(), kAll - sent)));
        }
    });
    EXPECT_EQ(client.read_head().status, 200);
    std::size_t received = 0;
    for (; received < kAll; received += piece.size()) {
        if (client.read_exactly(piece.size()) != piece) {
            break;
        }
    }
    EXPECT_EQ(received, kAll);
    rest.join();
}

TEST_F(PlexLabelProxy, WebSocketsPass) {
    RawServer server;
    start(server.url());
    RawClient client(port_);
    client.get("/:/websockets/notifications",
        "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    const Socket peer = server.accept();
    EXPECT_THAT(receive_until(peer, "\r\n\r\n"),
        AllOf(HasSubstr("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"),
            HasSubstr("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")));
    const std::string frame = "\x81\x05hello";
    peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n" +
              frame);
    const RawResponse switched = client.read_head();
    EXPECT_EQ(switched.status, 101);
    EXPECT_EQ(switched.field("upgrade"), "websocket");
    EXPECT_EQ(switched.field("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(client.read_exactly(frame.size()), frame);
    const std::string pong("\x8a\x80\0\0\0\0", 6);
    client.send(pong);
    EXPECT_EQ(peer.receive(100, kPatience), pong);
    client.shutdown_write();
    EXPECT_TRUE(ends(peer));
    peer.send("bye");
    EXPECT_EQ(client.read_exactly(3), "bye");
}

/// The way Plex's own clients hear of what goes on.
TEST_F(PlexLabelProxy, NotificationsOnTheWebSocketPass) {
    start(pms_.url());
    RawClient client(port_);
    client.get("/:/websockets/notifications",
        "X-Plex-Token: " + pms_.token() +
            "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    const RawResponse switched = client.read_head();
    EXPECT_EQ(switched.status, 101);
    EXPECT_EQ(switched.field("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    ASSERT_TRUE(pms_.sessions().wait_for_listener());
    pms_.sessions().send_event(
        "playing", R"({"PlaySessionStateNotification":{"sessionKey":"12"}})");
    const std::string text =
        R"({"NotificationContainer":{"PlaySessionStateNotification":[{"sessionKey":"12"}],"size":1,"type":"playing"}})";
    const std::string frame = std::string("\x81") + static_cast<char>(text.size()) + text;
    ASSERT_LE(text.size(), 125U);
    EXPECT_EQ(client.read_exactly(frame.size()), frame);
}

TEST_F(PlexLabelProxy, AServerThatIsAwayIsA502) {
    std::string url;
    {
        const RawServer gone;
        url = gone.url();
    }
    start(url);
    for (int i = 0; i < 3; ++i) {
        const HttpReply reply = http_get(port_, "/identity");
        EXPECT_EQ(reply.status, 502);
        EXPECT_THAT(reply.body, AllOf(HasSubstr(url), HasSubstr("cannot be reached: ")));
    }
    const std::string words = "cannot be reached; clients get 502";
    ASSERT_TRUE(proxy_.process().wait_for_line({words}));
    const std::string log = proxy_.process().stderr_text();
    EXPECT_EQ(log.find(words), log.rfind(words));

    RawServer back(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
    RawClient client(port_);
    client.get("/identity");
    {
        const Socket peer = back.accept();
        receive_until(peer, "\r\n\r\n");
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        EXPECT_EQ(client.read_response().body, "ok");
    }
    EXPECT_TRUE(proxy_.process().wait_for_line({"is reached again"}));
    // It closed the connection that was kept: a question is asked anew, on another one.
    client.get("/again");
    const Socket peer = back.accept();
    receive_until(peer, "\r\n\r\n");
    peer.send("nonsense\r\n\r\n");
    const RawResponse reply = client.read_response();
    EXPECT_EQ(reply.status, 502);
    EXPECT_THAT(reply.body, HasSubstr("no HTTP"));
}

TEST_F(PlexLabelProxy, AnAnswerWhoseStatusIsNoneIsA502) {
    RawServer server;
    start(server.url());
    for (const char* status : {"001", "099"}) {
        RawClient client(port_);
        client.get("/identity");
        const Socket peer = server.accept();
        receive_until(peer, "\r\n\r\n");
        peer.send("HTTP/1.1 " + std::string(status) + " Odd\r\nContent-Length: 0\r\n\r\n");
        const RawResponse reply = client.read_response();
        EXPECT_EQ(reply.status, 502) << status;
        EXPECT_THAT(reply.body, HasSubstr("no HTTP"));
    }
}

TEST_F(PlexLabelProxy, APartIsNotTakenForTheWhole) {
    RawServer server;
    start(server.url());
    for (const char* head : {"Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"}) {
        RawClient client(port_);
        client.get("/film");
        {
            const Socket peer = server.accept();
            receive_until(peer, "\r\n\r\n");
            peer.send(std::string("HTTP/1.1 200 OK\r\n") + head + "\r\n5\r\npart!");
        }
        EXPECT_EQ(client.read_head().status, 200);
        EXPECT_THROW((void)client.read_exactly(100), RawClient::ConnectionReset);
    }
}

TEST_F(PlexLabelProxy, RequestsThatAreNoneAreRefused) {
    RawServer server;
    start(server.url());
    const auto status_of = [&](const std::string& request) {
        RawClient client(port_);
        client.send(request);
        return client.read_response().status;
    };
    EXPECT_EQ(status_of("\x16\x03\x01 TLS\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
    EXPECT_EQ(status_of("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n"), 400);
    EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n"),
        400);
    EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"), 501);
    EXPECT_EQ(status_of("GET /" + std::string(400 * 1024, 'x') + " HTTP/1.1\r\n"), 431);
}

TEST_F(PlexLabelProxy, ListensOnIPv6AndServesOldClients) {
    pms_.add_dvr(0, std::string(kLineup) + "Sports");
    serve_providers(pms_);
    start(pms_.url(), {"-listen", "[::1]:0", "-strip-prefix", "Sp"});
    RawClient client(port_, "::1");
    client.send("GET /media/providers HTTP/1.0\r\n\r\n");
    const RawResponse reply = client.read_response();
    EXPECT_EQ(reply.field("connection"), "close");
    EXPECT_THAT(reply.body, HasSubstr("title=\"orts\""));
    const CommandResult curl = run_command({"curl", "-sg", "--compressed",
        "http://[::1]:" + std::to_string(port_) + "/media/providers"});
    EXPECT_THAT(curl.output, HasSubstr("title=\"orts Guide\""));
}

TEST_F(PlexLabelProxy, ManyAtOnceAreServed) {
    pms_.add_dvr(0, std::string(kLineup) + "Sports");
    serve_providers(pms_);
    start(pms_.url());
    constexpr int kClients = 120;
    std::vector<RawClient> clients;
    for (int i = 0; i < kClients; ++i) {
        clients.emplace_back(port_);
        clients.back().get(i % 2 == 0 ? "/media/providers" : "/identity");
    }
    for (RawClient& client : clients) {
        EXPECT_EQ(client.read_response().status, 200);
    }
}

TEST_F(PlexLabelProxy, ATermSignalLetsAnAnswerEnd) {
    RawServer server;
    start(server.url());
    RawClient idle(port_);
    idle.get("/one");
    const Socket first = server.accept();
    receive_until(first, "\r\n\r\n");
    first.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_EQ(idle.read_response().body, "ok");
    RawClient socket(port_);
    socket.get("/ws", "Connection: Upgrade\r\nUpgrade: websocket\r\n");
    const Socket second = server.accept();
    receive_until(second, "\r\n\r\n");
    second.send("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    EXPECT_EQ(socket.read_head().status, 101);
    RawClient busy(port_);
    busy.get("/two");
    const Socket third = server.accept();
    receive_until(third, "\r\n\r\n");
    third.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha");
    EXPECT_EQ(busy.read_head().status, 200);

    proxy_.process().signal(SIGTERM);
    EXPECT_TRUE(ends(second)); // web sockets have no end of their own
    EXPECT_TRUE(ends(first));
    third.send("lf");
    EXPECT_EQ(busy.read_exactly(4), "half");
    EXPECT_EQ(proxy_.process().wait(), 0);
}

TEST_F(PlexLabelProxy, WhatIsWrongIsSaid) {
    const auto run = [&](std::vector<std::string> flags, bool with_token = true) {
        std::map<std::string, std::string> settings{{"PMS_URL", pms_.url()}};
        if (with_token) {
            settings["PMS_TOKEN"] = pms_.token();
        }
        proxy_.launch({.subcommand = "plex-label-proxy",
            .flags = std::move(flags),
            .settings = std::move(settings)});
        EXPECT_NE(proxy_.process().wait().value_or(0), 0);
        return proxy_.process().stderr_text();
    };
    EXPECT_THAT(run({}, false), HasSubstr("PLEX_TUNER_PMS_TOKEN"));
    EXPECT_THAT(run({"-refresh-seconds", "0"}), HasSubstr("-refresh-seconds"));
    EXPECT_THAT(run({"-upstream", "https://plex.example"}), HasSubstr("http URL"));
    EXPECT_THAT(run({"-listen", "somewhere"}), HasSubstr("somewhere"));
    const RawServer taken;
    const std::string port = taken.url().substr(taken.url().rfind(':') + 1);
    EXPECT_THAT(run({"-listen", "127.0.0.1:" + port}), HasSubstr("another program has this port"));
}

} // namespace
} // namespace plex_tuner::testing
