// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/net/http_types.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace plex_tuner::net {

struct RequestLimits {
    std::size_t max_request_line = 128 * 1024; ///< without its line break
    std::size_t max_header_bytes = 192 * 1024; ///< request line included
    std::uint64_t max_body_bytes = 64 * 1024;
};

/// Why a request cannot be served; the connection ends after the answer.
struct RequestProblem {
    int status = 400;
    std::string_view reason; ///< one sentence for the answer's body
};

/// Reads one HTTP/1.0 or 1.1 request from bytes that arrive in any pieces; the body is measured and
/// dropped. The syntax is Boost.Beast's work, limits and semantics (Host, target, Expect,
/// Transfer-Encoding) are checked here. Not thread-safe; use a new one for each request.
class RequestParser {
public:
    enum class Progress {
        need_more, ///< feed again with more bytes
        complete,  ///< take_request() may be called; bytes after the request are not consumed
        failed,    ///< see problem
    };

    struct Step {
        std::size_t consumed = 0;
        Progress progress = Progress::need_more;
        std::optional<RequestProblem> problem;
    };

    explicit RequestParser(const RequestLimits& limits);
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// `pending` are all bytes received and not consumed so far: what an earlier call left over
    /// comes first. At most max_header_bytes are ever left over.
    [[nodiscard]] Step feed(std::string_view pending);

    /// A byte of the request itself has arrived (empty lines before it do not count).
    [[nodiscard]] bool started() const noexcept;
    /// The header is complete, the body is not.
    [[nodiscard]] bool in_body() const noexcept;
    /// The client waits for "100 Continue" before it sends the body.
    [[nodiscard]] bool expects_continue() const noexcept;
    /// What the client asked for; meaningful once the header is complete.
    [[nodiscard]] bool keep_alive() const noexcept;
    [[nodiscard]] bool is_http_1_0() const noexcept;
    /// Without addresses and id, which the connection knows.
    [[nodiscard]] Request take_request();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace plex_tuner::net
