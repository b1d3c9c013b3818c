// SPDX-License-Identifier: GPL-3.0-or-later
#include "text_decoder.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::guide {
namespace {

/// White space and declaration together; real declarations have some 60 bytes.
constexpr std::size_t kMaxDeclarationBytes = 1024;
constexpr std::size_t kMaxQuotedName = 40;
constexpr std::string_view kDeclaration = "<?xml";
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kLittleEndianMark = "\xFF\xFE";
constexpr std::string_view kBigEndianMark = "\xFE\xFF";
constexpr char32_t kReplacement = 0xFFFD;

/// The value of the encoding pseudo attribute, empty without one.
[[nodiscard]] std::string_view declared_encoding(std::string_view declaration) {
    const auto at = declaration.find("encoding");
    if (at == std::string_view::npos) {
        return {};
    }
    std::string_view rest =
        ascii::trim(declaration.substr(at + std::string_view("encoding").size()));
    if (!rest.starts_with('=')) {
        return {};
    }
    rest = ascii::trim(rest.substr(1));
    if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) {
        return {};
    }
    const auto end = rest.find(rest.front(), 1);
    return end == std::string_view::npos ? std::string_view() : rest.substr(1, end - 1);
}

[[nodiscard]] std::string normalised(std::string_view name) {
    std::string key;
    for (const char c : name) {
        if (ascii::is_alnum(c)) {
            key += ascii::to_lower(c);
        }
    }
    return key;
}

/// For an error: the name came from outside.
[[nodiscard]] std::string printable(std::string_view name) {
    std::string text;
    for (const char c : name.substr(0, kMaxQuotedName)) {
        text += c > ' ' && c < 0x7F ? c : '?';
    }
    return text;
}

[[nodiscard]] constexpr bool is_high_surrogate(char16_t unit) noexcept {
    return unit >= 0xD800 && unit < 0xDC00;
}

[[nodiscard]] constexpr bool is_low_surrogate(char16_t unit) noexcept {
    return unit >= 0xDC00 && unit < 0xE000;
}

} // namespace

Result<std::string_view> TextDecoder::feed(std::string_view in) {
    out_.clear();
    if (mode_ != Mode::undecided) {
        return decode(in);
    }
    prefix_ += in;
    auto decided = decide(false);
    if (!decided) {
        return fail(std::move(decided).error());
    }
    return *decided ? decode(prefix_) : std::string_view();
}

Result<std::string_view> TextDecoder::finish() {
    out_.clear();
    std::string_view rest;
    if (mode_ == Mode::undecided) {
        if (auto decided = decide(true); !decided) {
            return fail(std::move(decided).error());
        }
        rest = decode(prefix_);
    }
    if (iconv_) {
        iconv_->finish(out_);
        return out_;
    }
    if (half_unit_ || high_surrogate_) {
        utf8::append(out_, kReplacement);
        rest = out_;
        half_unit_.reset();
        high_surrogate_.reset();
    }
    return rest;
}

