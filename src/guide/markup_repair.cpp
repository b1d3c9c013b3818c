// SPDX-License-Identifier: GPL-3.0-or-later
#include "markup_repair.hpp"

#include "programme_schema.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::guide {
namespace {

constexpr std::string_view kCdataBegin = "<![CDATA[";
constexpr std::string_view kCdataEnd = "]]>";
constexpr std::string_view kEscaped = "&lt;";
/// What is longer is no tag. Together with the next two it bounds how often a byte is looked at.
constexpr std::size_t kMaxTagBytes = std::size_t{16} * 1024;
constexpr std::size_t kMaxAttributes = 64;
constexpr std::size_t kMaxAngles = 8;

constexpr std::array<std::string_view, 4> kBreaks{"br", "p", "div", "li"};
constexpr std::array<std::string_view, 12> kInline{
    "a", "b", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u", "ul"};
/// Those of xmltv.dtd outside of a programme.
constexpr std::array<std::string_view, 4> kOuter{"tv", "channel", "display-name", "programme"};

template <std::size_t count>
[[nodiscard]] bool contains(
    const std::array<std::string_view, count>& names, std::string_view name) noexcept {
    return std::ranges::any_of(
        names, [name](std::string_view known) { return ascii::iequals(known, name); });
}

[[nodiscard]] bool starts_name(char c) noexcept {
    return ascii::is_alpha(c) || c == '_' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

[[nodiscard]] std::size_t name_end(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() && (starts_name(text[at]) || ascii::is_digit(text[at]) ||
                                   text[at] == '-' || text[at] == '.')) {
        ++at;
    }
    return at;
}

[[nodiscard]] std::size_t skip_blanks(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() && ascii::is_space(text[at])) {
        ++at;
    }
    return at;
}

[[nodiscard]] bool holds_text(std::string_view name) noexcept {
    if (name == "display-name") {
        return true;
    }
    const auto tag = find_tag(name);
    return tag && (content_of(*tag) == Content::text || content_of(*tag) == Content::optional_text);
}

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '<') {
            out += kEscaped;
        } else {
            out += c;
        }
    }
}

} // namespace

std::string_view MarkupRepair::feed(std::string_view in) {
    in_ += in;
    return run(false);
}

std::string_view MarkupRepair::finish() {
    return run(true);
}

std::string_view MarkupRepair::run(bool final) {
    out_.clear();
    const std::string_view in = in_;
    std::size_t at = 0;
    while (at < in.size()) {
        const std::size_t stop = in_cdata_ ? in.find(kCdataEnd, at) : in.find('<', at);
        if (stop == std::string_view::npos) {
            const std::size_t held = in_cdata_ && !final ? kCdataEnd.size() - 1 : 0;
            const std::size_t end = std::max(at, in.size() - std::min(in.size(), held));
            out_.append(in.substr(at, end - at));
            at = end;
            break;
        }
        out_.append(in.substr(at, stop - at));
        at = stop;
        if (in_cdata_) {
            out_ += kCdataEnd;
            at += kCdataEnd.size();
            in_cdata_ = false;
            continue;
        }
        const std::string_view rest = in.substr(at);
        if (rest.starts_with(kCdataBegin)) {
            out_ += kCdataBegin;
            at += kCdataBegin.size();
            in_cdata_ = true;
            continue;
        }
        Tag tag;
        const Scan scanned = kCdataBegin.starts_with(rest)
                                 ? Scan::undecided
                                 : scan(rest.substr(0, kMaxTagBytes), tag);
        if (scanned == Scan::undecided && !final && rest.size() < kMaxTagBytes) {
            break;
        }
        if (scanned == Scan::tag) {
            at += write(tag);
        } else {
            out_ += kEscaped;
            ++at;
        }
    }
    in_.erase(0, at);
    return out_;
}

