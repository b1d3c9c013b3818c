// SPDX-License-Identifier: GPL-3.0-or-later
// Where labels stand in an answer. Written once for XML and JSON: a Node has get(key) (nullopt when
// it is not there), set(key, text), and each(name, visit) over its children of that name.
#pragma once

#include <plex_tuner/plex/provider_labels.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace plex_tuner::plex {

inline constexpr std::string_view kGuideProvider = "tv.plex.providers.epg.xmltv:";
inline constexpr std::string_view kProvidersPath = "/media/providers";

/// The provider in "/tv.plex.providers.epg.xmltv:218/…"; empty when there is none.
[[nodiscard]] inline std::string_view provider_of_path(std::string_view path) {
    if (!path.starts_with('/') || !path.substr(1).starts_with(kGuideProvider)) {
        return {};
    }
    path.remove_prefix(1);
    return path.substr(0, path.find('/'));
}

/// What a server says that has no better name.
[[nodiscard]] inline bool is_generic(std::string_view title) {
    constexpr std::array<std::string_view, 4> kGeneric = {
        "", "Plex Library", "Live TV & DVR", "Guide"};
    return std::ranges::find(kGeneric, title) != kGeneric.end();
}

template <class Node>
class LabelRules {
public:
    explicit LabelRules(const ProviderLabels& labels) : labels_(labels) {}

    /// Whether something was changed.
    [[nodiscard]] bool apply(std::string_view path, Node container) {
        if (const auto identifier = provider_of_path(path); !identifier.empty()) {
            if (const auto label = labels_.label(identifier)) {
                const std::string_view below = path.substr(1 + identifier.size());
                in_provider(container, identifier, *label, below.empty() || below == "/");
            }
            return changed_;
        }
        container.each("MediaProvider", [this](Node provider) {
            const std::string identifier = provider.get("identifier").value_or("");
            if (const auto label = labels_.label(identifier)) {
                in_list(provider, identifier, *label);
            }
        });
        return changed_;
    }

private:
    void in_list(Node provider, std::string_view identifier, std::string_view label) {
        for (const char* key : {"friendlyName", "sourceTitle", "title"}) {
            set(provider, key, std::string(label));
        }
        provider.each("Feature", [&](Node feature) {
            if (feature.get("type") == "content") {
                feature.each("Directory", [&](Node directory) {
                    if (directory.get("id") == identifier) {
                        set(directory, "title", std::string(label));
                    } else {
                        name_guide(directory, identifier, label);
                    }
                });
            }
        });
    }

    void in_provider(
        Node container, std::string_view identifier, std::string_view label, bool is_root) {
        for (const char* key : {"title", "title1", "title2"}) {
            const auto title = container.get(key);
            const bool is_kept = std::string_view(key) == "title2" && title == "Plex Library";
            // Without a title the client shows the server's name as that of the source.
            if (!is_kept && (title ? is_generic(*title) : is_root)) {
                set(container, key, std::string(label));
            }
        }
        if (container.get("friendlyName")) {
            set(container, "friendlyName", std::string(label));
        }
        container.each("Directory", [&](Node directory) {
            const auto title = directory.get("title");
            if (!name_guide(directory, identifier, label) && title && is_generic(*title)) {
                set(directory, "title", std::string(label));
            }
        });
    }

    bool name_guide(Node directory, std::string_view identifier, std::string_view label) {
        const std::string key = "/" + std::string(identifier) + "/watchnow";
        if (directory.get("key") != key || directory.get("title") != "Guide") {
            return false;
        }
        set(directory, "title", std::string(label) + " Guide");
        return true;
    }

    void set(Node node, const char* key, const std::string& text) {
        if (node.get(key) != text) {
            node.set(key, text);
            changed_ = true;
        }
    }

    const ProviderLabels& labels_;
    bool changed_ = false;
};

[[nodiscard]] std::optional<std::string> with_labels_in_xml(
    std::string_view path, std::string_view body, const ProviderLabels& labels);
[[nodiscard]] std::optional<std::string> with_labels_in_json(
    std::string_view path, std::string_view body, const ProviderLabels& labels);

} // namespace plex_tuner::plex
