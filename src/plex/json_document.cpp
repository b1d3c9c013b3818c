// SPDX-License-Identifier: GPL-3.0-or-later
#include "document.hpp"

#include <nlohmann/json.hpp>

namespace plex_tuner::plex {

namespace {

using nlohmann::json;

std::optional<std::string> scalar(const json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_boolean()) {
        return value.get<bool>() ? "1" : "0";
    }
    return value.is_number() ? std::optional(value.dump()) : std::nullopt;
}

bool copy(const json& object, Element& element, int depth) {
    if (depth > kMaxDepth) {
        return false;
    }
    for (const auto& [key, value] : object.items()) {
        if (auto text = scalar(value)) {
            element.attributes.emplace_back(key, *std::move(text));
        } else if (value.is_object()) { // a list of one, as some servers write it
            if (!copy(value, element.children.emplace_back(Element{.name = key}), depth + 1)) {
                return false;
            }
        } else if (value.is_array()) {
            for (const json& one : value) {
                if (one.is_object() &&
                    !copy(one, element.children.emplace_back(Element{.name = key}), depth + 1)) {
                    return false;
                }
            }
        }
    }
    return true;
}

} // namespace

Result<Element> read_json(std::string_view body) {
    const json document = json::parse(body, nullptr, false);
    if (document.is_discarded()) {
        return fail(ErrorCode::parse, "the answer is no well-formed JSON");
    }
    Element root;
    if (document.is_object() && document.size() == 1 && document.begin()->is_object()) {
        root.name = document.begin().key();
        if (!copy(*document.begin(), root, 0)) {
            return fail(ErrorCode::parse, "the answer is nested too deep");
        }
    }
    return root;
}

} // namespace plex_tuner::plex
