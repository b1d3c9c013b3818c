// SPDX-License-Identifier: GPL-3.0-or-later
#include "document.hpp"

#include <pugixml.hpp>

namespace plex_tuner::plex {

namespace {

bool copy(const pugi::xml_node& node, Element& element, int depth) {
    if (depth > kMaxDepth) {
        return false;
    }
    element.name = node.name();
    for (const pugi::xml_attribute& attribute : node.attributes()) {
        element.attributes.emplace_back(attribute.name(), attribute.value());
    }
    for (const pugi::xml_node& child : node.children()) {
        if (child.type() == pugi::node_element &&
            !copy(child, element.children.emplace_back(), depth + 1)) {
            return false;
        }
    }
    return true;
}

} // namespace

Result<Element> read_xml(std::string_view body) {
    pugi::xml_document document;
    const pugi::xml_parse_result parsed =
        document.load_buffer(body.data(), body.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed) {
        return fail(ErrorCode::parse, "the answer is neither JSON nor XML");
    }
    Element root;
    if (!copy(document.document_element(), root, 0)) {
        return fail(ErrorCode::parse, "the answer is nested too deep");
    }
    return root;
}

} // namespace plex_tuner::plex
