// SPDX-License-Identifier: GPL-3.0-or-later
// Heads of HTTP/1 messages as a proxy reads them and passes them on.
#pragma once

#include "body_framing.hpp"
#include "request_parser.hpp"

#include <plex_tuner/net/http_types.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::net {

/// A request, or the answer to one.
struct MessageHead {
    std::string method = {}; ///< as the client wrote it
    std::string target = {}; ///< origin-form, or "*"
    std::string path = {};   ///< of the target, percent-decoded
    int status = 0;
    std::string reason = {};
    bool http_1_0 = false;
    bool keep_alive = false;
    Headers headers = {};
    BodyFraming body = {};

    /// What the connection shall become, where it shall become something else.
    [[nodiscard]] std::optional<std::string> upgrade() const;
};

/// The bytes of the head, with the empty line that ends it; 0 while that is missing. Looks at what
/// is behind `searched` bytes only.
[[nodiscard]] std::size_t head_size(std::string_view bytes, std::size_t searched) noexcept;

[[nodiscard]] std::expected<MessageHead, RequestProblem> read_request_head(std::string_view head);
/// Of the answer to a `method`; nullopt when it is none.
[[nodiscard]] std::optional<MessageHead> read_answer_head(
    std::string_view head, std::string_view method);

/// Where a request goes, and whom it came from.
struct ForwardTerms {
    std::string_view host;        ///< with the port where it is not the usual one
    std::string_view path_prefix; ///< before each path; empty, or "/x" without '/' at the end
    std::string_view client_address;
    bool for_rewriting = false; ///< the answer will be read and changed
};

/// What belongs to the connection (RFC 9110 section 7.6.1) is left out, Host is the server's, and
/// X-Forwarded-For, -Host and -Proto tell who asked.
[[nodiscard]] std::string forwarded_request(const MessageHead& request, const ForwardTerms& terms);

/// The same for an answer; `close`: the connection to the client ends with it.
[[nodiscard]] std::string forwarded_answer(const MessageHead& answer, bool close);

/// An answer whose body became another one, of `size` bytes.
[[nodiscard]] std::string rewritten_answer(const MessageHead& answer, std::size_t size, bool close);

} // namespace plex_tuner::net
