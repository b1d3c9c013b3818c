// SPDX-License-Identifier: GPL-3.0-or-later
// In one header, because the fuzz target is built from one file.
#pragma once

#include "../../../src/guide/programme_schema.hpp"
#include "../../../src/guide/sax_parser.hpp"
#include "../../../src/guide/xml_repair.hpp"
#include "../../../src/guide/xmltv_time.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::guide::testing {
namespace invariants {

inline constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

using Attributes = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] inline bool is_id(std::string_view id) {
    std::size_t parts = 0;
    while (true) {
        const auto dot = id.find('.');
        const std::string_view part = id.substr(0, dot);
        if (part.empty() ||
            !std::ranges::all_of(part, [](char c) { return ascii::is_alnum(c) || c == '-'; })) {
            return false;
        }
        ++parts;
        if (dot == std::string_view::npos) {
            return parts >= 2;
        }
        id.remove_prefix(dot + 1);
    }
}

[[nodiscard]] inline bool is_time(std::string_view text) {
    return text.size() == kTimeDigits + kUtcOffset.size() && text.ends_with(kUtcOffset) &&
           std::ranges::all_of(text.substr(0, kTimeDigits), ascii::is_digit) &&
           parse_xmltv_time(text);
}

struct Open {
    std::string name;
    std::optional<Tag> tag; ///< inside of a programme
    std::vector<Tag> children;
    std::string text;
    bool xmltv_ns = false;
};

class Checker final : public SaxHandler {
public:
    bool start_element(std::string_view name, const char* const* raw) override {
        Attributes attributes;
        for (; raw[0] != nullptr; raw += 2) {
            attributes[raw[0]] = raw[1];
        }
        const std::size_t depth = stack_.size();
        if (depth == 0) {
            require(name == "tv", "the root is not tv");
        } else if (depth == 1 && name == "channel") {
            start_channel(attributes);
        } else if (depth == 1 && name == "programme") {
            start_programme(attributes);
        } else if (stack_.back().tag) {
            start_child(name, attributes);
            return fault.empty();
        } else {
            require(depth == 2 && (name == "display-name" || name == "icon"),
                "unexpected element " + std::string(name));
            display_names_ += name == "display-name" ? 1 : 0;
        }
        stack_.push_back({std::string(name),
            name == "programme" ? std::optional(Tag::programme) : std::nullopt, {}, {}, false});
        return fault.empty();
    }

    bool end_element() override {
        const Open element = std::move(stack_.back());
        stack_.pop_back();
        const std::string_view text = ascii::trim(element.text);
        if (element.name == "channel") {
            require(display_names_ > 0, "a channel without a name");
        } else if (element.name == "display-name") {
            require(!text.empty(), "an empty display-name");
        } else if (element.tag) {
            end_child(element, text);
        }
        return fault.empty();
    }

    void text(std::string_view piece) override {
        Open& element = stack_.back();
        element.text += piece;
        const bool only_elements = !element.tag ? element.name != "display-name"
                                                : content_of(*element.tag) == Content::elements ||
                                                      content_of(*element.tag) == Content::nothing;
        require(!only_elements || ascii::trim(piece).empty(), "text inside " + element.name);
    }

    void end() {
        for (const auto& [id, programmes] : channels_) {
            require(programmes > 0, "no programme for " + id);
        }
    }

    std::string fault;

private:
    void require(bool good, const std::string& what) {
        if (!good && fault.empty()) {
            fault = what;
        }
    }

    void start_channel(const Attributes& attributes) {
        require(!programmes_begun_, "a channel behind a programme");
        display_names_ = 0;
        const auto id = attributes.find("id");
        require(id != attributes.end() && is_id(id->second), "a channel with a bad id");
        require(
            id != attributes.end() && channels_.emplace(id->second, 0).second, "an id used twice");
    }

    void start_programme(const Attributes& attributes) {
        programmes_begun_ = true;
        const auto value = [&](std::string_view name) {
            const auto found = attributes.find(name);
            return found == attributes.end() ? std::string() : found->second;
        };
        require(is_time(value("start")) && is_time(value("stop")), "a bad time");
        require(value("start") < value("stop"), "a stop not after its start");
        const auto channel = channels_.find(value("channel"));
        require(channel != channels_.end(), "a programme of an unknown channel");
        if (channel != channels_.end()) {
            ++channel->second;
        }
    }

