// SPDX-License-Identifier: GPL-3.0-or-later
#include "hop_plan.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>

#include <algorithm>

namespace plex_tuner::fetch {

namespace {

constexpr std::string_view kOriginBound[] = {
    "Authorization", "Cookie", "Proxy-Authorization", "Host"};

bool is_token(std::string_view name) noexcept {
    // RFC 9110 section 5.6.2.
    static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::ranges::all_of(name,
                                [](char c) { return ascii::is_alnum(c) || kMarks.contains(c); });
}

HopPlan::Basic basic_of(std::string_view userinfo) {
    const std::size_t colon = userinfo.find(':');
    const std::string_view password =
        colon == std::string_view::npos ? std::string_view() : userinfo.substr(colon + 1);
    return {percent::decode(userinfo.substr(0, colon)), Secret(percent::decode(password))};
}

std::optional<HopPlan::Basic> credentials_for(const Request& request, const Url& target) {
    const std::string origin = target.origin();
    if (request.credentials && request.credentials->origin == origin) {
        return HopPlan::Basic{request.credentials->user, request.credentials->password};
    }
    if (!target.userinfo().empty()) {
        return basic_of(target.userinfo());
    }
    if (!request.url.userinfo().empty() && request.url.origin() == origin) {
        return basic_of(request.url.userinfo());
    }
    return std::nullopt;
}

} // namespace

bool is_sendable(std::string_view value) noexcept {
    return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Result<HopPlan> plan_hop(const Request& request, const Url& target) {
    HopPlan plan;
    const bool same_origin = request.url.origin() == target.origin();
    bool own_encoding = false;
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name) || !is_sendable(value)) {
            return fail(ErrorCode::invalid_argument,
                "a request header cannot be sent: its name is no token or its value has a line "
                "break");
        }
        const bool bound = std::ranges::any_of(
            kOriginBound, [&](std::string_view own) { return ascii::iequals(own, name); });
        if (bound && !same_origin) {
            continue;
        }
        if (ascii::iequals(name, "Cookie")) {
            // Handed to libcurl apart, which joins it with the cookies of the jar.
            plan.cookie.append(plan.cookie.empty() ? "" : "; ").append(ascii::trim(value));
            continue;
        }
        own_encoding = own_encoding || ascii::iequals(name, "Accept-Encoding");
        // "Name;" is libcurl's spelling of a header with an empty value.
        const std::string_view trimmed = ascii::trim(value);
        plan.header_lines.push_back(
            trimmed.empty() ? name + ";" : name + ": " + std::string(trimmed));
    }
    if (request.accept_compressed && !request.range && !own_encoding) {
        plan.header_lines.emplace_back("Accept-Encoding: gzip, br");
    }
    if (request.body) {
        if (!is_sendable(request.body->content_type)) {
            return fail(ErrorCode::invalid_argument, "the type of a request body has a line break");
        }
        plan.header_lines.push_back("Content-Type: " + request.body->content_type);
        plan.header_lines.emplace_back("Expect:"); // libcurl would wait for leave to send much
    } else if (request.method == Method::put || request.method == Method::post) {
        // Of these two servers expect a body, and may wait for one that is not ruled out.
        plan.header_lines.emplace_back("Content-Length: 0");
    }
    plan.basic = credentials_for(request, target);
    return plan;
}

bool is_safe(Method method) noexcept {
    return method == Method::get || method == Method::head;
}

bool is_redirect(int status) noexcept {
    // RFC 9110 section 15.4; 300 and 304 to 306 are answers.
    return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

Result<Url> redirect_target(const Url& from, std::string_view location) {
    // Location is often sent with raw blanks, which no URL may hold.
    std::string reference;
    for (const char c : ascii::trim(location)) {
        if (c == ' ') {
            reference += "%20";
        } else {
            reference += c;
        }
    }
    auto target = from.resolve(reference);
    if (!target) {
        return fail_with(std::move(target), from.redacted() + " redirects to no usable address");
    }
    if (!target->is_http()) {
        return fail(ErrorCode::unsupported, from.redacted() + " redirects to a \"" +
                                                ascii::lower(target->scheme()) +
                                                "\" address; only http and https are followed");
    }
    return target;
}

} // namespace plex_tuner::fetch
