// SPDX-License-Identifier: GPL-3.0-or-later
// A server that does exactly what a test tells it, byte by byte, on a loopback port of its own.
#pragma once

#include <plex_tuner/base/url.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace plex_tuner::fetch::testing {

/// Set once, waited for by others. wait() gives up after 20 s, so that a broken test ends.
class Event {
public:
    void set();
    [[nodiscard]] bool wait();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool set_ = false;
};

/// The server's end of one connection.
class Connection {
public:
    using Recorder = std::function<void(const std::string& request)>;

    Connection(int fd, Recorder recorder) : fd_(fd), recorder_(std::move(recorder)) {}

    /// The next request header with its line breaks; empty when the client has closed.
    [[nodiscard]] std::string read_request();
    /// False when the client is gone.
    bool send(std::string_view bytes);
    /// Closes with RST instead of FIN.
    void reset();
    /// Returns when the client has closed its end.
    void wait_for_close();

    [[nodiscard]] int fd() const noexcept { return fd_; }

private:
    int fd_;
    Recorder recorder_;
    std::string buffer_;
};

class ScriptedOrigin {
public:
    using Script = std::function<void(Connection&)>;
    using Answer = std::function<std::string(const std::string& request)>;

    /// `script` runs once per connection, on a thread of its own; the connection closes with it.
    explicit ScriptedOrigin(Script script);
    ~ScriptedOrigin();
    ScriptedOrigin(const ScriptedOrigin&) = delete;
    ScriptedOrigin& operator=(const ScriptedOrigin&) = delete;

    /// Answers every request of a connection with the bytes that `answer` gives, and closes after
    /// an answer that says "Connection: close".
    [[nodiscard]] static Script answering(Answer answer);

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    [[nodiscard]] std::string base() const;
    [[nodiscard]] Url url(std::string_view path) const;

    [[nodiscard]] std::string origin() const { return url("/").origin(); }

    /// Request headers in the order of arrival.
    [[nodiscard]] std::vector<std::string> requests() const;
    [[nodiscard]] int connections() const;

private:
    void accept_loop();
    void serve(int fd);

    Script script_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::set<int> open_;
    std::vector<std::thread> threads_;
    int connections_ = 0;
    bool stopping_ = false;
    std::thread acceptor_;
};

/// "HTTP/1.1 <status> X", Content-Length, `headers` (each with its line break), and the body.
[[nodiscard]] std::string response(
    int status, std::string_view body, std::string_view headers = {});
/// A loopback address on which nobody listens.
[[nodiscard]] std::string refused_base();
/// "GET /a HTTP/1.1" of a request header.
[[nodiscard]] std::string request_line(const std::string& request);
/// The value of a header field, or "<none>".
[[nodiscard]] std::string field(const std::string& request, std::string_view name);

} // namespace plex_tuner::fetch::testing
