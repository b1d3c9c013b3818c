// SPDX-License-Identifier: GPL-3.0-or-later
#include "message_head.hpp"

#include "head_parser.hpp"
#include "request_target.hpp"
#include "response_head.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <vector>

#include <boost/beast/http/basic_parser.hpp>

namespace plex_tuner::net {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

constexpr int kLowestStatus = 100;
constexpr std::size_t kMaxFields = 256;

constexpr RequestProblem kMalformed{400, "the request is malformed"};
constexpr RequestProblem kBadTarget{400, "the request target is not acceptable"};
constexpr RequestProblem kBadHost{400, "the request needs exactly one valid Host field"};
constexpr RequestProblem kBadVersion{505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
constexpr RequestProblem kBadCoding{501, "of transfer codings only chunked is understood"};

/// Of the connection, not of the message (RFC 9110 section 7.6.1 and what was once among it).
constexpr std::array<std::string_view, 8> kHopByHop = {"Connection", "Keep-Alive",
    "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Transfer-Encoding",
    "Upgrade"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) noexcept {
    return std::ranges::any_of(
        names, [&](std::string_view one) { return ascii::iequals(one, name); });
}

/// The words of all fields of a name that is a comma list.
std::vector<std::string> list_of(const Headers& headers, std::string_view name) {
    std::vector<std::string> words;
    for (const auto& [own, value] : headers) {
        if (!ascii::iequals(own, name)) {
            continue;
        }
        std::string_view rest = value;
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            if (const auto word = ascii::trim(rest.substr(0, comma)); !word.empty()) {
                words.emplace_back(word);
            }
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
    return words;
}

/// Beast's parser with our record as its destination; it stops behind the head.
template <bool IsRequest>
class HeadCollector final : public HeadParser<IsRequest> {
public:
    HeadCollector() { this->body_limit(boost::none); }

    MessageHead head;
    std::size_t host_fields = 0;
    std::size_t fields = 0;
    bool has_transfer_encoding = false;

private:
    void on_request_impl(http::verb, string_view method, string_view target, int version,
        error_code& error) override {
        error = {};
        head.method = std::string(method);
        head.target = std::string(target);
        head.http_1_0 = version == 10;
    }

    void on_response_impl(int status, string_view reason, int version, error_code& error) override {
        // RFC 9110 section 15: three digits, the first of them says of what class it is.
        error = status < kLowestStatus ? make_error_code(http::error::bad_status) : error_code();
        head.status = status;
        head.reason = std::string(reason);
        head.http_1_0 = version == 10;
    }

    void on_field_impl(
        http::field field, string_view name, string_view value, error_code& error) override {
        error = {};
        if (++fields > kMaxFields) {
            error = http::error::header_limit;
            return;
        }
        has_transfer_encoding = has_transfer_encoding || field == http::field::transfer_encoding;
        host_fields += field == http::field::host ? 1 : 0;
        head.headers.add(std::string(name), std::string(value));
    }
};

template <bool IsRequest>
bool parse(HeadCollector<IsRequest>& parser, std::string_view bytes, error_code& error) {
    const std::size_t used = parser.put({bytes.data(), bytes.size()}, error);
    return used == bytes.size() && (!error || error == http::error::need_more) &&
           parser.is_header_done();
}

Method method_of(std::string_view name) noexcept {
    if (name == "CONNECT") {
        return Method::other;
    }
    return name == "OPTIONS" ? Method::options : Method::get;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

/// All fields but those of the connection and those of `dropped`.
void append_fields(
    std::string& out, const Headers& headers, std::span<const std::string_view> dropped) {
    const auto named = list_of(headers, "Connection");
    for (const auto& [name, value] : headers) {
        const bool is_named = std::ranges::any_of(
            named, [&](const std::string& one) { return ascii::iequals(one, name); });
        // What frames the message is not for anybody to take away.
        const bool is_framing = ascii::iequals(name, "Content-Length");
        if ((is_named && !is_framing) || is_one_of(name, kHopByHop) || is_one_of(name, dropped)) {
            continue;
        }
        append_field(out, name, value);
    }
}

void append_coding(std::string& out, const MessageHead& message) {
    if (message.body.kind() == BodyFraming::Kind::chunked) {
        append_field(out, "Transfer-Encoding", "chunked");
    }
}

void append_upgrade(std::string& out, const MessageHead& message) {
    if (const auto upgrade = message.upgrade()) {
        append_field(out, "Connection", "Upgrade");
        append_field(out, "Upgrade", *upgrade);
    }
}

/// What is passed on as it came has to be what the client can read.
bool takes_gzip(const Headers& headers) {
    return std::ranges::any_of(list_of(headers, "Accept-Encoding"), [](const std::string& one) {
        return ascii::iequals(ascii::trim(one.substr(0, one.find(';'))), "gzip") &&
               !one.ends_with("q=0");
    });
}

std::string status_line(const MessageHead& answer) {
    return "HTTP/1.1 " + std::to_string(answer.status) + " " + answer.reason + "\r\n";
}

/// The target in the form that servers take (RFC 9112 section 3.2.1).
std::string origin_form(std::string_view target) {
    const std::size_t scheme = target.find("://");
    if (target.starts_with('/') || target == "*" || scheme == std::string_view::npos) {
        return std::string(target);
    }
    const std::size_t end = target.find_first_of("/?", scheme + 3);
    if (end == std::string_view::npos) {
        return "/";
    }
    return (target[end] == '?' ? "/" : "") + std::string(target.substr(end));
}

} // namespace

std::optional<std::string> MessageHead::upgrade() const {
    const auto value = headers.find("Upgrade");
    const auto words = list_of(headers, "Connection");
    const bool is_wanted = std::ranges::any_of(
        words, [](const std::string& word) { return ascii::iequals(word, "upgrade"); });
    return value && is_wanted ? std::optional(std::string(*value)) : std::nullopt;
}

std::size_t head_size(std::string_view bytes, std::size_t searched) noexcept {
    constexpr std::string_view kEnd = "\r\n\r\n";
    const std::size_t from = searched < kEnd.size() ? 0 : searched - (kEnd.size() - 1);
    const std::size_t found = bytes.find(kEnd, from);
    return found == std::string_view::npos ? 0 : found + kEnd.size();
}

std::expected<MessageHead, RequestProblem> read_request_head(std::string_view head) {
    HeadCollector<true> parser;
    error_code error;
    if (!parse(parser, head, error)) {
        return std::unexpected(error == http::error::bad_version ? kBadVersion : kMalformed);
    }
    MessageHead& request = parser.head;
    if (parser.has_transfer_encoding && (request.http_1_0 || !parser.chunked())) {
        return std::unexpected(request.http_1_0 ? kMalformed : kBadCoding);
    }
    if (parser.has_transfer_encoding && list_of(request.headers, "Transfer-Encoding").size() != 1) {
        return std::unexpected(kBadCoding);
    }
    if (parser.host_fields > 1 || (parser.host_fields == 0 && !request.http_1_0) ||
        !is_plausible_host(request.headers.find("Host").value_or(""))) {
        return std::unexpected(kBadHost);
    }
    auto target = parse_request_target(method_of(request.method), request.target);
    if (!target || request.method == "CONNECT") {
        return std::unexpected(kBadTarget);
    }
    request.path = std::move(target->path);
    if (target->authority) {
        request.headers.set("Host", std::move(*target->authority));
    }
    request.target = origin_form(request.target);
    request.keep_alive = parser.keep_alive() && !request.http_1_0;
    if (parser.chunked()) {
        request.body = BodyFraming(BodyFraming::Kind::chunked);
    } else if (const auto length = parser.content_length()) {
        request.body = BodyFraming(BodyFraming::Kind::length, *length);
    }
    return std::move(request);
}

std::optional<MessageHead> read_answer_head(std::string_view head, std::string_view method) {
    HeadCollector<false> parser;
    parser.skip(method == "HEAD");
    error_code error;
    if (!parse(parser, head, error)) {
        return std::nullopt;
    }
    MessageHead& answer = parser.head;
    if (method == "HEAD" || is_bodiless(answer.status)) {
        answer.body = BodyFraming(BodyFraming::Kind::none);
        answer.keep_alive = true;
    } else if (parser.has_transfer_encoding) {
        if (list_of(answer.headers, "Transfer-Encoding").size() != 1 || !parser.chunked()) {
            return std::nullopt; // what it means cannot be told the client
        }
        answer.body = BodyFraming(BodyFraming::Kind::chunked);
        answer.keep_alive = true;
    } else if (const auto length = parser.content_length()) {
        answer.body = BodyFraming(BodyFraming::Kind::length, *length);
        answer.keep_alive = true;
    } else {
        answer.body = BodyFraming(BodyFraming::Kind::until_close);
    }
    const auto words = list_of(answer.headers, "Connection");
    const auto says = [&](std::string_view what) {
        return std::ranges::any_of(
            words, [&](const std::string& word) { return ascii::iequals(word, what); });
    };
    answer.keep_alive = answer.keep_alive && !answer.http_1_0 && !says("close");
    return std::move(answer);
}

std::string forwarded_request(const MessageHead& request, const ForwardTerms& terms) {
    std::string out = request.method + " ";
    out.append(request.target == "*" ? "" : terms.path_prefix).append(request.target);
    out += request.http_1_0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
    append_field(out, "Host", terms.host);
    std::vector<std::string_view> dropped = {
        "Host", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"};
    if (terms.for_rewriting) {
        // The labels may be others although the document is not; and a part of it is no document.
        dropped.insert(dropped.end(), {"Accept-Encoding", "If-None-Match", "If-Modified-Since",
                                          "If-Match", "If-Unmodified-Since", "If-Range", "Range"});
    }
    append_fields(out, request.headers, dropped);
    if (terms.for_rewriting) {
        append_field(out, "Accept-Encoding", takes_gzip(request.headers) ? "gzip" : "identity");
    }
    // Only what stands in front of us on this machine is believed: clients could say anything.
    const bool is_trusted =
        terms.client_address == "::1" || terms.client_address.starts_with("127.");
    std::string from;
    for (const std::string& one : list_of(request.headers, "X-Forwarded-For")) {
        from += is_trusted ? one + ", " : "";
    }
    append_field(out, "X-Forwarded-For", from.append(terms.client_address));
    const auto told = [&](std::string_view name, std::string_view own) {
        return is_trusted ? request.headers.find(name).value_or(own) : own;
    };
    const auto host = told("X-Forwarded-Host", request.headers.find("Host").value_or(""));
    if (!host.empty()) {
        append_field(out, "X-Forwarded-Host", host);
    }
    append_field(out, "X-Forwarded-Proto", told("X-Forwarded-Proto", "http"));
    append_coding(out, request);
    append_upgrade(out, request);
    return out + "\r\n";
}

std::string forwarded_answer(const MessageHead& answer, bool close) {
    std::string out = status_line(answer);
    append_fields(out, answer.headers, {});
    append_coding(out, answer);
    if (answer.status == 101) {
        append_upgrade(out, answer);
    } else if (close) {
        append_field(out, "Connection", "close");
    }
    return out + "\r\n";
}

std::string rewritten_answer(const MessageHead& answer, std::size_t size, bool close) {
    constexpr std::array<std::string_view, 7> kOfTheOldBody = {"Content-Length", "Content-Encoding",
        "Content-MD5", "Digest", "ETag", "Last-Modified", "Accept-Ranges"};
    std::string out = status_line(answer);
    append_fields(out, answer.headers, kOfTheOldBody);
    append_field(out, "Content-Length", std::to_string(size));
    if (close) {
        append_field(out, "Connection", "close");
    }
    return out + "\r\n";
}

} // namespace plex_tuner::net
