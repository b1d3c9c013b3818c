// SPDX-License-Identifier: GPL-3.0-or-later
#include "json_lexer.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/catalog/catalog_file.hpp>

#include <cstdint>

namespace plex_tuner::catalog {
namespace {

constexpr std::size_t kBlockBytes = 16;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// RFC 8259 section 2.
constexpr bool is_blank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

constexpr bool ends_run(char c) {
    return c == '"' || c == '\\' || static_cast<std::uint8_t>(c) < 0x20;
}

/// Bytes before the first quote, backslash or control character. Blocks of fixed size let the
/// compiler look at all bytes of one at once: strings are most of a catalog.
std::size_t run_length(std::string_view bytes) {
    std::size_t at = 0;
    for (; at + kBlockBytes <= bytes.size(); at += kBlockBytes) {
        bool ends = false;
        for (std::size_t i = 0; i < kBlockBytes; ++i) {
            ends |= ends_run(bytes[at + i]);
        }
        if (ends) {
            break;
        }
    }
    while (at < bytes.size() && !ends_run(bytes[at])) {
        ++at;
    }
    return at;
}

bool is_ascii(std::string_view bytes) {
    std::uint8_t all = 0;
    for (const char c : bytes) {
        all |= static_cast<std::uint8_t>(c);
    }
    return all < 0x80;
}

std::optional<char32_t> hex_digit(char c) {
    if (ascii::is_digit(c)) {
        return static_cast<char32_t>(c - '0');
    }
    const char lower = ascii::to_lower(c);
    if (lower >= 'a' && lower <= 'f') {
        return static_cast<char32_t>(lower - 'a' + 10);
    }
    return std::nullopt;
}

} // namespace

JsonLexer::JsonLexer(FileSource& source) : source_(source) {
    if (source_.peek().starts_with(kByteOrderMark)) {
        source_.skip(kByteOrderMark.size());
    }
}

JsonLexer::Token JsonLexer::refuse(ErrorCode code, std::string_view why) {
    error_.emplace(code, std::string(why));
    return Token::error;
}

Error JsonLexer::complaint() {
    if (!source_.peek().empty()) {
        return {ErrorCode::parse, "this is no JSON"};
    }
    return {ErrorCode::parse,
        source_.position() == 0 ? "the file is empty" : "the file ends in the middle"};
}

JsonLexer::Token JsonLexer::unexpected() {
    error_ = complaint();
    return Token::error;
}

std::optional<char> JsonLexer::look() {
    const std::string_view bytes = source_.peek();
    return bytes.empty() ? std::nullopt : std::optional(bytes.front());
}

void JsonLexer::skip_blanks() {
    for (;;) {
        const std::string_view bytes = source_.peek();
        std::size_t blanks = 0;
        while (blanks < bytes.size() && is_blank(bytes[blanks])) {
            ++blanks;
        }
        source_.skip(blanks);
        if (blanks < bytes.size() || bytes.empty()) {
            return;
        }
    }
}

JsonLexer::Token JsonLexer::next() {
    skip_blanks();
    const std::optional<char> first = look();
    if (!first) {
        return Token::end;
    }
    const auto take = [this](Token token) {
        source_.skip(1);
        return token;
    };
    switch (*first) {
    case '{':
        return take(Token::begin_object);
    case '}':
        return take(Token::end_object);
    case '[':
        return take(Token::begin_array);
    case ']':
        return take(Token::end_array);
    case ':':
        return take(Token::colon);
    case ',':
        return take(Token::comma);
    case '"':
        source_.skip(1);
        return take_string();
    case 't':
        return take_literal("true", Token::literal_true);
    case 'f':
        return take_literal("false", Token::literal_false);
    case 'n':
        return take_literal("null", Token::literal_null);
    default:
        return take_number();
    }
}

JsonLexer::Token JsonLexer::take_string() {
    text_.clear();
    for (;;) {
        const std::string_view bytes = source_.peek();
        const std::size_t run = run_length(bytes);
        if (text_.size() + run > kMaxCatalogText) {
            return refuse(ErrorCode::too_large, "a text is longer than 4 MiB");
        }
        text_.append(bytes.substr(0, run));
        source_.skip(run);
        if (run == bytes.size() && run > 0) {
            continue;
        }
        if (take_if('"')) {
            break;
        }
        if (!take_if('\\') || !take_escape()) {
            return unexpected();
        }
    }
    if (!is_ascii(text_) && !utf8::is_valid(text_)) {
        return refuse(ErrorCode::parse, "the text before is not UTF-8");
    }
    return Token::string;
}

bool JsonLexer::take_if(char expected) {
    if (look() != expected) {
        return false;
    }
    source_.skip(1);
    return true;
}

bool JsonLexer::take_escape() {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (take_if('u')) {
        return take_unicode_escape();
    }
    const std::optional<char> letter = look();
    const std::size_t which = letter ? kLetters.find(*letter) : std::string_view::npos;
    if (which == std::string_view::npos) {
        return false;
    }
    source_.skip(1);
    text_.push_back(kMeanings[which]);
    return true;
}

std::optional<char32_t> JsonLexer::take_hex() {
    char32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        const std::optional<char> digit = look();
        const std::optional<char32_t> bits = digit ? hex_digit(*digit) : std::nullopt;
        if (!bits) {
            return std::nullopt;
        }
        source_.skip(1);
        value = (value << 4U) | *bits;
    }
    return value;
}

/// RFC 8259 section 7: characters beyond the basic plane come as two surrogates.
bool JsonLexer::take_unicode_escape() {
    const auto is_high = [](char32_t c) {
        return c >= 0xD800 && c <= 0xDBFF;
    };
    const auto is_low = [](char32_t c) {
        return c >= 0xDC00 && c <= 0xDFFF;
    };
    std::optional<char32_t> code_point = take_hex();
    while (code_point && is_high(*code_point)) {
        if (!take_if('\\')) {
            break;
        }
        if (!take_if('u')) {
            utf8::append(text_, *code_point);
            return take_escape();
        }
        const std::optional<char32_t> second = take_hex();
        if (second && is_low(*second)) {
            utf8::append(text_, 0x10000 + ((*code_point - 0xD800) << 10U) + (*second - 0xDC00));
            return true;
        }
        utf8::append(text_, *code_point);
        code_point = second;
    }
    if (code_point) {
        utf8::append(text_, *code_point);
    }
    return code_point.has_value();
}

void JsonLexer::take_into_text() {
    text_.push_back(source_.peek().front());
    source_.skip(1);
}

bool JsonLexer::take_digits() {
    const std::size_t before = text_.size();
    for (std::optional<char> c = look(); c && ascii::is_digit(*c); c = look()) {
        take_into_text();
        if (text_.size() > kMaxCatalogText) {
            return false;
        }
    }
    return text_.size() > before;
}

/// RFC 8259 section 6.
JsonLexer::Token JsonLexer::take_number() {
    text_.clear();
    if (look() == '-') {
        take_into_text();
    }
    const bool zero = look() == '0';
    if (zero) {
        take_into_text();
    }
    bool valid = zero || take_digits();
    if (valid && look() == '.') {
        take_into_text();
        valid = take_digits();
    }
    if (valid && (look() == 'e' || look() == 'E')) {
        take_into_text();
        if (look() == '+' || look() == '-') {
            take_into_text();
        }
        valid = take_digits();
    }
    return valid ? Token::number : unexpected();
}

JsonLexer::Token JsonLexer::take_literal(std::string_view literal, Token token) {
    for (const char c : literal) {
        if (!take_if(c)) {
            return unexpected();
        }
    }
    return token;
}

} // namespace plex_tuner::catalog
