// SPDX-License-Identifier: GPL-3.0-or-later
#include "http_client.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace plex_tuner::testing {

namespace {

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

/// Parses "HTTP/1.1 200 OK\r\nName: value\r\n…" without the final blank line.
HttpReply parse_head(std::string_view head) {
    HttpReply reply;
    if (head.size() > 12) {
        reply.status = std::atoi(std::string(head.substr(9, 3)).c_str());
    }
    std::size_t line = head.find("\r\n");
    while (line != std::string_view::npos) {
        const std::size_t begin = line + 2;
        line = head.find("\r\n", begin);
        const std::string_view text =
            head.substr(begin, line == std::string_view::npos ? line : line - begin);
        const std::size_t colon = text.find(':');
        if (colon != std::string_view::npos) {
            std::string_view value = text.substr(colon + 1);
            while (!value.empty() && value.front() == ' ') {
                value.remove_prefix(1);
            }
            reply.headers.emplace(lower(std::string(text.substr(0, colon))), value);
        }
    }
    return reply;
}

std::string request_text(const std::string& method, const std::string& target, std::uint16_t port,
    const std::vector<std::string>& headers) {
    std::string text = method + " " + target + " HTTP/1.1\r\n";
    if (std::ranges::none_of(
            headers, [](const std::string& h) { return lower(h).starts_with("host:"); })) {
        text += "Host: 127.0.0.1:" + std::to_string(port) + "\r\n";
    }
    for (const std::string& header : headers) {
        text += header + "\r\n";
    }
    return text + "Connection: close\r\n\r\n";
}

/// Reads until the blank line; what was read beyond it goes to `rest`.
HttpReply read_head(const Socket& socket, std::string& rest, std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    std::string bytes;
    while (true) {
        const std::size_t end = bytes.find("\r\n\r\n");
        if (end != std::string::npos) {
            rest = bytes.substr(end + 4);
            return parse_head(std::string_view(bytes).substr(0, end));
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        const std::string more = left.count() > 0 ? socket.receive(65536, left) : std::string();
        if (more.empty()) {
            return {};
        }
        bytes += more;
    }
}

} // namespace

Socket Socket::connect(std::uint16_t port, int receive_buffer) {
    Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (receive_buffer > 0) {
        ::setsockopt(
            socket.descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(
            socket.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::system_error(
            errno, std::generic_category(), "connect to port " + std::to_string(port));
    }
    return socket;
}

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

Socket::~Socket() {
    close();
}

void Socket::close() {
    if (descriptor_ >= 0) {
        ::close(std::exchange(descriptor_, -1));
    }
}

void Socket::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            throw std::system_error(errno, std::generic_category(), "send");
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string Socket::receive(std::size_t max, std::chrono::milliseconds timeout) const {
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(timeout.count())) <= 0) {
        return {};
    }
    std::string bytes(max, '\0');
    const ssize_t count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
}

std::string HttpReply::header(const std::string& lower_case_name) const {
    const auto found = headers.find(lower_case_name);
    return found == headers.end() ? std::string() : found->second;
}

HttpReply http(std::uint16_t port, const std::string& method, const std::string& target,
    const std::vector<std::string>& headers, std::chrono::milliseconds timeout) {
    const Socket socket = Socket::connect(port);
    socket.send(request_text(method, target, port, headers));
    std::string body;
    HttpReply reply = read_head(socket, body, timeout);
    while (true) {
        std::string more = socket.receive(1 << 20, timeout);
        if (more.empty()) {
            break;
        }
        body += more;
    }
    reply.body = std::move(body);
    return reply;
}

StreamClient::StreamClient(std::uint16_t port, const std::string& target, int receive_buffer)
    : socket_(Socket::connect(port, receive_buffer)) {
    socket_.send(request_text("GET", target, port, {}));
    reply_ = read_head(socket_, body_, std::chrono::seconds(30));
}

bool StreamClient::read(std::size_t bytes, std::chrono::milliseconds timeout) {
    const std::size_t wanted = body_.size() + bytes;
    while (body_.size() < wanted) {
        const std::string more = socket_.receive(1 << 20, timeout);
        if (more.empty()) {
            return false;
        }
        body_ += more;
    }
    return true;
}

bool StreamClient::read_to_end(std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (true) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            return false;
        }
        pollfd waiting{socket_.descriptor(), POLLIN, 0};
        if (::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
            return false;
        }
        const std::string more = socket_.receive(1 << 20, std::chrono::milliseconds(0));
        if (more.empty()) {
            return true;
        }
        body_ += more;
    }
}

} // namespace plex_tuner::testing