MarkupRepair::Scan MarkupRepair::scan(std::string_view text, Tag& tag) {
    attributes_.clear();
    angles_ = 0;
    tag.closing = text.size() > 1 && text[1] == '/';
    const std::size_t begin = tag.closing ? 2 : 1;
    if (begin >= text.size()) {
        return Scan::undecided;
    }
    if (!starts_name(text[begin])) {
        return Scan::no_tag;
    }
    std::size_t at = name_end(text, begin);
    tag.name = text.substr(begin, at - begin);
    while (true) {
        const std::size_t next = skip_blanks(text, at);
        if (next == text.size()) {
            return Scan::undecided;
        }
        if (text[next] == '>') {
            tag.text = text.substr(0, next + 1);
            return Scan::tag;
        }
        if (tag.closing) {
            return Scan::no_tag;
        }
        if (text[next] == '/') {
            if (next + 1 == text.size()) {
                return Scan::undecided;
            }
            tag.empty = true;
            tag.text = text.substr(0, next + 2);
            return text[next + 1] == '>' ? Scan::tag : Scan::no_tag;
        }
        if (next == at || attributes_.size() == kMaxAttributes) {
            return Scan::no_tag;
        }
        if (const Scan scanned = scan_attribute(text, at, tag); scanned != Scan::tag) {
            return scanned;
        }
    }
}

/// One with a quoted value, from the white space before it; moves `at` behind it.
MarkupRepair::Scan MarkupRepair::scan_attribute(std::string_view text, std::size_t& at, Tag& tag) {
    const std::size_t begin = skip_blanks(text, at);
    if (!starts_name(text[begin])) {
        return Scan::no_tag;
    }
    const std::size_t end = name_end(text, begin);
    const std::size_t equals = skip_blanks(text, end);
    if (equals == text.size()) {
        return Scan::undecided;
    }
    if (text[equals] != '=') {
        return Scan::no_tag;
    }
    const std::size_t quote = skip_blanks(text, equals + 1);
    if (quote == text.size()) {
        return Scan::undecided;
    }
    if (text[quote] != '"' && text[quote] != '\'') {
        return Scan::no_tag;
    }
    std::size_t closer = quote + 1;
    for (; closer < text.size() && text[closer] != text[quote]; ++closer) {
        if (text[closer] == '<') {
            tag.has_fault = true;
            if (++angles_ > kMaxAngles) {
                return Scan::no_tag;
            }
        }
    }
    if (closer == text.size()) {
        return Scan::undecided;
    }
    const std::string_view name = text.substr(begin, end - begin);
    tag.has_fault = tag.has_fault ||
                    std::ranges::find(attributes_, name, &Attribute::name) != attributes_.end();
    attributes_.push_back({at, closer + 1, name});
    at = closer + 1;
    return Scan::tag;
}

std::size_t MarkupRepair::write(const Tag& tag) {
    if (!text_element_.empty()) {
        if (tag.closing && tag.name == text_element_) {
            text_element_.clear();
        } else if (contains(kBreaks, tag.name)) {
            out_ += ' ';
            return tag.text.size();
        } else if (contains(kInline, tag.name)) {
            return tag.text.size();
        } else if (!find_tag(tag.name) && !contains(kOuter, tag.name)) {
            out_ += kEscaped;
            return 1;
        }
    } else if (!tag.closing && !tag.empty && holds_text(tag.name)) {
        text_element_ = tag.name;
    }
    if (tag.has_fault) {
        write_mended(tag);
    } else {
        out_ += tag.text;
    }
    return tag.text.size();
}

void MarkupRepair::write_mended(const Tag& tag) {
    out_.append("<").append(tag.name);
    for (auto attribute = attributes_.begin(); attribute != attributes_.end(); ++attribute) {
        const bool is_first = std::ranges::find(attributes_.begin(), attribute, attribute->name,
                                  &Attribute::name) == attribute;
        if (is_first) {
            append_escaped(
                out_, tag.text.substr(attribute->begin, attribute->end - attribute->begin));
        }
    }
    out_ += tag.text.substr(attributes_.back().end);
}

} // namespace plex_tuner::guide
