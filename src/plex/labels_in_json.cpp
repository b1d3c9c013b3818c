// SPDX-License-Identifier: GPL-3.0-or-later
#include "document.hpp"
#include "label_rules.hpp"

#include <nlohmann/json.hpp>

namespace plex_tuner::plex {

namespace {

using nlohmann::ordered_json;

class JsonNode {
public:
    explicit JsonNode(ordered_json& object) : object_(&object) {}

    [[nodiscard]] std::optional<std::string> get(const char* key) const {
        const auto found = object_->find(key);
        return found != object_->end() && found->is_string()
                   ? std::optional(found->get<std::string>())
                   : std::nullopt;
    }

    void set(const char* key, const std::string& text) { (*object_)[key] = text; }

    /// A list, or the one object that some servers write for a list of one.
    template <class Visit>
    void each(const char* name, const Visit& visit) {
        const auto found = object_->find(name);
        if (found == object_->end()) {
            return;
        }
        if (found->is_object()) {
            visit(JsonNode(*found));
        } else if (found->is_array()) {
            for (ordered_json& one : *found) {
                if (one.is_object()) {
                    visit(JsonNode(one));
                }
            }
        }
    }

private:
    ordered_json* object_;
};

/// Writing what is nested without end would take a stack without end.
bool is_too_deep(std::string_view body) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < body.size(); ++i) {
        const char c = body[i];
        if (in_string) {
            i += c == '\\' ? 1 : 0;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > 4 * kMaxDepth) {
                return true;
            }
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

} // namespace

std::optional<std::string> with_labels_in_json(
    std::string_view path, std::string_view body, const ProviderLabels& labels) {
    if (is_too_deep(body)) {
        return std::nullopt;
    }
    ordered_json document = ordered_json::parse(body, nullptr, false);
    if (!document.is_object()) {
        return std::nullopt;
    }
    const auto root = document.find("MediaContainer");
    if (root == document.end() || !root->is_object() ||
        !LabelRules<JsonNode>(labels).apply(path, JsonNode(*root))) {
        return std::nullopt;
    }
    return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace plex_tuner::plex
