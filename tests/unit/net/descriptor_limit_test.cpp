// SPDX-License-Identifier: GPL-3.0-or-later
#include "server_fixture.hpp"
#include "support/sanitizer.hpp"

#include <plex_tuner/net/descriptor_limit.hpp>

#include <cerrno>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace plex_tuner::net {
namespace {

using namespace std::chrono_literals;

/// What it was comes back with the end of the scope.
class DescriptorLimit {
public:
    explicit DescriptorLimit(rlim_t soft) {
        EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
        set(soft);
    }

    ~DescriptorLimit() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }

    DescriptorLimit(const DescriptorLimit&) = delete;
    DescriptorLimit& operator=(const DescriptorLimit&) = delete;

    void set(rlim_t soft) const {
        const rlimit lower{.rlim_cur = soft, .rlim_max = before_.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &lower), 0);
    }

    [[nodiscard]] rlim_t hard() const { return before_.rlim_max; }

private:
    rlimit before_{};
};

TEST(DescriptorLimitTest, IsRaisedToWhatTheSystemAllows) {
    const DescriptorLimit low(256);
    EXPECT_EQ(descriptor_limit(), 256U);
    raise_descriptor_limit();
    EXPECT_EQ(descriptor_limit(), low.hard() == RLIM_INFINITY ? SIZE_MAX : low.hard());
}

class DescriptorsTest : public test::ServerTest {
protected:
    /// A socket of which connect() succeeds without an accept().
    int connect_later(int family) {
        const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        EXPECT_GE(fd, 0);
        return fd;
    }
};

TEST_F(DescriptorsTest, ConnectionsGiveWayToTheLimit) {
    const DescriptorLimit low(200);
    options.max_connections = 1000;
    options.reserved_descriptors = 198; // more than half: half it is
    serve_text("x");
    EXPECT_NE(sink->wait_for("LimitNOFILE").find("configured=1000 connections=100 open_files=200"),
        std::string::npos);
}

TEST_F(DescriptorsTest, TheLimitOfConnectionsIsTheReducedOne) {
    options.max_connections = 1000;
    {
        const DescriptorLimit low(200);
        options.reserved_descriptors = 100;
        serve_text("x");
    }
    std::vector<test::RawClient> inside;
    for (int i = 0; i < 100; ++i) {
        inside.push_back(client());
    }
    auto refused = client();
    refused.get("/");
    EXPECT_EQ(refused.read_response().status, 503);
}

TEST_F(DescriptorsTest, EnoughDescriptorsChangeNothing) {
    options.max_connections = 50;
    serve_text("x");
    auto peer = client();
    peer.get("/");
    EXPECT_EQ(peer.read_response().status, 200);
    EXPECT_FALSE(sink->has("LimitNOFILE"));
}

TEST_F(DescriptorsTest, EachListenerPausesByItselfWhenNoneIsFree) {
    if (plex_tuner::testing::kUbsanNeedsPipes) {
        GTEST_SKIP() << "UBSan needs what this test takes away";
    }
    options.listen = "localhost:0"; // one listener for each family
    options.reserved_descriptors = 0;
    serve_text("x");
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(server->port());
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = v4.sin_port;
    v6.sin6_addr = in6addr_loopback;
    const int first = connect_later(AF_INET);
    const int second = connect_later(AF_INET6);

    const auto before = std::chrono::steady_clock::now();
    constexpr std::uint64_t kFailures = 10;
    {
        const DescriptorLimit none(0);
        ASSERT_EQ(::connect(first, reinterpret_cast<const sockaddr*>(&v4), sizeof v4), 0);
        // A machine without IPv6 has one listener, and less to test.
        static_cast<void>(::connect(second, reinterpret_cast<const sockaddr*>(&v6), sizeof v6));
        while (server->counters().accept_failures.load() < kFailures) {
            ASSERT_LT(std::chrono::steady_clock::now() - before, test::RawClient::kPatience);
            std::this_thread::yield();
        }
    }
    // Two loops with a pause of 100 ms each; without the pause it is over at once.
    EXPECT_GE(std::chrono::steady_clock::now() - before, 350ms);
    ::close(first);
    ::close(second);
    auto peer = client();
    peer.get("/");
    EXPECT_EQ(peer.read_response().body, "x") << "and it goes on";
}

TEST_F(DescriptorsTest, TheKernelIsMorePatientThanTheWriteDeadline) {
    options.longest_write_deadline = 45s;
    serve_text("x");
    auto peer = client();
    peer.get("/");
    ASSERT_EQ(peer.read_response().status, 200);
    int found = 0;
    for (int fd = 3; fd < 1024; ++fd) {
        sockaddr_in own{};
        sockaddr_in other{};
        socklen_t size = sizeof own;
        if (::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) != 0 ||
            own.sin_family != AF_INET || ntohs(own.sin_port) != server->port()) {
            continue;
        }
        size = sizeof other;
        if (::getpeername(fd, reinterpret_cast<sockaddr*>(&other), &size) != 0) {
            continue;
        }
        unsigned milliseconds = 0;
        size = sizeof milliseconds;
        ASSERT_EQ(::getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds, &size), 0);
        EXPECT_GT(milliseconds, 45'000U);
        ++found;
    }
    EXPECT_EQ(found, 1);
}

} // namespace
} // namespace plex_tuner::net
