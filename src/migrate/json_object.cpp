// SPDX-License-Identifier: GPL-3.0-or-later
#include "json_object.hpp"

#include "foreign_text.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::migrate {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxShown = 64;
/// Of objects and lists in each other; nobody's configuration has ten.
constexpr int kMaxDepth = 64;

std::string place_of_byte(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
    const std::size_t start = before.rfind('\n');
    return "line " + std::to_string(std::ranges::count(before, '\n') + 1) + ", column " +
           std::to_string(before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1);
}

} // namespace

std::string shown(std::string_view name) {
    std::string out(name.substr(0, kMaxShown));
    // Not in the middle of a character.
    while (name.size() > kMaxShown && !out.empty() &&
           (static_cast<unsigned char>(name[out.size()]) & 0xC0U) == 0x80) {
        out.pop_back();
    }
    return printable(out) + (name.size() > kMaxShown ? "..." : "");
}

Result<json> parse_json_object(std::string_view text) {
    std::string last_key;
    bool is_too_deep = false;
    const auto look = [&](int depth, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::key) {
            last_key = parsed.get_ref<const std::string&>();
        }
        // What is deeper is not kept: copies and texts of a document are made by recursion.
        is_too_deep = is_too_deep || depth > kMaxDepth;
        return depth <= kMaxDepth;
    };
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    try {
        json document = json::parse(text, look);
        if (is_too_deep) {
            return fail(ErrorCode::parse,
                "it is nested more than " + std::to_string(kMaxDepth) + " levels deep");
        }
        if (document.is_object()) {
            return document;
        }
        return fail(ErrorCode::parse,
            std::string("it must be a JSON object, and is of the type ") + document.type_name());
    } catch (const json::parse_error& error) {
        // Its own words quote what it read, which may be a secret.
        return fail(ErrorCode::parse,
            error.byte > text.size() ? "it is no whole JSON: it ends in the middle, in " +
                                           place_of_byte(text, error.byte)
                                     : "it is no JSON: see " + place_of_byte(text, error.byte));
    } catch (const json::exception&) {
        return fail(ErrorCode::parse, "the number of \"" + shown(last_key) + "\" is too large");
    }
}

Result<json> read_json_object(const std::filesystem::path& file) {
    auto text = read_file(file, kMaxJsonBytes);
    if (!text) {
        return fail(std::move(text).error());
    }
    auto document = parse_json_object(*text);
    if (!document) {
        return fail_with(std::move(document), file.string());
    }
    return document;
}

void JsonProblem::add(std::string_view place, std::string_view what) {
    if (!error_) {
        error_.emplace(ErrorCode::parse,
            file_ + ": " + (place.empty() ? "" : std::string(place) + ": ") + std::string(what));
    }
}

JsonObject::JsonObject(const json& object, std::string place, JsonProblem& problem)
    : object_(object), place_(std::move(place)), problem_(problem) {}

std::string JsonObject::place_of(std::string_view name) const {
    return (place_.empty() ? "" : place_ + ": ") + shown(name);
}

const json* JsonObject::find(const char* name) {
    known_.emplace(name);
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

void JsonObject::wrong_type(std::string_view name, std::string_view expected, const json& value) {
    problem_.add(place_of(name),
        "must be " + std::string(expected) + ", and is of the type " + value.type_name());
}

std::string JsonObject::text(const char* name) {
    const json* const value = find(name);
    if (value == nullptr) {
        return {};
    }
    if (value->is_string()) {
        return value->get<std::string>();
    }
    if (value->is_number_integer()) {
        return value->dump();
    }
    wrong_type(name, "a text", *value);
    return {};
}

bool JsonObject::flag(const char* name, bool usual) {
    const json* const value = find(name);
    if (value == nullptr) {
        return usual;
    }
    if (!value->is_boolean()) {
        wrong_type(name, "true or false", *value);
        return usual;
    }
    return value->get<bool>();
}

std::optional<std::int64_t> JsonObject::integer(
    const char* name, std::int64_t least, std::int64_t most) {
    const json* const value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    std::optional<std::int64_t> number;
    if (value->is_number()) {
        // Written by Go, 4.0 may be 4; beyond 2^53 a double is no whole number any more.
        constexpr double kMostWhole = 9007199254740992.0;
        const auto real = value->get<double>();
        if (real >= -kMostWhole && real <= kMostWhole &&
            real == static_cast<double>(static_cast<std::int64_t>(real))) {
            number = static_cast<std::int64_t>(real);
        }
    } else if (value->is_string()) {
        const auto text = ascii::trim(value->get_ref<const std::string&>());
        if (text.empty()) {
            return std::nullopt;
        }
        number = ascii::parse_integer<std::int64_t>(text);
    } else {
        wrong_type(name, "a number", *value);
        return std::nullopt;
    }
    if (!number || *number < least || *number > most) {
        problem_.add(place_of(name),
            "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        return std::nullopt;
    }
    return number;
}

const json* JsonObject::object(const char* name) {
    const json* const value = find(name);
    if (value != nullptr && !value->is_object()) {
        wrong_type(name, "an object", *value);
        return nullptr;
    }
    return value;
}

std::vector<std::pair<std::string, const json*>> JsonObject::objects(const char* name) {
    std::vector<std::pair<std::string, const json*>> found;
    const json* const parent = object(name);
    if (parent == nullptr) {
        return found;
    }
    for (const auto& [key, value] : parent->items()) {
        if (!value.is_object()) {
            problem_.add(place_of(name) + ": " + shown(key),
                std::string("must be an object, and is of the type ") + value.type_name());
            continue;
        }
        found.emplace_back(key, &value);
    }
    return found;
}

std::vector<std::string> JsonObject::texts(const char* name) {
    std::vector<std::string> found;
    const json* const value = find(name);
    if (value == nullptr) {
        return found;
    }
    if (!value->is_array()) {
        wrong_type(name, "a list of texts", *value);
        return found;
    }
    for (const json& one : *value) {
        if (!one.is_string()) {
            wrong_type(name, "a list of texts, and one of them", one);
            return found;
        }
        found.push_back(one.get<std::string>());
    }
    return found;
}

std::vector<std::string> JsonObject::others() const {
    std::vector<std::string> names;
    for (const auto& [key, value] : object_.items()) {
        if (!known_.contains(key)) {
            names.push_back(shown(key));
        }
    }
    return names;
}

} // namespace plex_tuner::migrate
