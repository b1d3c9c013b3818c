// SPDX-License-Identifier: GPL-3.0-or-later
// Stands before a real server and makes it one that trickles, stays silent or talks nonsense.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace plex_tuner::testing {

/// A TCP proxy on 127.0.0.1. What clients say passes at once; what the server answers passes as the
/// test says. Thread-safe.
class SlowProxy {
public:
    explicit SlowProxy(std::uint16_t server) : server_(server), listener_(make_listener()) {
        sockaddr_in place{};
        socklen_t size = sizeof place;
        ::getsockname(listener_, generic(place), &size);
        port_ = ntohs(place.sin_port);
        acceptor_ = std::thread([this] { accept(); });
    }

    ~SlowProxy() {
        {
            const std::scoped_lock lock(mutex_);
            ends_ = true;
            changed_.notify_all();
        }
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        drop();
        for (std::thread& thread : threads_) {
            thread.join();
        }
        ::close(listener_);
    }

    SlowProxy(const SlowProxy&) = delete;
    SlowProxy& operator=(const SlowProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// From now on answers come byte by byte, with `pause` before each.
    void trickle(std::chrono::milliseconds pause) {
        const std::scoped_lock lock(mutex_);
        pause_ = pause;
    }

    /// From now on nothing is answered.
    void be_silent() {
        const std::scoped_lock lock(mutex_);
        silent_ = true;
    }

    /// From now on this is answered, whatever the server says.
    void answer(std::string instead) {
        const std::scoped_lock lock(mutex_);
        instead_ = std::move(instead);
    }

    /// Ends all connections.
    void drop() {
        const std::scoped_lock lock(mutex_);
        for (const auto& connection : connections_) {
            connection->end();
        }
    }

    /// So far.
    [[nodiscard]] std::size_t connections() const {
        const std::scoped_lock lock(mutex_);
        return connections_.size();
    }

private:
    struct Connection {
        int client = -1;
        int server = -1;

        ~Connection() {
            ::close(client);
            if (server >= 0) {
                ::close(server);
            }
        }

        void end() const {
            ::shutdown(client, SHUT_RDWR);
            ::shutdown(server, SHUT_RDWR);
        }
    };

    static sockaddr* generic(sockaddr_in& place) { return reinterpret_cast<sockaddr*>(&place); }

    static sockaddr_in here(std::uint16_t port) {
        sockaddr_in place{};
        place.sin_family = AF_INET;
        place.sin_port = htons(port);
        place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return place;
    }

    static int make_listener() {
        const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (descriptor < 0) {
            throw std::runtime_error("no socket for a proxy");
        }
        sockaddr_in place = here(0);
        if (::bind(descriptor, generic(place), sizeof place) != 0 ||
            ::listen(descriptor, SOMAXCONN) != 0) {
            ::close(descriptor);
            throw std::runtime_error("no free port for a proxy");
        }
        return descriptor;
    }

    void accept() {
        for (;;) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0) {
                return;
            }
            auto connection = std::make_shared<Connection>();
            connection->client = client;
            connection->server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            if (connection->server < 0) {
                continue;
            }
            const int on = 1;
            ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            sockaddr_in place = here(server_);
            if (::connect(connection->server, generic(place), sizeof place) != 0) {
                continue;
            }
            const std::scoped_lock lock(mutex_);
            connections_.push_back(connection);
            threads_.emplace_back([this, connection] { ask(*connection); });
            threads_.emplace_back([this, connection] { answer_all(*connection); });
        }
    }

    static bool pass(int descriptor, std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return false;
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    static std::string read(int descriptor) {
        std::string bytes(16 * 1024, '\0');
        const ssize_t count = ::recv(descriptor, bytes.data(), bytes.size(), 0);
        bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return bytes;
    }

    void ask(const Connection& connection) const {
        for (std::string bytes = read(connection.client);
            !bytes.empty() && pass(connection.server, bytes); bytes = read(connection.client)) {
        }
        connection.end();
    }

    void answer_all(const Connection& connection) {
        for (std::string bytes = read(connection.server);
            !bytes.empty() && answer_as_told(connection, bytes); bytes = read(connection.server)) {
        }
        connection.end();
    }

    bool answer_as_told(const Connection& connection, std::string_view bytes) {
        std::unique_lock lock(mutex_);
        if (silent_) {
            return true;
        }
        const std::string instead = instead_;
        const auto pause = pause_;
        lock.unlock();
        if (!instead.empty()) {
            return pass(connection.client, instead);
        }
        if (pause == pause.zero()) {
            return pass(connection.client, bytes);
        }
        for (const char byte : bytes) {
            lock.lock();
            const bool ends = changed_.wait_for(lock, pause, [this] { return ends_; });
            lock.unlock();
            if (ends || !pass(connection.client, {&byte, 1})) {
                return false;
            }
        }
        return true;
    }

    std::uint16_t server_;
    int listener_;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool ends_ = false;
    bool silent_ = false;
    std::chrono::milliseconds pause_{0};
    std::string instead_;
    std::vector<std::shared_ptr<Connection>> connections_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

} // namespace plex_tuner::testing