/// Sets mode_ and drops the byte order mark, or returns false when more bytes are needed.
Result<bool> TextDecoder::decide(bool final) {
    const std::string_view bytes = prefix_;
    const auto strip = [this](std::size_t count) {
        prefix_.erase(0, count);
    };
    if (bytes.size() < 4 && !final) {
        return false;
    }
    if (bytes.starts_with(kUtf8Mark)) {
        mode_ = Mode::utf8;
        strip(kUtf8Mark.size());
        return true;
    }
    if (bytes.starts_with(kLittleEndianMark) || bytes.starts_with(kBigEndianMark)) {
        mode_ = bytes.starts_with(kLittleEndianMark) ? Mode::utf16_le : Mode::utf16_be;
        strip(kLittleEndianMark.size());
        return true;
    }
    if (bytes.size() >= 2 && (bytes[0] == '\0') != (bytes[1] == '\0')) {
        mode_ = bytes[1] == '\0' ? Mode::utf16_le : Mode::utf16_be;
        return true;
    }
    mode_ = Mode::utf8;
    const auto begin = std::min(
        static_cast<std::size_t>(std::ranges::find_if_not(bytes, ascii::is_space) - bytes.begin()),
        bytes.size());
    // Looked at up to a fixed length, so that the chunking makes no difference.
    const std::string_view start =
        bytes.substr(0, kMaxDeclarationBytes).substr(std::min(begin, kMaxDeclarationBytes));
    const bool may_grow = !final && bytes.size() < kMaxDeclarationBytes;
    if (start.size() < kDeclaration.size() && kDeclaration.starts_with(start) && may_grow) {
        mode_ = Mode::undecided;
        return false;
    }
    if (!start.starts_with(kDeclaration)) {
        return true;
    }
    const auto end = start.find("?>");
    if (end == std::string_view::npos) {
        mode_ = may_grow ? Mode::undecided : Mode::utf8;
        return !may_grow;
    }
    const std::string_view name = declared_encoding(start.substr(0, end));
    const std::string key = normalised(name);
    // A document that can be read this far byte by byte is not in UTF-16, whatever it says.
    if (key.empty() || key.starts_with("utf") || key == "unicode" || key == "usascii" ||
        key == "ascii") {
        return true;
    }
    charset_ = find_charset(key);
    if (charset_ != nullptr) {
        mode_ = Mode::single_byte;
        return true;
    }
    iconv_ = IconvDecoder::open(name);
    if (!iconv_) {
        return fail(
            ErrorCode::unsupported, "the encoding '" + printable(name) + "' is not supported");
    }
    mode_ = Mode::iconv;
    return true;
}

std::string_view TextDecoder::decode(std::string_view in) {
    switch (mode_) {
    case Mode::undecided:
    case Mode::utf8:
        return in;
    case Mode::single_byte:
        return decode_single_byte(in);
    case Mode::utf16_le:
    case Mode::utf16_be:
        return decode_utf16(in);
    case Mode::iconv:
        iconv_->append(out_, in);
        return out_;
    }
    return in;
}

std::string_view TextDecoder::decode_single_byte(std::string_view in) {
    const auto is_upper = [](char c) {
        return static_cast<unsigned char>(c) >= 0x80;
    };
    const auto* at = std::ranges::find_if(in, is_upper);
    if (at == in.end()) {
        return in;
    }
    const auto* run = in.begin();
    for (; at != in.end(); at = std::find_if(at, in.end(), is_upper)) {
        out_.append(run, at);
        const auto byte = static_cast<unsigned char>(*at);
        utf8::append(out_,
            byte < charset_->first ? char32_t{byte} : charset_->upper[byte - charset_->first]);
        run = ++at;
    }
    out_.append(run, in.end());
    return out_;
}

std::string_view TextDecoder::decode_utf16(std::string_view in) {
    for (const char c : in) {
        const auto byte = static_cast<unsigned char>(c);
        if (!half_unit_) {
            half_unit_ = byte;
            continue;
        }
        const unsigned first = *std::exchange(half_unit_, std::nullopt);
        append_utf16_unit(static_cast<char16_t>(
            mode_ == Mode::utf16_le ? first | (unsigned{byte} << 8) : (first << 8) | byte));
    }
    return out_;
}

void TextDecoder::append_utf16_unit(char16_t unit) {
    if (high_surrogate_) {
        const char16_t high = *std::exchange(high_surrogate_, std::nullopt);
        if (is_low_surrogate(unit)) {
            utf8::append(out_, 0x10000U + ((char32_t{high} - 0xD800U) << 10) + (unit - 0xDC00U));
            return;
        }
        utf8::append(out_, kReplacement);
    }
    if (is_high_surrogate(unit)) {
        high_surrogate_ = unit;
        return;
    }
    utf8::append(out_, unit); // a lone low surrogate becomes U+FFFD there
}

} // namespace plex_tuner::guide
