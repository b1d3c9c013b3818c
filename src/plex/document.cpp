// SPDX-License-Identifier: GPL-3.0-or-later
#include "document.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/redact.hpp>

#include <algorithm>

namespace plex_tuner::plex {

namespace {

constexpr std::string_view kContainer = "MediaContainer";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

} // namespace

std::string_view Element::attribute(std::string_view key) const noexcept {
    for (const auto& [own, value] : attributes) {
        if (own == key) {
            return value;
        }
    }
    return {};
}

std::optional<bool> Element::flag(std::string_view key) const noexcept {
    const std::string_view value = attribute(key);
    if (value == "1" || ascii::iequals(value, "true")) {
        return true;
    }
    if (value == "0" || ascii::iequals(value, "false")) {
        return false;
    }
    return std::nullopt;
}

std::vector<const Element*> Element::all(std::string_view child) const {
    std::vector<const Element*> found;
    for (const Element& one : children) {
        if (ascii::iequals(one.name, child)) {
            found.push_back(&one);
        }
    }
    return found;
}

Result<Element> read_container(std::string_view body) {
    if (body.starts_with(kByteOrderMark)) {
        body.remove_prefix(kByteOrderMark.size());
    }
    body = ascii::trim(body);
    if (body.empty()) {
        return Element{.name = std::string(kContainer)};
    }
    auto root = body.starts_with('{') ? read_json(body) : read_xml(body);
    if (!root) {
        return root;
    }
    if (root->name != kContainer) {
        return fail(ErrorCode::parse, "the answer is no MediaContainer");
    }
    const std::string_view status = root->attribute("status");
    if (!status.empty() && status != "0") {
        const std::string_view message = root->attribute("message");
        return fail(ErrorCode::invalid_argument,
            "refused: " + (message.empty() ? "no reason given" : redact_text(message)));
    }
    return root;
}

} // namespace plex_tuner::plex
