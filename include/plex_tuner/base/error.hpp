// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner {

/// What kind of failure it is, so that callers can decide without reading the text.
enum class ErrorCode {
    invalid_argument, ///< configuration or a request is wrong; the user must change something
    parse,            ///< bytes are not what they claim to be
    not_found,
    io,        ///< a file or device operation failed
    disk_full, ///< ENOSPC or EDQUOT
    network,   ///< resolve, connect, TLS, reset
    timeout,
    http_status, ///< the server answered with a status that is no success; see Error::http_status
    blocked,     ///< a block or challenge page where content was expected
    empty_body,  ///< success status without content
    too_large,   ///< a named limit was exceeded
    unsupported, ///< understood, and deliberately not handled
    unavailable, ///< not now: no upstream, no tuner, shutting down
    cancelled,   ///< somebody asked for it to stop
    internal,    ///< a bug of ours
};

[[nodiscard]] std::string_view to_string(ErrorCode code) noexcept;

/// A failure as a value: a code for the program, a sentence for the user. The message names what
/// failed and where; it never contains a secret (use Url::redacted for URLs).
class Error {
public:
    Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

    /// The http_status error for a response; the status is kept for retry decisions.
    [[nodiscard]] static Error from_http_status(int status, std::string message);
    /// Maps errno to io, disk_full or not_found and appends its text.
    [[nodiscard]] static Error from_errno(int errno_value, std::string_view doing_what);

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }

    [[nodiscard]] const std::string& message() const noexcept { return message_; }

    [[nodiscard]] std::optional<int> http_status() const noexcept { return http_status_; }

    /// "context: message"; call it on the way up, outermost context first in the result.
    [[nodiscard]] Error with_context(std::string_view context) const&;
    [[nodiscard]] Error with_context(std::string_view context) &&;

private:
    ErrorCode code_;
    std::string message_;
    std::optional<int> http_status_;
};

} // namespace plex_tuner
