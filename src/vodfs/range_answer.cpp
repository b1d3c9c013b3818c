// SPDX-License-Identifier: GPL-3.0-or-later
#include "range_answer.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <utility>

namespace plex_tuner::vodfs {

namespace {

constexpr int kOk = 200;
constexpr int kPartial = 206;
constexpr int kRangeNotSatisfiable = 416;

struct ContentRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::optional<std::uint64_t> total;
};

/// "bytes 0-99/1000" or "bytes 0-99/*" (RFC 9110 section 14.4).
[[nodiscard]] std::optional<ContentRange> parse_content_range(std::string_view text) {
    text = ascii::trim(text);
    constexpr std::string_view kUnit = "bytes";
    if (!ascii::istarts_with(text, kUnit)) {
        return std::nullopt;
    }
    text.remove_prefix(kUnit.size());
    text = ascii::trim(text);
    const std::size_t dash = text.find('-');
    const std::size_t slash = text.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) {
        return std::nullopt;
    }
    const auto first = ascii::parse_integer<std::uint64_t>(ascii::trim(text.substr(0, dash)));
    const auto last =
        ascii::parse_integer<std::uint64_t>(ascii::trim(text.substr(dash + 1, slash - dash - 1)));
    const std::string_view total_text = ascii::trim(text.substr(slash + 1));
    const auto total = ascii::parse_integer<std::uint64_t>(total_text);
    if (!first || !last || *last < *first || (!total && total_text != "*") ||
        (total && *last >= *total)) {
        return std::nullopt;
    }
    return ContentRange{.first = *first, .last = *last, .total = total};
}

[[nodiscard]] std::string validator_of(const fetch::ResponseHead& head) {
    if (const auto tag = head.header("ETag"); tag && !tag->empty() && !tag->starts_with("W/")) {
        return "E" + std::string(*tag);
    }
    if (const auto time = head.header("Last-Modified"); time && !time->empty()) {
        return "M" + std::string(*time);
    }
    return {};
}

} // namespace

Result<RangeAnswer> read_range_answer(const fetch::ResponseHead& head, std::uint64_t position) {
    const auto encoding = head.header("Content-Encoding");
    RangeAnswer answer{.begin = 0,
        .end = {},
        .total = {},
        .validator = validator_of(head),
        .host = head.effective_url.origin()};
    if (head.status == kOk || head.status == kPartial) {
        if (encoding && !encoding->empty() && !ascii::iequals(*encoding, "identity")) {
            return fail(ErrorCode::unsupported, "the server sends the file compressed");
        }
    }
    if (head.status == kOk) {
        answer.total = head.content_length;
        answer.end = head.content_length;
        const auto accepts = head.header("Accept-Ranges");
        answer.has_ranges = position == 0 && accepts && ascii::iequals(*accepts, "bytes");
        return answer;
    }
    if (head.status == kRangeNotSatisfiable) {
        return fail(ErrorCode::too_large,
            "the server has nothing at byte " + std::to_string(position) +
                " (416): the file is shorter than it was, or the server does not know it");
    }
    if (head.status != kPartial) {
        return fail(Error::from_http_status(
            head.status, "the server answers with status " + std::to_string(head.status)));
    }
    const auto text = head.header("Content-Range");
    const auto range = text ? parse_content_range(*text) : std::nullopt;
    if (!range) {
        return fail(
            ErrorCode::parse, "the server answers 206 without a Content-Range that says of what");
    }
    if (range->first != position) {
        return fail(ErrorCode::parse, "the server sends byte " + std::to_string(range->first) +
                                          " on where " + std::to_string(position) +
                                          " was asked for");
    }
    answer.begin = range->first;
    answer.end = range->last + 1;
    answer.total = range->total;
    if (head.content_length && *head.content_length != *answer.end - answer.begin) {
        return fail(ErrorCode::parse, "Content-Range and Content-Length of the answer disagree");
    }
    return answer;
}

bool may_pass(const Error& error) noexcept {
    constexpr int kRequestTimeout = 408;
    constexpr int kTooEarly = 425;
    constexpr int kTooMany = 429;
    switch (error.code()) {
    case ErrorCode::network:
    case ErrorCode::timeout:
    case ErrorCode::unavailable:
    case ErrorCode::parse:
    case ErrorCode::blocked:
    case ErrorCode::empty_body:
        return true;
    case ErrorCode::http_status: {
        const int status = error.http_status().value_or(0);
        return status >= 500 || status == kRequestTimeout || status == kTooEarly ||
               status == kTooMany || status == 401 || status == 403 || is_over_limit(error);
    }
    default:
        return false;
    }
}

bool is_over_limit(const Error& error) noexcept {
    const int status = error.http_status().value_or(0);
    return status == 458 || status == 509;
}

} // namespace plex_tuner::vodfs
