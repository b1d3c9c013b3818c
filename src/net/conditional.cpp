// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/net/conditional.hpp>
#include <plex_tuner/net/http_date.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::net {

namespace {

struct EntityTag {
    std::string_view opaque; ///< with its quotes
    bool weak = false;
};

/// Takes one entity tag from the front of `text`.
std::optional<EntityTag> take_tag(std::string_view& text) {
    EntityTag tag;
    std::string_view rest = text;
    if (rest.starts_with("W/")) {
        tag.weak = true;
        rest.remove_prefix(2);
    }
    if (!rest.starts_with('"')) {
        return std::nullopt;
    }
    const std::size_t close = rest.find('"', 1);
    if (close == std::string_view::npos) {
        return std::nullopt;
    }
    tag.opaque = rest.substr(0, close + 1);
    text = rest.substr(close + 1);
    return tag;
}

std::optional<EntityTag> whole_tag(std::string_view text) {
    auto tag = take_tag(text);
    return text.empty() ? tag : std::nullopt;
}

enum class Comparison { weak, strong };

bool same_tag(const EntityTag& a, const EntityTag& b, Comparison comparison) {
    if (comparison == Comparison::strong && (a.weak || b.weak)) {
        return false;
    }
    return a.opaque == b.opaque;
}

/// A list of tags may hold commas inside quotes, so it is walked tag by tag.
bool list_has_tag(std::string_view list, const EntityTag& own, Comparison comparison) {
    while (true) {
        while (!list.empty() && (ascii::is_space(list.front()) || list.front() == ',')) {
            list.remove_prefix(1);
        }
        const auto tag = take_tag(list);
        if (!tag) {
            return false;
        }
        if (same_tag(*tag, own, comparison)) {
            return true;
        }
    }
}

/// nullopt when the request has no such field; else whether "*" or one of its tags matches.
std::optional<bool> field_matches(const Request& request, std::string_view field,
    const Validators& validators, Comparison comparison) {
    std::optional<bool> result;
    const auto own = whole_tag(validators.etag);
    for (const auto& [name, value] : request.headers) {
        if (!ascii::iequals(name, field)) {
            continue;
        }
        const bool matches =
            ascii::trim(value) == "*" || (own && list_has_tag(value, *own, comparison));
        result = result.value_or(false) || matches;
    }
    return result;
}

std::optional<WallTime> date_field(const Request& request, std::string_view field, WallTime now) {
    const auto value = request.headers.find(field);
    return value ? parse_http_date(*value, now) : std::nullopt;
}

bool is_safe_read(const Request& request) {
    return request.method == Method::get || request.method == Method::head;
}

/// The status that a precondition decides, or nullopt to go on.
std::optional<int> precondition_status(
    const Request& request, const Validators& validators, WallTime now) {
    if (const auto match = field_matches(request, "If-Match", validators, Comparison::strong)) {
        if (!*match) {
            return 412;
        }
    } else if (const auto since = date_field(request, "If-Unmodified-Since", now);
        since && validators.last_modified && *validators.last_modified > *since) {
        return 412;
    }
    if (const auto match = field_matches(request, "If-None-Match", validators, Comparison::weak)) {
        if (*match) {
            return is_safe_read(request) ? 304 : 412;
        }
    } else if (const auto since = date_field(request, "If-Modified-Since", now);
        since && is_safe_read(request) && validators.last_modified &&
        *validators.last_modified <= *since) {
        return 304;
    }
    return std::nullopt;
}

/// A missing If-Range lets the range through. A date must be exactly ours (section 13.1.5).
bool if_range_holds(const Request& request, const Validators& validators, WallTime now) {
    const auto value = request.headers.find("If-Range");
    if (!value) {
        return true;
    }
    const std::string_view text = ascii::trim(*value);
    if (const auto theirs = whole_tag(text)) {
        const auto own = whole_tag(validators.etag);
        return own && same_tag(*theirs, *own, Comparison::strong);
    }
    const auto date = parse_http_date(text, now);
    return date && validators.last_modified && *date == *validators.last_modified;
}

/// 200 for anything that is not exactly one well-formed byte range.
Selection apply_range(std::string_view text, std::uint64_t size) {
    const Selection whole{200, 0, size};
    const Selection unsatisfiable{416, 0, 0};
    constexpr std::string_view kUnit = "bytes=";
    text = ascii::trim(text);
    if (!ascii::istarts_with(text, kUnit)) {
        return whole;
    }
    text = ascii::trim(text.substr(kUnit.size()));
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos || text.find(',') != std::string_view::npos) {
        return whole;
    }
    const std::string_view first_text = ascii::trim(text.substr(0, dash));
    const std::string_view last_text = ascii::trim(text.substr(dash + 1));
    const auto first = ascii::parse_integer<std::uint64_t>(first_text);
    const auto last = ascii::parse_integer<std::uint64_t>(last_text);
    if (first_text.empty()) {
        if (!last) {
            return whole;
        }
        if (*last == 0 || size == 0) {
            return unsatisfiable;
        }
        const std::uint64_t length = std::min(*last, size);
        return {206, size - length, length};
    }
    if (!first || (!last && !last_text.empty()) || (last && *last < *first)) {
        return whole;
    }
    if (*first >= size) {
        return unsatisfiable;
    }
    const std::uint64_t end = last ? std::min(*last, size - 1) + 1 : size;
    return {206, *first, end - *first};
}

