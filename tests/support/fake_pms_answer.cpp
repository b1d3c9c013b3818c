// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_pms_answer.hpp"

#include <nlohmann/json.hpp>

namespace plex_tuner::testing {

namespace {

using nlohmann::ordered_json;

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

void write_xml(std::string& out, const PmsNode& node) {
    out += "<" + node.name;
    for (const PmsNode::Value& value : node.values) {
        out += " " + value.key + "=\"" + escaped(value.text) + "\"";
    }
    if (node.children.empty()) {
        out += "/>";
        return;
    }
    out += ">";
    for (const PmsNode& child : node.children) {
        write_xml(out, child);
    }
    out += "</" + node.name + ">";
}

ordered_json json_of(const PmsNode& node, const PmsJsonStyle& style) {
    ordered_json object = ordered_json::object();
    for (const PmsNode::Value& value : node.values) {
        if (value.kind == PmsNode::Kind::truth && !style.truth_is_a_number) {
            object[value.key] = value.text == "1";
        } else if (value.kind == PmsNode::Kind::text || style.numbers_are_strings) {
            object[value.key] = value.text;
        } else {
            object[value.key] = std::stoll(value.text);
        }
    }
    std::vector<std::string> names;
    for (const PmsNode& child : node.children) {
        const std::string& name = child.json_name.empty() ? child.name : child.json_name;
        if (child.is_object) {
            object[name] = json_of(child, style);
            continue;
        }
        object[name].push_back(json_of(child, style));
        names.push_back(name);
    }
    for (const std::string& name : names) {
        if (style.one_is_an_object && object[name].is_array() && object[name].size() == 1) {
            object[name] = ordered_json(object[name][0]);
        }
    }
    return object;
}

int digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = static_cast<char>(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

} // namespace

std::string pms_xml(const PmsNode& container) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    write_xml(out, container);
    return out + "\n";
}

std::string pms_json(const PmsNode& container, const PmsJsonStyle& style) {
    ordered_json document;
    document[container.name] = json_of(container, style);
    return document.dump();
}

PmsNode pms_container(std::size_t size) {
    PmsNode node{.name = "MediaContainer"};
    node.number("size", static_cast<long long>(size));
    return node;
}

std::optional<std::string_view> pms_below(std::string_view path, std::string_view base) {
    if (!path.starts_with(base)) {
        return std::nullopt;
    }
    path.remove_prefix(base.size());
    if (path.empty()) {
        return path;
    }
    return path.front() == '/' ? std::optional(path.substr(1)) : std::nullopt;
}

std::string pms_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
            digit(text[i + 2]) >= 0) {
            out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> pms_query(std::string_view target) {
    std::vector<std::pair<std::string, std::string>> values;
    const std::size_t mark = target.find('?');
    if (mark == std::string_view::npos) {
        return values;
    }
    target.remove_prefix(mark + 1);
    while (!target.empty()) {
        const std::string_view part = target.substr(0, target.find('&'));
        target.remove_prefix(std::min(target.size(), part.size() + 1));
        const std::size_t equals = std::min(part.find('='), part.size());
        values.emplace_back(pms_decoded(part.substr(0, equals)),
            equals == part.size() ? "" : pms_decoded(part.substr(equals + 1)));
    }
    return values;
}

} // namespace plex_tuner::testing
