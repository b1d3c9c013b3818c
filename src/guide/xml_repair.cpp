// SPDX-License-Identifier: GPL-3.0-or-later
#include "xml_repair.hpp"

#include "byte_scan.hpp"
#include "html_entities.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::guide {
namespace {

constexpr std::size_t kMaxReferenceBytes = 40; ///< longer ones are no references
constexpr std::string_view kCommentBegin = "<!--";
constexpr std::string_view kCommentEnd = "-->";
constexpr std::string_view kCdataBegin = "<![CDATA[";
constexpr std::string_view kCdataEnd = "]]>";
constexpr std::string_view kDoctypeBegin = "<!DOCTYPE";
constexpr std::string_view kInstructionEnd = "?>";
constexpr std::array<std::string_view, 5> kPredefined{"amp", "lt", "gt", "quot", "apos"};
constexpr char32_t kReplacement = 0xFFFD;

[[nodiscard]] constexpr bool is_forbidden_control(unsigned byte) noexcept {
    return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
}

constexpr ByteSet kSpecial = [] {
    ByteSet set{};
    for (unsigned byte = 0; byte < set.size(); ++byte) {
        set[byte] =
            byte >= 0x80 || is_forbidden_control(byte) || byte == '&' || byte == '!' || byte == '?';
    }
    return set;
}();

[[nodiscard]] std::size_t find_special(std::string_view text, std::size_t at) noexcept {
    return scan_to(text, at, kSpecial, [](ByteBlock block) {
        return ((block < 0x20) & (block != '\t') & (block != '\n') & (block != '\r')) |
               (block >= 0x80) | (block == '&') | (block == '!') | (block == '?');
    });
}

/// Bytes of the UTF-8 sequence at the start of `text` (Unicode table 3-7); 0 when there is none, or
/// text.size() + 1 when it is cut off by the end of the text.
[[nodiscard]] std::size_t sequence_length(std::string_view text) noexcept {
    const auto byte = [text](std::size_t i) {
        return static_cast<unsigned char>(text[i]);
    };
    const unsigned lead = byte(0);
    const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    for (std::size_t i = 1; i < length; ++i) {
        if (i == text.size()) {
            return text.size() + 1;
        }
        const unsigned low = i > 1 ? 0x80U : lead == 0xE0 ? 0xA0U : lead == 0xF0 ? 0x90U : 0x80U;
        const unsigned high = i > 1 ? 0xBFU : lead == 0xED ? 0x9FU : lead == 0xF4 ? 0x8FU : 0xBFU;
        if (byte(i) < low || byte(i) > high) {
            return 0;
        }
    }
    return length;
}

/// Production [2] Char of XML 1.0.
[[nodiscard]] constexpr bool is_xml_character(char32_t c) noexcept {
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xD800) ||
           (c >= 0xE000 && c < 0xFFFE) || (c >= 0x10000 && c < 0x110000);
}

[[nodiscard]] constexpr bool is_c1_control(char32_t c) noexcept {
    return c >= 0x80 && c < 0xA0;
}

[[nodiscard]] std::string encoded(char32_t code_point) {
    std::string text;
    utf8::append(text, code_point);
    return text;
}

[[nodiscard]] std::string from_windows_1252(unsigned byte) {
    const char32_t code_point = utf8::windows_1252(static_cast<std::uint8_t>(byte));
    return code_point == kReplacement ? "?" : encoded(code_point);
}

} // namespace

std::string_view XmlRepair::feed(std::string_view in) {
    if (pending_.empty()) {
        return run(in, false);
    }
    joined_ = pending_;
    joined_ += in;
    return run(joined_, false);
}

std::string_view XmlRepair::finish() {
    joined_ = pending_;
    return run(joined_, true);
}