    void start_child(std::string_view name, const Attributes& attributes) {
        Open& parent = stack_.back();
        const auto tag = find_tag(name);
        if (!tag || !allowed(*parent.tag, *tag)) {
            require(false, "unexpected " + std::string(name) + " in " + parent.name);
            return;
        }
        if (content_of(*parent.tag) == Content::elements && !parent.children.empty()) {
            require(
                rank(parent.children.back()) <= rank(*tag), std::string(name) + " out of order");
        }
        require(!at_most_once(*parent.tag, *tag) ||
                    std::ranges::find(parent.children, *tag) == parent.children.end(),
            std::string(name) + " twice");
        const std::string_view required = required_attribute(*tag);
        require(required.empty() || attributes.contains(required),
            std::string(name) + " lacks an attribute");
        for (const auto& [attribute, value] : attributes) {
            require(
                attribute_allowed(*tag, attribute, value), attribute + " of " + std::string(name));
        }
        parent.children.push_back(*tag);
        const auto system = attributes.find("system");
        stack_.push_back({std::string(name), tag, {}, {},
            *tag == Tag::episode_num && system != attributes.end() &&
                system->second == "xmltv_ns"});
    }

    void end_child(const Open& element, std::string_view text) {
        const auto has = [&](Tag tag) {
            return std::ranges::find(element.children, tag) != element.children.end();
        };
        if (*element.tag == Tag::programme) {
            require(has(Tag::title), "a programme without a title");
            xmltv_ns_seen_ = false;
        } else if (*element.tag == Tag::title || *element.tag == Tag::desc) {
            require(!text.empty(), "an empty " + element.name);
        } else if (*element.tag == Tag::rating || *element.tag == Tag::star_rating) {
            require(has(Tag::value), "a rating without a value");
        }
        if (element.xmltv_ns) {
            require(
                is_xmltv_ns(element.text) && !xmltv_ns_seen_, "a bad or second xmltv_ns number");
            xmltv_ns_seen_ = true;
        }
    }

    std::vector<Open> stack_;
    std::map<std::string, int, std::less<>> channels_;
    int display_names_ = 0;
    bool programmes_begun_ = false;
    bool xmltv_ns_seen_ = false;
};

[[nodiscard]] inline std::string suspicious_bytes(std::string_view guide) {
    for (const std::string_view misread : {"\xC3\xAF\xC2\xBF\xC2\xBD", "\xEF\xBF\xBD"}) {
        if (guide.find(misread) != std::string_view::npos) {
            return "a character that stands for a lost one";
        }
    }
    for (auto at = guide.find('\xC2'); at != std::string_view::npos;
        at = guide.find('\xC2', at + 1)) {
        if (static_cast<unsigned char>(guide[at + 1]) < 0xA0) {
            return "a C1 control";
        }
    }
    return {};
}

} // namespace invariants

/// Empty when `guide` is well-formed and has what every guide we write must have, whatever it was
/// made from; else the first thing that is wrong: channels before programmes, valid and unique ids,
/// a programme for each channel, times in our form with the stop after the start, children the DTD
/// knows in its order, a visible title.
[[nodiscard]] inline std::string guide_fault(std::string_view guide) {
    if (!guide.starts_with(invariants::kDeclaration)) {
        return "no XML declaration";
    }
    if (!utf8::is_valid(guide)) {
        return "not UTF-8";
    }
    if (std::string fault = invariants::suspicious_bytes(guide); !fault.empty()) {
        return fault;
    }
    const std::string_view body = guide.substr(invariants::kDeclaration.size());
    XmlRepair repair;
    std::string repaired(repair.feed(body));
    repaired += repair.finish();
    if (repaired != body) {
        return "it needs repair";
    }
    invariants::Checker checker;
    SaxParser parser(checker);
    auto parsed = parser.feed(body);
    if (parsed) {
        parsed = parser.finish();
    }
    if (checker.fault.empty() && !parsed) {
        return parsed.error().message();
    }
    checker.end();
    return checker.fault;
}

} // namespace plex_tuner::guide::testing