void add_validators(Headers& headers, const Validators& validators) {
    if (!validators.etag.empty()) {
        headers.set("ETag", validators.etag);
    }
    if (validators.last_modified) {
        headers.set("Last-Modified", format_http_date(*validators.last_modified));
    }
}

/// A 304 repeats what a cache needs to update its entry (RFC 9110 section 15.4.5).
Headers not_modified_headers(const Headers& headers) {
    constexpr std::array<std::string_view, 6> kKept = {
        "ETag", "Last-Modified", "Cache-Control", "Content-Location", "Expires", "Vary"};
    Headers out;
    for (const auto& [name, value] : headers) {
        if (std::ranges::any_of(kKept, [&](auto kept) { return ascii::iequals(kept, name); })) {
            out.add(name, value);
        }
    }
    return out;
}

Response refusal(const Selection& selection, const Headers& headers, std::uint64_t size) {
    Response response;
    if (selection.status == 304) {
        response.status = 304;
        response.headers = not_modified_headers(headers);
        return response;
    }
    if (selection.status == 416) {
        response = Response::text(416, "the range lies outside the content\n");
        response.headers.add("Content-Range", "bytes */" + std::to_string(size));
        return response;
    }
    return Response::text(selection.status, "the precondition does not hold\n");
}

WallTime wall_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace

Selection select_content(const Request& request, const Validators& validators, std::uint64_t size,
    RangePolicy policy, WallTime now) {
    if (const auto status = precondition_status(request, validators, now)) {
        return {*status, 0, 0};
    }
    if (policy == RangePolicy::single && request.method == Method::get) {
        const auto range = request.headers.find("Range");
        if (range && if_range_holds(request, validators, now)) {
            return apply_range(*range, size);
        }
    }
    return {200, 0, size};
}

std::string quoted_etag(std::string_view opaque) {
    std::string out = "\"";
    for (const char c : opaque) {
        const auto byte = static_cast<unsigned char>(c);
        const bool allowed = byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
        out += allowed ? c : '_';
    }
    out += '"';
    return out;
}

asio::awaitable<Result<void>> send_file_conditional(
    Exchange& exchange, FileBody body, Validators validators, Headers headers, RangePolicy policy) {
    if (!validators.last_modified) {
        validators.last_modified = body.modified;
    }
    const Selection selection =
        select_content(exchange.request(), validators, body.length, policy, wall_now());
    add_validators(headers, validators);
    if (policy == RangePolicy::single) {
        headers.set("Accept-Ranges", "bytes");
    }
    if (selection.status != 200 && selection.status != 206) {
        co_return co_await exchange.send(refusal(selection, headers, body.length));
    }
    Response head;
    head.status = selection.status;
    head.headers = std::move(headers);
    if (selection.status == 206) {
        head.headers.set(
            "Content-Range", "bytes " + std::to_string(selection.offset) + '-' +
                                 std::to_string(selection.offset + selection.length - 1) + '/' +
                                 std::to_string(body.length));
    }
    body.offset += selection.offset;
    body.length = selection.length;
    co_return co_await exchange.send_file(std::move(head), std::move(body));
}

asio::awaitable<Result<void>> send_prepared(Exchange& exchange,
    std::shared_ptr<const std::string> body, Validators validators, Headers headers) {
    const std::uint64_t size = body ? body->size() : 0;
    const Selection selection =
        select_content(exchange.request(), validators, size, RangePolicy::ignore, wall_now());
    add_validators(headers, validators);
    if (selection.status != 200) {
        co_return co_await exchange.send(refusal(selection, headers, size));
    }
    Response response;
    response.headers = std::move(headers);
    response.body = std::move(body);
    co_return co_await exchange.send(std::move(response));
}

} // namespace plex_tuner::net
