// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/secret.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/log/logger.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::fetch {

namespace asio = boost::asio;

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// Time limits of one request, each with its own error text. zero() switches one off.
struct Limits {
    std::chrono::milliseconds connect{10'000}; ///< resolve, TCP and TLS
    std::chrono::milliseconds first_byte{
        15'000};                             ///< from request sent to response header, per redirect
    std::chrono::milliseconds stall{20'000}; ///< no body byte (time paused by us not counted)
    std::chrono::milliseconds total{0};      ///< whole transfer; none by default: streams never end
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

/// RFC 9110 section 9.3.
enum class Method { get, head, put, post, remove };

struct RequestBody {
    std::string content_type;
    std::string bytes;
};

struct Request {
    Url url;
    Method method = Method::get;
    /// "User-Agent" here replaces the client's default. All go along on redirects, except that
    /// Authorization, Cookie, Proxy-Authorization and Host never leave the origin of `url`.
    HeaderList headers;
    Limits limits;
    std::optional<RequestBody> body; ///< of put and post; none: they have an empty one
    /// 0: a redirect is the answer, as it always is to put, post and remove.
    int max_redirects = 8;
    /// Offer and decode gzip and br (RFC 9110 section 8.4); off for media, whose body is then
    /// handed over as it comes. Has no effect together with `range`.
    bool accept_compressed = true;
    /// [first, last], inclusive; a last of UINT64_MAX leaves the end open. The answer may be 200
    /// with everything: look at the status.
    std::optional<std::pair<std::uint64_t, std::uint64_t>> range;
    /// Take the body in larger parts from the beginning; see Transfer::gather.
    bool gather = false;
    std::shared_ptr<CookieJar> cookies;
    std::optional<Credentials> credentials;

    /// Userinfo in the URL ("http://user:password@…") becomes Basic credentials of that origin.
    explicit Request(Url u) : url(std::move(u)) {}
};

struct ResponseHead {
    int status = 0;
    Url effective_url;  ///< after redirects; relative references resolve against it
    HeaderList headers; ///< of the last response, as received (Content-Encoding included)
    std::optional<std::uint64_t> content_length; ///< as announced, before decoding

    /// The first field of that name, whatever its case.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
};

/// One running request. Used by one coroutine at a time, on any executor; destroying it (also while
/// a coroutine waits in head() or read(), which then return `cancelled`) or calling cancel() (from
/// any thread) closes the socket at once, or leaves it for reuse when the answer was complete.
///
/// A wait can also be ended by itself, with Asio's cancellation (awaitable operators): it returns
/// `cancelled` and the transfer goes on.
class Transfer {
public:
    static constexpr std::size_t kFullRead = std::size_t{64} * 1024;

    virtual ~Transfer() = default;

    /// Waits for the final response header (redirects followed). Any status is a success here.
    [[nodiscard]] virtual asio::awaitable<Result<ResponseHead>> head() = 0;

    /// The next body bytes, decoded; empty at the regular end. A connection cut before
    /// Content-Length or the last chunk, or compressed data that ends early, is an error, returned
    /// after the bytes that did arrive. Strings hold what is there, up to kFullRead bytes: behind a
    /// full one more may already be waiting, behind a shorter one nothing was. Back-pressure: while
    /// unread bytes exceed 1 MiB the transfer is paused.
    [[nodiscard]] virtual asio::awaitable<Result<std::string>> read() = 0;

    virtual void cancel() noexcept = 0;

    /// From now on bytes are left with the kernel until kGathered of them are there or
    /// kGatherWindow has passed. A stream sends a network packet every few milliseconds, and a
    /// segment comes as fast as the network takes it; this saves the wake-ups. No effect on
    /// transfers that may be compressed, as those may share their connection. From any thread.
    static constexpr std::size_t kGathered = 4 * kFullRead;
    static constexpr std::chrono::milliseconds kGatherWindow{100};
    virtual void gather() noexcept = 0;
};

/// A complete small answer.
struct Response {
    ResponseHead head;
    std::string body;
};

/// How small requests are made one behind the other.
struct InTurn {
    std::size_t max_bytes = 0; ///< of each answer, decoded
    /// The answers are handed over once the first request was made so long ago.
    std::chrono::milliseconds hand_over{50};
    /// Whether another request may follow that answer. Called on the fetch thread.
    std::function<bool(const Result<Response>&)> go_on;
};

struct ClientOptions {
    std::string user_agent; ///< "PlexTuner/<version>" by default, made by the caller
    /// Requests beyond these wait for up to 30 s, then fail as `unavailable`.
    std::size_t max_connections = 256;
    std::size_t max_connections_per_host = 64; ///< per origin
    /// The environment names a proxy for plain http (libcurl reads it there).
    bool has_http_proxy = false;
    /// PEM file, or directory of OpenSSL, to check TLS servers with; empty: the system's.
    std::string ca_bundle;
};

/// HTTP(S) client on libcurl's multi interface, driven by an io_context of its own thread
/// ("fetch") or by the caller's. Thread-safe. Errors name what failed, the redacted URL and what to
/// do where that is known: timeout (one of Limits), network (resolve, connect, TLS, reset, cut),
/// too_large (endless header, bombs), parse (damaged compression), unsupported (scheme),
/// invalid_argument (header, URL), unavailable (no connection free), cancelled.
///
/// Destroy the client before the io_contexts on which coroutines wait for its transfers.
class Client {
public:
    /// Throws std::runtime_error when the process has no means for it (no thread, no memory).
    [[nodiscard]] static std::unique_ptr<Client> create(ClientOptions options, log::Logger logger);
    /// One that works on the thread that runs `context`, which is one thread: bytes reach
    /// coroutines there while they are in its cache, and nobody is woken for them. The context is
    /// not running when the client is destroyed, is not run afterwards, and lives longer.
    [[nodiscard]] static std::unique_ptr<Client> create_on(
        asio::io_context& context, ClientOptions options, log::Logger logger);
    virtual ~Client() = default; ///< cancels what runs; transfers may be destroyed later

    /// Begins at once; what goes wrong is told by head() and read().
    [[nodiscard]] virtual std::unique_ptr<Transfer> start(Request request) = 0;

    /// head() and the whole body, at most `max_bytes` (decoded).
    [[nodiscard]] virtual asio::awaitable<Result<Response>> get(
        Request request, std::size_t max_bytes) = 0;

    /// get() of one request after the other, without waking the caller between them: for many small
    /// answers that is half of the work. Gives the answers to the first of `requests`, at least
    /// one; the caller comes again with the others. A wait that is cancelled ends the running
    /// request and gives `cancelled` alone.
    [[nodiscard]] virtual asio::awaitable<std::vector<Result<Response>>> get_in_turn(
        std::vector<Request> requests, InTurn how) = 0;
};

} // namespace plex_tuner::fetch