std::string_view XmlRepair::run(std::string_view in, bool final) {
    in_ = in;
    final_ = final;
    changed_ = false;
    kept_ = 0;
    end_ = in.size();
    out_.clear();
    pending_.clear();
    for (std::size_t at = 0; at < in_.size();) {
        switch (state_) {
        case State::text:
            at = text(at);
            break;
        case State::cdata:
            at = cdata(at);
            break;
        case State::comment:
            at = skip_to(kCommentEnd, at);
            break;
        case State::instruction:
            at = skip_to(kInstructionEnd, at);
            break;
        case State::doctype:
            at = skip_doctype(at);
            break;
        }
    }
    // A '<' may be the first byte of a comment.
    if (state_ == State::text && !final_ && kept_ < end_ && in_[end_ - 1] == '<') {
        static_cast<void>(hold(end_ - 1));
    }
    if (!changed_) {
        return in_.substr(0, end_);
    }
    keep_until(end_);
    return out_;
}

std::size_t XmlRepair::text(std::size_t at) {
    at = find_special(in_, at);
    if (at == in_.size()) {
        return at;
    }
    if (in_[at] == '&') {
        return reference(at);
    }
    if (in_[at] == '!' || in_[at] == '?') {
        return at > kept_ && in_[at - 1] == '<' ? open_markup(at) : at + 1;
    }
    return byte(at);
}

std::size_t XmlRepair::cdata(std::size_t at) {
    const std::size_t closer = in_.find(kCdataEnd, at);
    const bool open = closer == std::string_view::npos;
    // The last bytes of a chunk may begin the closer.
    const std::size_t held = open && !final_ ? std::min(in_.size() - at, kCdataEnd.size() - 1) : 0;
    const std::size_t stop = open ? in_.size() - held : closer;
    std::size_t done = at;
    for (std::size_t next = find_special(in_, done); next < stop; next = find_special(in_, done)) {
        const unsigned value = static_cast<unsigned char>(in_[next]);
        done = value >= 0x80 || is_forbidden_control(value) ? byte(next) : next + 1;
        if (end_ != in_.size()) {
            return in_.size();
        }
    }
    if (open) {
        return held == 0 ? in_.size() : hold(std::max(stop, done));
    }
    state_ = State::text;
    return closer + kCdataEnd.size();
}

std::size_t XmlRepair::open_markup(std::size_t bang) {
    const std::size_t begin = bang - 1;
    const std::string_view rest = in_.substr(begin);
    if (in_[bang] == '?') {
        return begin_skip(State::instruction, begin, bang + 1);
    }
    if (rest.starts_with(kCommentBegin)) {
        return begin_skip(State::comment, begin, begin + kCommentBegin.size());
    }
    if (rest.starts_with(kCdataBegin)) {
        state_ = State::cdata;
        return begin + kCdataBegin.size();
    }
    if (ascii::istarts_with(rest, kDoctypeBegin)) {
        quote_ = '\0';
        brackets_ = 0;
        in_comment_ = false;
        recent_ = 0;
        return begin_skip(State::doctype, begin, begin + kDoctypeBegin.size());
    }
    const bool undecided = kCommentBegin.starts_with(rest) || kCdataBegin.starts_with(rest) ||
                           ascii::istarts_with(kDoctypeBegin, rest);
    return undecided && !final_ ? hold(begin) : bang + 1;
}

std::size_t XmlRepair::begin_skip(State state, std::size_t begin, std::size_t content) {
    keep_until(begin);
    state_ = state;
    drop_until(content);
    return content;
}

std::size_t XmlRepair::skip_to(std::string_view closer, std::size_t at) {
    const std::size_t found = in_.find(closer, at);
    if (found != std::string_view::npos) {
        state_ = State::text;
        drop_until(found + closer.size());
        return kept_;
    }
    const std::size_t held = final_ ? 0 : std::min(in_.size() - at, closer.size() - 1);
    drop_until(in_.size() - held);
    return held == 0 ? in_.size() : hold(in_.size() - held);
}

