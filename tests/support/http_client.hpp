// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::testing {

/// A blocking TCP connection of a test, closed by the destructor.
class Socket {
public:
    Socket() = default;

    explicit Socket(int descriptor) : descriptor_(descriptor) {}

    /// Connects to 127.0.0.1; throws when it cannot.
    [[nodiscard]] static Socket connect(std::uint16_t port, int receive_buffer = 0);
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) noexcept;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket();

    void send(std::string_view bytes) const;
    /// Up to `max` bytes; empty at the end of the stream or when `timeout` passed.
    [[nodiscard]] std::string receive(std::size_t max, std::chrono::milliseconds timeout) const;
    void close();

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_ = -1;
};

struct HttpReply {
    int status = 0;                                  ///< 0: no answer
    std::multimap<std::string, std::string> headers; ///< names in lower case
    std::string body;

    [[nodiscard]] std::string header(const std::string& lower_case_name) const;
};

/// One request on a connection of its own, read to the end.
[[nodiscard]] HttpReply http(std::uint16_t port, const std::string& method,
    const std::string& target, const std::vector<std::string>& headers = {},
    std::chrono::milliseconds timeout = std::chrono::seconds(20));

[[nodiscard]] inline HttpReply http_get(std::uint16_t port, const std::string& target,
    const std::vector<std::string>& headers = {},
    std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    return http(port, "GET", target, headers, timeout);
}

/// A viewer: a GET whose body is read as long as the test wants.
class StreamClient {
public:
    /// Returns once the response header is here.
    StreamClient(std::uint16_t port, const std::string& target, int receive_buffer = 0);

    [[nodiscard]] const HttpReply& reply() const noexcept { return reply_; } ///< body stays empty

    /// Appends at least `bytes` more to body(); false when the stream ended or stalled before.
    bool read(std::size_t bytes, std::chrono::milliseconds timeout = std::chrono::seconds(30));

    [[nodiscard]] const std::string& body() const noexcept { return body_; }

    /// True when the peer closes within `timeout`; what comes meanwhile is appended.
    bool read_to_end(std::chrono::milliseconds timeout);

    void close() { socket_.close(); }

private:
    Socket socket_;
    HttpReply reply_;
    std::string body_;
};

} // namespace plex_tuner::testing
