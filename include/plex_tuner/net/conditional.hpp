// SPDX-License-Identifier: GPL-3.0-or-later
// Conditional requests and ranges (RFC 9110 sections 13 and 14) for content that is ready to send.
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/net/exchange.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::net {

/// What identifies one version of some content.
struct Validators {
    std::string etag; ///< as sent: "\"abc\"" or "W/\"abc\""; empty is none. See quoted_etag.
    std::optional<WallTime> last_modified;
};

enum class RangePolicy {
    ignore, ///< always the whole content; for bodies too small to matter
    single, ///< one byte range is answered 206; several in one request get the whole content (200)
};

/// Which answer a request gets: 200 (everything), 206 ([offset, offset + length)), 304, 412 or 416.
struct Selection {
    int status = 200;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// Evaluates If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since, If-Range and Range in
/// the order of RFC 9110 section 13.2.2. What is malformed is ignored. Ranges apply to GET only.
[[nodiscard]] Selection select_content(const Request& request, const Validators& validators,
    std::uint64_t size, RangePolicy policy, WallTime now);

/// `opaque` as a strong entity tag. Characters a tag cannot hold become '_'.
[[nodiscard]] std::string quoted_etag(std::string_view opaque);

/// Answers with a file or the part of it that was asked for; ETag, Last-Modified, Accept-Ranges and
/// Content-Range are added to `headers`. Without validators.last_modified the file's own
/// modification time is used.
[[nodiscard]] asio::awaitable<Result<void>> send_file_conditional(Exchange& exchange, FileBody body,
    Validators validators, Headers headers, RangePolicy policy = RangePolicy::single);

/// Answers with a prepared body (null is empty), or 304 or 412. The body is not copied.
[[nodiscard]] asio::awaitable<Result<void>> send_prepared(Exchange& exchange,
    std::shared_ptr<const std::string> body, Validators validators, Headers headers);

} // namespace plex_tuner::net
