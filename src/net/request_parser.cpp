// SPDX-License-Identifier: GPL-3.0-or-later
#include "request_parser.hpp"

#include "head_parser.hpp"
#include "request_target.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <limits>

#include <boost/beast/http/basic_parser.hpp>

namespace plex_tuner::net {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

constexpr std::size_t kMaxHeaderFields = 256;
constexpr int kMaxLeadingEmptyLines = 4;    // RFC 9112 section 2.2 asks for at least one
constexpr std::size_t kMaxChunkLine = 8192; // a chunk-size line, or all trailer fields
constexpr std::size_t kShortestChunkedEnd =
    5; // "0", two line breaks; Beast asserts to see them all

constexpr RequestProblem kMalformed{400, "the request is malformed"};
constexpr RequestProblem kLineTooLong{414, "the request line is too long"};
constexpr RequestProblem kHeaderTooLarge{431, "the request header is too large"};
constexpr RequestProblem kBodyTooLarge{413, "the request body is too large"};
constexpr RequestProblem kBadTarget{400, "the request target is not acceptable"};
constexpr RequestProblem kBadHost{400, "the request needs exactly one valid Host field"};
constexpr RequestProblem kBadVersion{505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
constexpr RequestProblem kBadCoding{501, "of transfer codings only chunked is understood"};
constexpr RequestProblem kBadExpectation{417, "only the expectation 100-continue is understood"};

Method to_method(http::verb verb) noexcept {
    switch (verb) {
    case http::verb::get:
        return Method::get;
    case http::verb::head:
        return Method::head;
    case http::verb::post:
        return Method::post;
    case http::verb::put:
        return Method::put;
    case http::verb::delete_:
        return Method::del;
    case http::verb::options:
        return Method::options;
    default:
        return Method::other;
    }
}

/// "… HTTP/2.0" is a version we do not speak; anything else that Beast calls a bad version is
/// noise.
bool names_other_version(std::string_view line) noexcept {
    line = ascii::trim(line);
    const std::size_t blank = line.rfind(' ');
    const std::string_view version =
        blank == std::string_view::npos ? std::string_view{} : line.substr(blank + 1);
    if (version == "HTTP/1.0" || version == "HTTP/1.1") {
        return false;
    }
    return version.size() == std::string_view("HTTP/1.1").size() && version.starts_with("HTTP/") &&
           ascii::is_digit(version[5]) && version[6] == '.' && ascii::is_digit(version[7]);
}

RequestProblem problem_of(const error_code& error) noexcept {
    if (error == http::error::body_limit) {
        return kBodyTooLarge;
    }
    if (error == http::error::header_limit) {
        return kHeaderTooLarge;
    }
    return kMalformed;
}

/// Beast's parser with our record as its destination.
class FieldCollector final : public HeadParser<true> {
public:
    explicit FieldCollector(std::uint64_t max_body_bytes) { body_limit(max_body_bytes); }

    Request request;
    bool http_1_0 = false;
    bool has_transfer_encoding = false;
    std::size_t host_fields = 0;

private:
    void on_request_impl(
        http::verb verb, string_view, string_view target, int version, error_code& error) override {
        error = {};
        request.method = to_method(verb);
        request.target = target;
        http_1_0 = version == 10;
    }

    void on_response_impl(int, string_view, int, error_code& error) override {
        error = http::error::bad_version;
    }

    void on_field_impl(
        http::field field, string_view name, string_view value, error_code& error) override {
        error = {};
        if (is_header_done()) {
            return; // trailers carry nothing we need
        }
        if (request.headers.size() >= kMaxHeaderFields) {
            error = http::error::header_limit;
            return;
        }
        has_transfer_encoding = has_transfer_encoding || field == http::field::transfer_encoding;
        host_fields += field == http::field::host ? 1 : 0;
        request.headers.add(std::string(name), std::string(value));
    }
};

} // namespace

class RequestParser::Impl {
public:
    explicit Impl(const RequestLimits& limits) : limits_(limits), beast_(limits.max_body_bytes) {}

    Step feed(std::string_view pending) {
        Step step;
        while (step.progress == Progress::need_more) {
            const std::string_view rest = pending.substr(step.consumed);
            const std::size_t consumed_before = step.consumed;
            const Phase phase_before = phase_;
            std::optional<RequestProblem> problem;
            switch (phase_) {
            case Phase::request_line:
                problem = feed_request_line(rest, step.consumed);
                break;
            case Phase::fields:
                problem = feed_fields(rest, step.consumed);
                break;
            case Phase::body:
                problem = feed_body(rest, step.consumed);
                break;
            case Phase::done:
                break;
            }
            if (problem) {
                step.progress = Progress::failed;
                step.problem = problem;
            } else if (phase_ == Phase::done) {
                step.progress = Progress::complete;
            } else if (step.consumed == consumed_before && phase_ == phase_before) {
                break;
            }
        }
        return step;
    }

    [[nodiscard]] bool started() const noexcept { return started_; }

    [[nodiscard]] bool in_body() const noexcept { return phase_ == Phase::body; }

    [[nodiscard]] bool expects_continue() const noexcept { return expects_continue_; }

    [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }

    [[nodiscard]] bool is_http_1_0() const noexcept { return beast_.http_1_0; }

    [[nodiscard]] Request take_request() { return std::move(beast_.request); }

private:
    enum class Phase { request_line, fields, body, done };

