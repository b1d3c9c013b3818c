// SPDX-License-Identifier: GPL-3.0-or-later
#include "json_fields.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/config/duration.hpp>
#include <plex_tuner/config/nearest.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace plex_tuner::fleet {

namespace {

using std::chrono::milliseconds;

constexpr double kMostSeconds = 366.0 * 24 * 3600;
constexpr std::size_t kMaxShownName = 64;

/// Names of fields are shown, so that they can be found; what could be anything is cut.
std::string shown(std::string_view name) {
    std::string out(name.substr(0, kMaxShownName));
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; }, '?');
    return out + (name.size() > kMaxShownName ? "..." : "");
}

std::optional<milliseconds> duration_of(const nlohmann::json& value) {
    if (value.is_string()) {
        const auto parsed =
            config::parse_duration(ascii::trim(value.get_ref<const std::string&>()));
        return parsed ? std::optional(std::chrono::ceil<milliseconds>(*parsed)) : std::nullopt;
    }
    if (!value.is_number()) {
        return std::nullopt;
    }
    const auto seconds = value.get<double>();
    if (!std::isfinite(seconds) || std::abs(seconds) > kMostSeconds) {
        return std::nullopt;
    }
    return milliseconds(std::llround(seconds * 1000));
}

} // namespace

JsonFields::JsonFields(const Json& object, std::string path, JsonRemarks& remarks)
    : object_(object), path_(std::move(path)), remarks_(remarks) {}

std::string JsonFields::path_of(std::string_view name) const {
    return (path_.empty() ? "" : path_ + ".") + shown(name);
}

const JsonFields::Json* JsonFields::find(const char* name) {
    known_.emplace_back(name);
    const auto found = object_.find(name);
    // In JSON made by programs null is a field that was left out.
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

void JsonFields::wrong_type(std::string_view path, std::string_view expected) {
    remarks_.problems.push_back(std::string(path) + ": must be " + std::string(expected));
}

std::optional<std::string> JsonFields::text(const char* name) {
    const Json* const value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_string()) {
        wrong_type(path_of(name), "a text in quotes");
        return std::nullopt;
    }
    return value->get<std::string>();
}

std::optional<bool> JsonFields::boolean(const char* name) {
    const Json* const value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_boolean()) {
        wrong_type(path_of(name), "true or false, without quotes");
        return std::nullopt;
    }
    return value->get<bool>();
}

std::optional<milliseconds> JsonFields::duration(const char* name) {
    const Json* const value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto parsed = duration_of(*value);
    if (!parsed) {
        wrong_type(path_of(name), "a duration such as \"2s\" or \"1m30s\", or a number of seconds");
    }
    return parsed;
}

std::vector<std::string> JsonFields::texts(const char* name) {
    std::vector<std::string> out;
    const Json* const value = find(name);
    if (value == nullptr) {
        return out;
    }
    if (!value->is_array()) {
        wrong_type(path_of(name), "a list of texts");
        return out;
    }
    for (std::size_t i = 0; i < value->size(); ++i) {
        const Json& item = (*value)[i];
        if (item.is_string()) {
            out.push_back(item.get<std::string>());
        } else {
            wrong_type(path_of(name) + "[" + std::to_string(i) + "]", "a text in quotes");
        }
    }
    return out;
}

std::map<std::string, std::string> JsonFields::text_map(const char* name) {
    std::map<std::string, std::string> out;
    const Json* const value = find(name);
    if (value == nullptr) {
        return out;
    }
    if (!value->is_object()) {
        wrong_type(path_of(name), "an object of names and texts");
        return out;
    }
    for (const auto& [key, item] : value->items()) {
        if (item.is_string()) {
            out.emplace(key, item.get<std::string>());
        } else {
            wrong_type(path_of(name) + "." + shown(key), "a text in quotes");
        }
    }
    return out;
}

const JsonFields::Json* JsonFields::list(const char* name) {
    const Json* const value = find(name);
    if (value == nullptr) {
        return nullptr;
    }
    if (!value->is_array()) {
        wrong_type(path_of(name), "a list");
        return nullptr;
    }
    return value;
}

void JsonFields::not_supported(const char* name, std::string_view advice) {
    if (find(name) != nullptr) {
        remarks_.warnings.push_back(path_of(name) + ": not used here; " + std::string(advice));
    }
}

void JsonFields::finish() {
    for (const auto& [key, value] : object_.items()) {
        if (std::ranges::find(known_, key) != known_.end()) {
            continue;
        }
        const auto near = config::nearest(key, known_);
        remarks_.warnings.push_back(path_of(key) + ": unknown, ignored" +
                                    (near ? "; did you mean " + std::string(*near) + "?" : ""));
    }
}

} // namespace plex_tuner::fleet
