// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http_client.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace plex_tuner::testing {

/// A request as the provider received it.
struct ProviderRequest {
    std::string method;
    std::string target;                              ///< path and query, byte for byte
    std::multimap<std::string, std::string> headers; ///< names in lower case
    std::string body = {};                           ///< as long as Content-Length says
    std::chrono::steady_clock::time_point at{};      ///< when its header was complete

    [[nodiscard]] std::string path() const { return target.substr(0, target.find('?')); }

    [[nodiscard]] std::string header(const std::string& lower_case_name) const;
};

/// The provider's side of one connection, for behaviours.
class ProviderConnection {
public:
    ProviderConnection(int descriptor, const std::atomic<bool>& stopping)
        : descriptor_(descriptor), stopping_(stopping) {}

    /// False once the client is gone or the provider stops.
    bool send(std::string_view bytes);
    /// Returns when the client closed or the provider stops; true for the former.
    bool wait_until_closed();
    /// Waits (in small steps, so that a stop ends it); false once stopping or the client is gone.
    bool wait(std::chrono::milliseconds time);
    void reset(); ///< closes with RST

    /// Another request may follow on this connection.
    void keep() noexcept { kept_ = true; }

    [[nodiscard]] bool kept() const noexcept { return kept_; }

    [[nodiscard]] bool stopping() const noexcept { return stopping_; }

private:
    int descriptor_;
    const std::atomic<bool>& stopping_;
    bool kept_ = false;
};

using Behaviour = std::function<void(ProviderConnection&, const ProviderRequest&)>;

/// An IPTV provider that does what a test tells it, by default on 127.0.0.1: one thread per
/// connection, one request per connection. Paths without a behaviour get 404.
class ScriptedProvider {
public:
    ScriptedProvider() : ScriptedProvider("127.0.0.1") {}

    /// At another address of this thread's machine; "0.0.0.0" is all it has.
    explicit ScriptedProvider(const std::string& address);
    ~ScriptedProvider();
    ScriptedProvider(const ScriptedProvider&) = delete;
    ScriptedProvider& operator=(const ScriptedProvider&) = delete;

    /// Sets or replaces what `path` does; may be called while requests run. One that ends in '/' is
    /// for all paths below it that have none of their own.
    void on(const std::string& path, Behaviour behaviour);

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    [[nodiscard]] std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }

    [[nodiscard]] std::vector<ProviderRequest> requests(const std::string& path) const;

    /// Connections so far.
    [[nodiscard]] std::size_t connections() const;

    [[nodiscard]] std::size_t count(const std::string& path) const { return requests(path).size(); }

    /// Connections being served at this moment for `path`.
    [[nodiscard]] std::size_t open(const std::string& path) const;
    /// The most that there ever were at once.
    [[nodiscard]] std::size_t most_open(const std::string& path) const;
    /// Waits until `path` was asked for at least `times` times.
    bool wait_for_requests(const std::string& path, std::size_t times,
        std::chrono::milliseconds timeout = std::chrono::seconds(30)) const;
    /// Waits until no connection for `path` is open.
    bool wait_until_idle(const std::string& path,
        std::chrono::milliseconds timeout = std::chrono::seconds(30)) const;

private:
    void accept_loop();
    void serve(int descriptor);
    /// One request and its answer; false when none came, or no other shall follow.
    bool serve_request(const Socket& socket, int descriptor);
    [[nodiscard]] const Behaviour* behaviour_of(const std::string& path) const;

    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::map<std::string, Behaviour> behaviours_;
    std::vector<ProviderRequest> requests_;
    std::map<std::string, std::size_t> open_;
    std::map<std::string, std::size_t> most_open_;
    std::list<std::thread> connections_;
    std::size_t connection_count_ = 0;
    std::thread accepter_;
};

/// Ready-made behaviours.
namespace behave {

/// 200 with a body and Content-Length; `headers` are further lines without line ends.
[[nodiscard]] Behaviour content(
    std::string body, std::string type = "text/plain", std::vector<std::string> headers = {});
/// content(), after which the connection stays open for more.
[[nodiscard]] Behaviour content_kept(std::string body, std::string type);
[[nodiscard]] Behaviour status(
    int code, std::vector<std::string> headers = {}, std::string body = "no");
[[nodiscard]] Behaviour redirect(
    std::string location, int code = 302, std::vector<std::string> headers = {});
/// Content that honours If-None-Match.
[[nodiscard]] Behaviour validated(std::string body, std::string etag);
/// Announces the whole body and closes after `bytes` of it.
[[nodiscard]] Behaviour cut(std::string body, std::size_t bytes);
/// Sends `bytes` of the body, then nothing more, and keeps the connection open.
[[nodiscard]] Behaviour stall(std::string body, std::size_t bytes);
/// Accepts the request and never answers.
[[nodiscard]] Behaviour silent();
/// A response header that never ends.
[[nodiscard]] Behaviour endless_header();
/// The first of `steps` for the first request, the second for the second, …; the last one stays.
[[nodiscard]] Behaviour sequence(std::vector<Behaviour> steps);
/// An endless body without Content-Length: `clip` over and over, `bytes_per_second` paced (0: as
/// fast as the client reads). Plain repetition: time stamps jump back at each round.
[[nodiscard]] Behaviour endless(std::string clip, std::size_t bytes_per_second);
/// A body without Content-Length, at the given pace, ended by closing.
[[nodiscard]] Behaviour stream_once(std::string body, std::size_t bytes_per_second);

} // namespace behave

} // namespace plex_tuner::testing
