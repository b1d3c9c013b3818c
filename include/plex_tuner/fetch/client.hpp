// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/secret.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/log/logger.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::fetch {

namespace asio = boost::asio;

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// Time limits of one request, each with its own error text. zero() switches one off.
struct Limits {
    std::chrono::milliseconds connect{10'000};    ///< resolve, TCP and TLS
    std::chrono::milliseconds first_byte{15'000}; ///< from request sent to response header
    std::chrono::milliseconds stall{20'000};      ///< no body byte (time paused by us not counted)
    std::chrono::milliseconds total{0};           ///< whole transfer; none by default: streams never end
};

/// User and password of a provider; sent as Basic only to `origin` (Url::origin), never to the
/// target of a redirect to another origin.
struct Credentials {
    std::string origin;
    std::string user;
    Secret password;
};

/// Cookies of one upstream session (RFC 6265 matching by libcurl). Shared by the requests of that
/// session and by nobody else. Thread-safe.
class CookieJar;
[[nodiscard]] std::shared_ptr<CookieJar> make_cookie_jar();

struct Request {
    Url url;
    HeaderList headers; ///< "User-Agent" here replaces the client's default
    Limits limits;
    int max_redirects = 8;
    bool accept_compressed = true; ///< offer and decode gzip and br (RFC 9110 section 8.4); off for media
    std::optional<std::pair<std::uint64_t, std::uint64_t>> range; ///< [first, last], inclusive
    std::shared_ptr<CookieJar> cookies;
    std::optional<Credentials> credentials;

    explicit Request(Url u) : url(std::move(u)) {}
};

struct ResponseHead {
    int status = 0;
    Url effective_url; ///< after redirects; relative references resolve against it
    HeaderList headers; ///< of the last response
    std::optional<std::uint64_t> content_length; ///< as announced, before decoding

    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
};

/// One running request. Used by one coroutine at a time, on any executor; destroying it or calling
/// cancel() (from any thread) closes the socket at once.
class Transfer {
public:
    virtual ~Transfer() = default;

    /// Waits for the final response header (redirects followed). Any status is a success here.
    [[nodiscard]] virtual asio::awaitable<Result<ResponseHead>> head() = 0;

    /// The next body bytes, decoded; empty at the regular end. A connection cut before
    /// Content-Length or the last chunk is an error. Back-pressure: while unread bytes exceed
    /// 1 MiB the transfer is paused.
    [[nodiscard]] virtual asio::awaitable<Result<std::string>> read() = 0;

    virtual void cancel() noexcept = 0;
};

/// A complete small answer.
struct Response {
    ResponseHead head;
    std::string body;
};

struct ClientOptions {
    std::string user_agent; ///< "PlexTuner/<version>" by default, made by the caller
    std::size_t max_connections = 256;
    std::size_t max_connections_per_host = 64;
    std::string ca_bundle; ///< empty: the system's
};

/// HTTP(S) client on libcurl's multi interface, driven by an io_context of its own thread ("fetch").
/// Thread-safe. Errors name what failed, the redacted URL and what to do where that is known.
class Client {
public:
    [[nodiscard]] static std::unique_ptr<Client> create(ClientOptions options, log::Logger logger);
    virtual ~Client() = default; ///< cancels what runs

    [[nodiscard]] virtual std::unique_ptr<Transfer> start(Request request) = 0;

    /// head() and the whole body, at most `max_bytes` (decoded).
    [[nodiscard]] virtual asio::awaitable<Result<Response>> get(Request request, std::size_t max_bytes) = 0;
};

} // namespace plex_tuner::fetch
