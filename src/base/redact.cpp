// SPDX-License-Identifier: GPL-3.0-or-later
#include "redact_url.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/base/redact.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace plex_tuner {
namespace {

using redaction::kMask;

constexpr std::array<std::string_view, 6> kSecretHeaders = {
    "authorization", "proxy-authorization", "cookie", "set-cookie", "x-plex-token", "x-api-key"};

/// What stands between the scheme and the rest: plain, JSON-escaped, percent-encoded.
constexpr std::string_view kPlainSeparator = "://";
constexpr std::string_view kJsonSeparator = ":\\/\\/";
constexpr std::string_view kEncodedSeparator = "%3A%2F%2F";

constexpr std::size_t kMaxSchemeBytes = 16;

[[nodiscard]] bool is_scheme_char(char c) noexcept {
    return ascii::is_alnum(c) || c == '+' || c == '-' || c == '.';
}

[[nodiscard]] bool ends_url(char c) noexcept {
    return static_cast<std::uint8_t>(c) <= 0x20 || c == '"' || c == '<' || c == '>' || c == '`' ||
           c == '\x7F';
}

[[nodiscard]] bool is_key_char(char c) noexcept {
    return ascii::is_alnum(c) || c == '_' || c == '-' || c == '.';
}

[[nodiscard]] bool is_host_char(char c) noexcept {
    return is_key_char(c) || c == ':' || c == '[' || c == ']';
}

/// With a port, or with a name or number that reads like one of the net.
[[nodiscard]] bool looks_like_host(std::string_view word) {
    constexpr std::size_t kLongestHost = 300;
    if (word.empty() || word.size() > kLongestHost) {
        return false;
    }
    if (const std::size_t colon = word.rfind(':'); colon != std::string_view::npos) {
        const std::string_view port = word.substr(colon + 1);
        return colon > 0 && !port.empty() && std::ranges::all_of(port, ascii::is_digit);
    }
    const std::size_t dot = word.rfind('.');
    if (dot == std::string_view::npos || dot == 0) {
        return false;
    }
    const std::string_view last = word.substr(dot + 1);
    const bool is_ipv4 =
        std::ranges::count(word, '.') == 3 &&
        std::ranges::all_of(word, [](char c) { return ascii::is_digit(c) || c == '.'; });
    return is_ipv4 || (last.size() >= 2 && std::ranges::all_of(last, ascii::is_alpha));
}

/// The length of a URL without the punctuation of the sentence around it. A closing bracket belongs
/// to the URL as far as it closes one inside it.
[[nodiscard]] std::size_t without_trailing_punctuation(std::string_view url) {
    constexpr std::string_view kOpening = "([{";
    constexpr std::string_view kClosing = ")]}";
    constexpr std::string_view kOthers = ".,;:!?'";
    std::array<std::ptrdiff_t, kOpening.size()> unclosed{};
    for (std::size_t i = 0; i < kOpening.size(); ++i) {
        unclosed[i] = std::ranges::count(url, kOpening[i]) - std::ranges::count(url, kClosing[i]);
    }
    std::size_t size = url.size();
    while (size > 0) {
        const std::size_t bracket = kClosing.find(url[size - 1]);
        if (bracket != std::string_view::npos) {
            if (unclosed[bracket] >= 0) {
                break;
            }
            ++unclosed[bracket];
        } else if (!kOthers.contains(url[size - 1])) {
            break;
        }
        --size;
    }
    return size;
}

/// One pass over the text, copying to `out_` what is harmless.
class Redactor {
public:
    Redactor(std::string_view text, int depth) : text_(text), depth_(depth) {
        out_.reserve(text.size());
    }

    [[nodiscard]] std::string run() {
        while (at_ < text_.size()) {
            if (!take_url() && !take_path() && !take_pair()) {
                out_.push_back(text_[at_]);
                ++at_;
            }
        }
        return std::move(out_);
    }

private:
    [[nodiscard]] bool at_word_start() const { return at_ == 0 || !is_key_char(text_[at_ - 1]); }

    /// From here to where a URL ends, or to one of `also`. Stopping early matters: scanning to the
    /// end and cutting then would be quadratic in a text of many short pieces.
    /// The URL begins at `begin` where that is not here.
    [[nodiscard]] std::string_view until_url_end(
        std::string_view also = {}, std::size_t begin = std::string_view::npos) const {
        begin = std::min(begin, at_);
        std::size_t end = at_;
        const bool single_quoted = begin > 0 && text_[begin - 1] == '\'';
        while (end < text_.size() && !ends_url(text_[end]) && !also.contains(text_[end]) &&
               !(single_quoted && text_[end] == '\'')) {
            ++end;
        }
        return text_.substr(at_, end - at_);
    }

    /// The separator behind the scheme at the current place.
    [[nodiscard]] std::string_view separator_here() const {
        if (!ascii::is_alpha(text_[at_])) {
            return {};
        }
        std::size_t end = at_;
        while (end < text_.size() && end - at_ < kMaxSchemeBytes && is_scheme_char(text_[end])) {
            ++end;
        }
        for (const std::string_view separator :
            {kPlainSeparator, kJsonSeparator, kEncodedSeparator}) {
            if (ascii::istarts_with(text_.substr(end), separator)) {
                return separator;
            }
        }
        return {};
    }