    std::optional<RequestProblem> feed_request_line(std::string_view rest, std::size_t& consumed) {
        if (!started_) {
            const std::size_t skipped = skip_empty_line(rest);
            if (skipped != 0) {
                consumed += skipped;
                return ++empty_lines_ > kMaxLeadingEmptyLines ? std::optional(kMalformed)
                                                              : std::nullopt;
            }
            if (rest.empty() || rest == "\r") {
                return std::nullopt;
            }
            started_ = true;
            // A method is a token; most of what is no HTTP (TLS, noise) shows in its first byte.
            if (!ascii::is_alpha(rest.front())) {
                return kMalformed;
            }
        }
        const std::size_t line_break = rest.find('\n', searched_);
        if (line_break == std::string_view::npos) {
            searched_ = rest.size();
            return rest.size() > limits_.max_request_line + 1 ? std::optional(kLineTooLong)
                                                              : std::nullopt;
        }
        const std::string_view line = rest.substr(0, line_break + 1);
        if (line.size() > limits_.max_request_line + 2) {
            return kLineTooLong;
        }
        error_code error;
        const std::size_t used = beast_.put({line.data(), line.size()}, error);
        if (used != line.size() || (error && error != http::error::need_more)) {
            const bool other = error == http::error::bad_version && names_other_version(line);
            return other ? kBadVersion : kMalformed;
        }
        consumed += used;
        header_bytes_ = used;
        searched_ = 0;
        phase_ = Phase::fields;
        return std::nullopt;
    }

    std::optional<RequestProblem> feed_fields(std::string_view rest, std::size_t& consumed) {
        const std::size_t room =
            limits_.max_header_bytes > header_bytes_ ? limits_.max_header_bytes - header_bytes_ : 0;
        const std::size_t size = fields_size(rest);
        if (size == 0) {
            return rest.size() >= room ? std::optional(kHeaderTooLarge) : std::nullopt;
        }
        if (size > room) {
            return kHeaderTooLarge;
        }
        error_code error;
        const std::size_t used = beast_.put({rest.data(), size}, error);
        if (error) {
            return problem_of(error);
        }
        if (used != size) {
            return kMalformed;
        }
        consumed += used;
        return finish_header();
    }

    /// The length of the field block with the empty line that ends it; 0 while that is missing.
    std::size_t fields_size(std::string_view rest) {
        constexpr std::string_view kEmptyLine = "\r\n";
        constexpr std::string_view kEnd = "\r\n\r\n";
        if (rest.starts_with(kEmptyLine)) {
            return kEmptyLine.size();
        }
        const std::size_t found = rest.find(kEnd, searched_);
        if (found == std::string_view::npos) {
            searched_ = rest.size() < kEnd.size() ? 0 : rest.size() - (kEnd.size() - 1);
            return 0;
        }
        return found + kEnd.size();
    }

    std::optional<RequestProblem> finish_header() {
        Request& request = beast_.request;
        if (beast_.has_transfer_encoding && (beast_.http_1_0 || !beast_.chunked())) {
            return beast_.http_1_0 ? kMalformed : kBadCoding;
        }
        if (beast_.host_fields > 1 || (beast_.host_fields == 0 && !beast_.http_1_0) ||
            !is_plausible_host(request.headers.find("Host").value_or(""))) {
            return kBadHost;
        }
        auto target = parse_request_target(request.method, request.target);
        if (!target) {
            return kBadTarget;
        }
        request.path = std::move(target->path);
        request.query = std::move(target->query);
        if (target->authority) {
            request.headers.set("Host", std::move(*target->authority));
        }
        keep_alive_ = beast_.keep_alive();
        phase_ = beast_.is_done() ? Phase::done : Phase::body;
        return check_expectation();
    }

    std::optional<RequestProblem> check_expectation() {
        const auto expect = beast_.request.headers.find("Expect");
        if (!expect || beast_.http_1_0) {
            return std::nullopt;
        }
        if (!ascii::iequals(*expect, "100-continue")) {
            return kBadExpectation;
        }
        expects_continue_ = phase_ == Phase::body;
        return std::nullopt;
    }

    std::optional<RequestProblem> feed_body(std::string_view rest, std::size_t& consumed) {
        if (rest.size() < (beast_.chunked() ? kShortestChunkedEnd : 1)) {
            return std::nullopt;
        }
        error_code error;
        const std::size_t used = beast_.put({rest.data(), rest.size()}, error);
        consumed += used;
        if (error == http::error::need_more) {
            return rest.size() - used > kMaxChunkLine ? std::optional(kMalformed) : std::nullopt;
        }
        if (error) {
            return problem_of(error);
        }
        if (beast_.is_done()) {
            phase_ = Phase::done;
        }
        return std::nullopt;
    }

    static std::size_t skip_empty_line(std::string_view rest) noexcept {
        if (rest.starts_with("\r\n")) {
            return 2;
        }
        return rest.starts_with('\n') ? 1 : 0;
    }

    RequestLimits limits_;
    FieldCollector beast_;
    Phase phase_ = Phase::request_line;
    std::size_t searched_ = 0;     // bytes of the leftover known to hold no line or header end
    std::size_t header_bytes_ = 0; // consumed by the request line
    int empty_lines_ = 0;
    bool started_ = false;
    bool expects_continue_ = false;
    bool keep_alive_ = false;
};

RequestParser::RequestParser(const RequestLimits& limits) : impl_(std::make_unique<Impl>(limits)) {}

RequestParser::~RequestParser() = default;

RequestParser::Step RequestParser::feed(std::string_view pending) {
    return impl_->feed(pending);
}

bool RequestParser::started() const noexcept {
    return impl_->started();
}

bool RequestParser::in_body() const noexcept {
    return impl_->in_body();
}

bool RequestParser::expects_continue() const noexcept {
    return impl_->expects_continue();
}

bool RequestParser::keep_alive() const noexcept {
    return impl_->keep_alive();
}

bool RequestParser::is_http_1_0() const noexcept {
    return impl_->is_http_1_0();
}

Request RequestParser::take_request() {
    return impl_->take_request();
}

} // namespace plex_tuner::net
