// SPDX-License-Identifier: GPL-3.0-or-later
#include "programme_body.hpp"

#include "xml_text.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::guide {
namespace {

constexpr std::size_t kMaxTextBytes = std::size_t{64} * 1024;     ///< of one element, then cut
constexpr std::size_t kMaxAttributeBytes = std::size_t{8} * 1024; ///< longer ones are dropped
constexpr std::size_t kMaxProgrammeBytes =
    std::size_t{256} * 1024; ///< further children are dropped
constexpr std::string_view kXmltvNs = "xmltv_ns";
constexpr std::string_view kOnscreenEpisode = R"(<episode-num system="onscreen">)";

[[nodiscard]] constexpr std::uint64_t bit(Tag tag) noexcept {
    return std::uint64_t{1} << static_cast<unsigned>(tag);
}

static_assert(kTagCount <= 64);

[[nodiscard]] bool claims_xmltv_ns(Tag tag, const char* const* attributes) noexcept {
    if (tag != Tag::episode_num) {
        return false;
    }
    for (; attributes[0] != nullptr; attributes += 2) {
        if (std::string_view(attributes[0]) == "system") {
            return ascii::iequals(ascii::trim(attributes[1]), kXmltvNs);
        }
    }
    return false;
}

} // namespace

void ProgrammeBody::begin() {
    out_.clear();
    children_.clear();
    depth_ = 0;
    skipped_ = 0;
    has_xmltv_ns_ = false;
    push(Tag::programme, 0, false);
}

void ProgrammeBody::push(Tag tag, std::size_t begin, bool is_xmltv_ns) {
    stack_[depth_++] = {
        tag, content_of(tag), begin, out_.size(), children_.size(), 0, 0, true, is_xmltv_ns};
}

void ProgrammeBody::start(std::string_view name, const char* const* attributes) {
    if (skipped_ > 0) {
        ++skipped_;
        return;
    }
    const Open& parent = top();
    const auto tag = find_tag(name);
    if (!tag || !allowed(parent.tag, *tag) || out_.size() > kMaxProgrammeBytes ||
        ((parent.seen & bit(*tag)) != 0 && at_most_once(parent.tag, *tag))) {
        skipped_ = 1;
        return;
    }
    const std::size_t begin = out_.size();
    out_ += '<';
    out_ += name;
    const bool is_xmltv_ns = claims_xmltv_ns(*tag, attributes);
    if (is_xmltv_ns) {
        out_ += R"( system="xmltv_ns")";
    } else if (attributes[0] != nullptr || !required_attribute(*tag).empty()) {
        if (!write_attributes(*tag, attributes)) {
            out_.resize(begin);
            skipped_ = 1;
            return;
        }
    }
    out_ += '>';
    push(*tag, begin, is_xmltv_ns);
}

/// False when the one the element needs is not among them.
bool ProgrammeBody::write_attributes(Tag tag, const char* const* attributes) {
    const std::string_view required = required_attribute(tag);
    bool complete = required.empty();
    for (; attributes[0] != nullptr; attributes += 2) {
        const std::string_view name = attributes[0];
        const std::string_view value = attributes[1];
        if (!attribute_allowed(tag, name, value) || value.size() > kMaxAttributeBytes) {
            continue;
        }
        out_ += ' ';
        out_ += name;
        out_ += "=\"";
        append_attribute(out_, value);
        out_ += '"';
        complete = complete || name == required;
    }
    return complete;
}

void ProgrammeBody::text(std::string_view text) {
    if (skipped_ > 0) {
        return;
    }
    const Open& element = top();
    if (element.content == Content::elements || element.content == Content::nothing) {
        return;
    }
    const std::size_t used = out_.size() - element.content_begin;
    const std::size_t room = kMaxTextBytes - std::min(used, kMaxTextBytes);
    append_text(out_, text.size() <= room ? text : utf8::truncate(text, room));
}

void ProgrammeBody::end() {
    if (skipped_ > 0) {
        --skipped_;
        return;
    }
    const Open element = top();
    const bool kept = close(element);
    children_.resize(element.first_child);
    --depth_;
    if (!kept) {
        out_.resize(element.begin);
        return;
    }
    Open& parent = top();
    parent.seen |= bit(element.tag);
    if (parent.content == Content::elements) {
        const std::uint8_t child_rank = rank(element.tag);
        parent.sorted = parent.sorted && child_rank >= parent.last_rank;
        parent.last_rank = child_rank;
        children_.push_back({child_rank, element.begin, out_.size()});
    }
}

/// Writes the end tag; false when the element is to be left out.
bool ProgrammeBody::close(const Open& element) {
    switch (element.content) {
    case Content::nothing:
        make_empty_tag();
        return true;
    case Content::text:
    case Content::mixed:
        return close_text(element);
    case Content::optional_text:
        if (!end_text(out_, element.content_begin)) {
            make_empty_tag();
            return true;
        }
        break;
    case Content::elements:
        return close_elements(element);
    }
    out_ += closing_tag(element.tag);
    return true;
}

bool ProgrammeBody::close_text(const Open& element) {
    if (!end_text(out_, element.content_begin)) {
        return false;
    }
    if (element.is_xmltv_ns && !close_xmltv_ns(element)) {
        return false;
    }
    out_ += closing_tag(element.tag);
    return true;
}

/// tv_validate_file accepts one such number and insists on two dots. "3.7" is completed; what is
/// no such number is still good to look at.
bool ProgrammeBody::close_xmltv_ns(const Open& element) {
    const std::string text = out_.substr(element.content_begin);
    const bool complete = is_xmltv_ns(text);
    if (complete || is_xmltv_ns(text + ".")) {
        if (has_xmltv_ns_) {
            return false;
        }
        has_xmltv_ns_ = true;
        out_ += complete ? "" : ".";
        return true;
    }
    out_.resize(element.begin);
    out_ += kOnscreenEpisode;
    out_ += text;
    return true;
}

bool ProgrammeBody::close_elements(const Open& element) {
    const bool is_rating = element.tag == Tag::rating || element.tag == Tag::star_rating;
    if (is_rating && (element.seen & bit(Tag::value)) == 0) {
        return false;
    }
    if (element.seen == 0) {
        const bool has_attribute =
            element.content_begin - element.begin > tag_name(element.tag).size() + 2;
        if (element.tag != Tag::subtitles || !has_attribute) {
            return false;
        }
        make_empty_tag();
        return true;
    }
    order_children(element);
    out_ += closing_tag(element.tag);
    return true;
}

/// out_ ends with the start tag: "<new>" becomes "<new/>".
void ProgrammeBody::make_empty_tag() {
    out_.back() = '/';
    out_ += '>';
}

void ProgrammeBody::order_children(const Open& element) {
    if (element.sorted) {
        return;
    }
    const auto first = children_.begin() + static_cast<std::ptrdiff_t>(element.first_child);
    std::sort(first, children_.end(), [](const Child& a, const Child& b) {
        return std::pair(a.rank, a.begin) < std::pair(b.rank, b.begin);
    });
    scratch_.clear();
    for (auto child = first; child != children_.end(); ++child) {
        const std::size_t begin = element.content_begin + scratch_.size();
        scratch_.append(out_, child->begin, child->end - child->begin);
        child->end = begin + (child->end - child->begin);
        child->begin = begin;
    }
    out_.replace(element.content_begin, std::string::npos, scratch_);
}

void ProgrammeBody::finish() {
    order_children(top());
}

bool ProgrammeBody::has_title() const noexcept {
    return (stack_[0].seen & bit(Tag::title)) != 0;
}

} // namespace plex_tuner::guide
