// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plex_tuner {

/// An absolute URL (RFC 3986), kept byte for byte as it was given: providers sign their URLs, so
/// nothing is re-encoded or normalised. Accessors are views into the text.
class Url {
public:
    /// The longest URL taken; a bound for memory, above what servers accept in a request line.
    static constexpr std::size_t kMaxBytes = 256 * 1024;

    /// Accepts any scheme. Leading and trailing white space is dropped; embedded control bytes and
    /// blanks, a missing scheme, an empty host of http(s), a bad port and more than kMaxBytes are
    /// errors. Their messages never quote the text.
    [[nodiscard]] static Result<Url> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    [[nodiscard]] std::string_view scheme() const noexcept; ///< as given; compare with is_scheme
    [[nodiscard]] bool is_scheme(std::string_view lower_case) const noexcept;
    [[nodiscard]] bool is_http() const noexcept;              ///< http or https
    [[nodiscard]] std::string_view userinfo() const noexcept; ///< raw "user:password", may be empty
    [[nodiscard]] std::string_view host() const noexcept;     ///< IPv6 without brackets
    [[nodiscard]] std::uint16_t port() const noexcept; ///< given or the scheme's default; 0 unknown
    [[nodiscard]] std::string_view path() const noexcept;     ///< raw, may be empty
    [[nodiscard]] std::string_view query() const noexcept;    ///< raw, without '?'
    [[nodiscard]] std::string_view fragment() const noexcept; ///< raw, without '#'

    /// "scheme://host:port" in lower case with the port always written: the unit of connection
    /// limits and of "the host these credentials belong to".
    [[nodiscard]] std::string origin() const;

    /// RFC 3986 section 5.2: absolute, "//host/x", "/x", "../x", "?y", "" and "#f" references.
    [[nodiscard]] Result<Url> resolve(std::string_view reference) const;

    /// The same URL without userinfo (for requests; credentials travel in a header).
    [[nodiscard]] Url without_userinfo() const;

    /// For logs, errors and metrics: userinfo, secret query values (username, password, token and
    /// the like, see is_secret_key) and Xtream credentials in the path are replaced by ***. Paths:
    /// /live|movie|series|timeshift|playlist/USER/PASS/, /hlsr/TOKEN/USER/PASS/, /play/TOKEN/ and
    /// /USER/PASS/<number>[.ext], each also below a prefix and percent-encoded. Where a path is
    /// ambiguous more is masked rather than less. Redacting twice changes nothing.
    [[nodiscard]] std::string redacted() const;

    friend bool operator==(const Url& a, const Url& b) { return a.text_ == b.text_; }

private:
    Url() = default;

    struct Span {
        std::uint32_t begin = 0;
        std::uint32_t length = 0;
    };

    [[nodiscard]] std::string_view view(Span span) const noexcept {
        return std::string_view(text_).substr(span.begin, span.length);
    }

    std::string text_;
    Span scheme_, userinfo_, host_, path_, query_, fragment_;
    std::uint16_t port_ = 0;
    bool has_authority_ = false;
    bool has_query_ = false;
    bool has_userinfo_ = false;
};

} // namespace plex_tuner