/// Quotes, brackets and comments count, so that a '>' inside of them does not end it.
std::size_t XmlRepair::skip_doctype(std::size_t at) {
    constexpr std::uint32_t kOpen = 0x3C212D2D;  // "<!--"
    constexpr std::uint32_t kClose = 0x002D2D3E; // "-->"
    for (; at < in_.size(); ++at) {
        const char c = in_[at];
        recent_ = (recent_ << 8) | static_cast<unsigned char>(c);
        if (in_comment_) {
            in_comment_ = (recent_ & 0x00FFFFFF) != kClose;
        } else if (quote_ != '\0') {
            quote_ = c == quote_ ? '\0' : quote_;
        } else if (c == '"' || c == '\'') {
            quote_ = c;
        } else if (recent_ == kOpen) {
            in_comment_ = true;
            recent_ = 0;
        } else if (c == '[') {
            ++brackets_;
        } else if (c == ']') {
            --brackets_;
        } else if (c == '>' && brackets_ <= 0) {
            state_ = State::text;
            drop_until(at + 1);
            return at + 1;
        }
    }
    drop_until(at);
    return at;
}

std::size_t XmlRepair::reference(std::size_t at) {
    const std::size_t limit = std::min(in_.size(), at + kMaxReferenceBytes);
    std::size_t end = at + 1;
    if (end < limit && in_[end] == '#') {
        ++end;
    }
    while (end < limit && ascii::is_alnum(in_[end])) {
        ++end;
    }
    if (end == in_.size() && end < at + kMaxReferenceBytes && !final_) {
        return hold(at);
    }
    if (end < limit && in_[end] == ';' && end > at + 1) {
        if (in_[at + 1] == '#') {
            return numeric_reference(at, end);
        }
        const std::string_view name = in_.substr(at + 1, end - at - 1);
        if (std::ranges::find(kPredefined, name) != kPredefined.end()) {
            return end + 1;
        }
        if (const auto known = html_entity(name)) {
            return replace(at, end + 1 - at, encoded(*known));
        }
    }
    return replace(at, 1, "&amp;");
}

std::size_t XmlRepair::numeric_reference(std::size_t at, std::size_t end) {
    std::string_view digits = in_.substr(at + 2, end - at - 2);
    const bool hex = digits.starts_with('x');
    digits.remove_prefix(hex ? 1 : 0);
    const auto is_digit = [hex](char c) {
        return ascii::is_digit(c) ||
               (hex && ascii::to_lower(c) >= 'a' && ascii::to_lower(c) <= 'f');
    };
    if (digits.empty() || !std::ranges::all_of(digits, is_digit)) {
        return replace(at, 1, "&amp;");
    }
    const auto value = ascii::parse_integer<std::uint32_t>(digits, hex ? 16 : 10);
    const std::size_t length = end + 1 - at;
    if (!value || !is_xml_character(*value)) {
        return replace(at, length, "");
    }
    if (is_c1_control(*value)) {
        return replace(at, length, from_windows_1252(*value));
    }
    return end + 1;
}

/// A byte that is not plain ASCII text.
std::size_t XmlRepair::byte(std::size_t at) {
    const unsigned value = static_cast<unsigned char>(in_[at]);
    if (value < 0x80) {
        return replace(at, 1, "");
    }
    const std::string_view rest = in_.substr(at);
    const std::size_t length = sequence_length(rest);
    if (length > rest.size() && !final_) {
        return hold(at);
    }
    if (length == 0 || length > rest.size()) {
        return replace(at, 1, from_windows_1252(value));
    }
    if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
        return replace(at, length, "");
    }
    return at + length;
}

std::size_t XmlRepair::hold(std::size_t at) {
    pending_.assign(in_.substr(at));
    end_ = at;
    return in_.size();
}

void XmlRepair::keep_until(std::size_t at) {
    out_.append(in_.substr(kept_, at - kept_));
    kept_ = at;
    changed_ = true;
}

std::size_t XmlRepair::replace(std::size_t at, std::size_t length, std::string_view with) {
    keep_until(at);
    out_ += with;
    kept_ = at + length;
    return kept_;
}

void XmlRepair::drop_until(std::size_t end) {
    const std::string_view dropped = in_.substr(kept_, end - kept_);
    out_.append(static_cast<std::size_t>(std::ranges::count(dropped, '\n')), '\n');
    kept_ = end;
    changed_ = true;
}

} // namespace plex_tuner::guide
