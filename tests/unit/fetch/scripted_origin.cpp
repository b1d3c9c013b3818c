// SPDX-License-Identifier: GPL-3.0-or-later
#include "scripted_origin.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <array>
#include <cstdlib>
#include <tuple>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace plex_tuner::fetch::testing {

namespace {

/// A bound loopback socket and its port.
std::pair<int, std::uint16_t> bind_loopback() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd, generic, sizeof address) != 0) {
        std::abort();
    }
    socklen_t length = sizeof address;
    ::getsockname(fd, generic, &length);
    return {fd, ntohs(address.sin_port)};
}

} // namespace

void Event::set() {
    const std::lock_guard lock(mutex_);
    set_ = true;
    changed_.notify_all();
}

bool Event::wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [this] { return set_; });
}

std::string Connection::read_request() {
    for (;;) {
        if (const auto end = buffer_.find("\r\n\r\n"); end != std::string::npos) {
            std::string request = buffer_.substr(0, end + 4);
            buffer_.erase(0, end + 4);
            recorder_(request);
            return request;
        }
        std::array<char, 4096> piece;
        const ssize_t got = ::recv(fd_, piece.data(), piece.size(), 0);
        if (got <= 0) {
            return {};
        }
        buffer_.append(piece.data(), static_cast<std::size_t>(got));
    }
}

bool Connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void Connection::reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void Connection::wait_for_close() {
    std::array<char, 4096> piece;
    while (::recv(fd_, piece.data(), piece.size(), 0) > 0) {
    }
}

ScriptedOrigin::ScriptedOrigin(Script script) : script_(std::move(script)) {
    std::tie(listener_, port_) = bind_loopback();
    ::listen(listener_, 64);
    acceptor_ = std::thread([this] { accept_loop(); });
}

ScriptedOrigin::~ScriptedOrigin() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const int fd : open_) {
            ::shutdown(fd, SHUT_RDWR);
        }
    }
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

ScriptedOrigin::Script ScriptedOrigin::answering(Answer answer) {
    return [answer = std::move(answer)](Connection& connection) {
        for (;;) {
            const std::string request = connection.read_request();
            if (request.empty()) {
                return;
            }
            const std::string bytes = answer(request);
            if (!connection.send(bytes) || bytes.contains("Connection: close")) {
                return;
            }
        }
    };
}

std::string ScriptedOrigin::base() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

Url ScriptedOrigin::url(std::string_view path) const {
    return *Url::parse(base() + std::string(path));
}

std::vector<std::string> ScriptedOrigin::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

int ScriptedOrigin::connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
}

void ScriptedOrigin::accept_loop() {
    for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        const std::lock_guard lock(mutex_);
        if (fd < 0 || stopping_) {
            if (fd >= 0) {
                ::close(fd);
            }
            return;
        }
        ++connections_;
        open_.insert(fd);
        threads_.emplace_back([this, fd] { serve(fd); });
    }
}

void ScriptedOrigin::serve(int fd) {
    Connection connection(fd, [this](const std::string& request) {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
    });
    script_(connection);
    const std::lock_guard lock(mutex_);
    open_.erase(fd);
    ::close(fd);
}

std::string response(int status, std::string_view body, std::string_view headers) {
    std::string text = "HTTP/1.1 " + std::to_string(status) + " X\r\n";
    text.append(headers);
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
    return text.append(body);
}

std::string refused_base() {
    const auto [fd, port] = bind_loopback();
    ::close(fd);
    return "http://127.0.0.1:" + std::to_string(port);
}

std::string request_line(const std::string& request) {
    return request.substr(0, request.find("\r\n"));
}

std::string field(const std::string& request, std::string_view name) {
    std::string_view rest = request;
    while (!rest.empty()) {
        const std::size_t end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, end);
        if (ascii::istarts_with(line, std::string(name) + ":")) {
            return std::string(ascii::trim(line.substr(name.size() + 1)));
        }
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    }
    return "<none>";
}

} // namespace plex_tuner::fetch::testing