    [[nodiscard]] bool take_url() {
        const std::string_view separator = separator_here();
        if (separator.empty()) {
            return false;
        }
        std::string_view url = until_url_end(separator == kEncodedSeparator ? "&" : "");
        url = url.substr(0, without_trailing_punctuation(url));
        std::string plain(url);
        if (separator == kJsonSeparator) {
            plain.clear();
            for (std::size_t i = 0; i < url.size(); ++i) {
                if (!(url[i] == '\\' && i + 1 < url.size() && url[i + 1] == '/')) {
                    plain.push_back(url[i]);
                }
            }
        } else if (separator == kEncodedSeparator) {
            plain = percent::decode(url);
        }
        const std::string masked = redaction::redact_url_text(plain, depth_);
        out_ += masked == plain ? url : masked;
        at_ += url.size();
        return true;
    }

    /// "/live/U/P/1.ts", "//host/U/P/1", and without its scheme "host:8080/U/P/1": what stands in
    /// front of the first '/' has been copied by then.
    [[nodiscard]] bool take_path() {
        if (text_[at_] != '/' || (at_ > 0 && text_[at_ - 1] == '/')) {
            return false;
        }
        const std::string_view word = word_before();
        const bool is_host = looks_like_host(word);
        std::string_view path =
            until_url_end(word.empty() || is_host ? "?#&" : "?#&',;", at_ - word.size());
        path = path.substr(0, without_trailing_punctuation(path));
        if (path.empty()) {
            return false;
        }
        if (word.empty() && path.starts_with("//")) {
            out_ += redaction::redact_url_text(path, depth_);
        } else if (word.empty() || is_host) {
            out_ +=
                redaction::redact_path(path, is_host || redaction::is_stream_path(path), depth_);
        } else {
            out_ += relative_path(word, path);
        }
        at_ += path.size();
        return true;
    }

    /// "live/U/P/1.ts", "panel/live/U/P/1.ts"; shorter ones are words like "live/movie/series".
    [[nodiscard]] std::string relative_path(std::string_view word, std::string_view path) const {
        constexpr std::ptrdiff_t kLeastSlashes = 3;
        if (std::ranges::count(path, '/') < kLeastSlashes) {
            return std::string(path);
        }
        const std::string whole = "/" + std::string(word) + std::string(path);
        return redaction::redact_path(whole, false, depth_).substr(word.size() + 1);
    }

    /// Directly in front of the current place: a host, a directory, any word.
    [[nodiscard]] std::string_view word_before() const {
        std::size_t begin = at_;
        if (at_ == 0 || (!is_key_char(text_[at_ - 1]) && text_[at_ - 1] != ']')) {
            return {};
        }
        while (begin > 0 && is_host_char(text_[begin - 1])) {
            --begin;
        }
        return text_.substr(begin, at_ - begin);
    }

    /// key=value, "key":"value", Header: value
    [[nodiscard]] bool take_pair() {
        if (!is_key_char(text_[at_]) || !at_word_start()) {
            return false;
        }
        std::size_t end = at_;
        while (end < text_.size() && is_key_char(text_[end])) {
            ++end;
        }
        const std::string_view key = text_.substr(at_, end - at_);
        const bool key_quoted = end < text_.size() && (text_[end] == '"' || text_[end] == '\'');
        std::size_t next = skip_blanks(end + (key_quoted ? 1U : 0U));
        if (next >= text_.size() || (text_[next] != '=' && text_[next] != ':')) {
            return false;
        }
        const bool colon = text_[next] == ':';
        const bool header = colon && is_secret_header(key);
        if (!header && (!is_secret_key(key) || (colon && !key_quoted))) {
            return false;
        }
        next = colon || key_quoted ? skip_blanks(next + 1) : next + 1;
        const std::size_t value_end = end_of_value(next, header && !key_quoted);
        if (value_end == next) {
            return false;
        }
        const bool value_quoted = is_quote(next);
        out_ += text_.substr(at_, next + (value_quoted ? 1U : 0U) - at_);
        out_ += kMask;
        at_ = value_end;
        return true;
    }

    [[nodiscard]] static bool is_secret_header(std::string_view key) {
        return std::ranges::any_of(
            kSecretHeaders, [&](std::string_view name) { return ascii::iequals(name, key); });
    }

    [[nodiscard]] bool is_quote(std::size_t at) const {
        return at < text_.size() && (text_[at] == '"' || text_[at] == '\'');
    }

    [[nodiscard]] std::size_t skip_blanks(std::size_t at) const {
        while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) {
            ++at;
        }
        return at;
    }

    /// Quoted: at the closing quote, or the end of the text. `line`: at the end of the line.
    [[nodiscard]] std::size_t end_of_value(std::size_t begin, bool line) const {
        if (line) {
            return std::min(text_.find_first_of("\r\n", begin), text_.size());
        }
        if (is_quote(begin)) {
            std::size_t end = begin + 1;
            while (end < text_.size() && text_[end] != text_[begin]) {
                end += text_[end] == '\\' ? 2U : 1U;
            }
            return std::min(end, text_.size());
        }
        std::size_t end = begin;
        while (end < text_.size() && !ends_url(text_[end]) && text_[end] != '&' &&
               text_[end] != '\'') {
            ++end;
        }
        return end;
    }

    std::string_view text_;
    int depth_;
    std::size_t at_ = 0;
    std::string out_;
};

} // namespace

std::string redaction::redact_text_once(std::string_view text, int depth) {
    return Redactor(text, depth).run();
}

std::string redact_text(std::string_view text) {
    return redaction::until_stable(text, [](std::string_view part) {
        return redaction::redact_text_once(part, redaction::kMaxDepth);
    });
}

} // namespace plex_tuner
