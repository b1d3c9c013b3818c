// SPDX-License-Identifier: GPL-3.0-or-later
#include "document.hpp"
#include "label_rules.hpp"

#include <pugixml.hpp>

namespace plex_tuner::plex {

namespace {

class XmlNode {
public:
    explicit XmlNode(pugi::xml_node node) : node_(node) {}

    [[nodiscard]] std::optional<std::string> get(const char* key) const {
        const pugi::xml_attribute found = node_.attribute(key);
        return found ? std::optional<std::string>(found.value()) : std::nullopt;
    }

    void set(const char* key, const std::string& text) {
        pugi::xml_attribute attribute = node_.attribute(key);
        if (!attribute) {
            attribute = node_.append_attribute(key);
        }
        attribute.set_value(text.c_str());
    }

    template <class Visit>
    void each(const char* name, const Visit& visit) {
        for (const pugi::xml_node child : node_.children(name)) {
            visit(XmlNode(child));
        }
    }

private:
    pugi::xml_node node_;
};

struct StringWriter final : pugi::xml_writer {
    void write(const void* data, std::size_t size) override {
        text.append(static_cast<const char*>(data), size);
    }

    std::string text;
};

} // namespace

std::optional<std::string> with_labels_in_xml(
    std::string_view path, std::string_view body, const ProviderLabels& labels) {
    pugi::xml_document document;
    const auto parsed = document.load_buffer(
        body.data(), body.size(), pugi::parse_full | pugi::parse_ws_pcdata, pugi::encoding_utf8);
    const pugi::xml_node root = document.document_element();
    if (!parsed || std::string_view(root.name()) != "MediaContainer" ||
        !LabelRules<XmlNode>(labels).apply(path, XmlNode(root))) {
        return std::nullopt;
    }
    StringWriter writer;
    document.save(writer, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
    return std::move(writer.text);
}

} // namespace plex_tuner::plex
