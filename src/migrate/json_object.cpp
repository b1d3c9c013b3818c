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
constexpr std::size_t kMaxDepth = 64;

std::string place_of_byte(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
    const std::size_t start = before.rfind('\n');
    return "line " + std::to_string(std::ranges::count(before, '\n') + 1) + ", column " +
           std::to_string(before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1);
}

/// Looks for what is wrong before anything is kept: a document whose nesting has no end is copied
/// and written by recursion. (A callback of the parser could do that, too, but with one it goes
/// through all siblings at the end of each object.)
class Scan final : public nlohmann::json_sax<json> {
public:
    explicit Scan(std::string_view text) : text_(text) {}

    /// Of the last parse; quotes nothing but a name, for the rest may be a secret.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

    bool null() override { return true; }

    bool boolean(bool /*value*/) override { return true; }

    bool number_integer(std::int64_t /*value*/) override { return true; }

    bool number_unsigned(std::uint64_t /*value*/) override { return true; }

    bool number_float(double /*value*/, const std::string& /*text*/) override { return true; }

    bool string(std::string& /*value*/) override { return true; }

    bool binary(json::binary_t& /*value*/) override { return true; }

    bool start_object(std::size_t /*size*/) override { return enter(); }

    bool start_array(std::size_t /*size*/) override { return enter(); }

    bool end_object() override { return leave(); }

    bool end_array() override { return leave(); }

    bool key(std::string& name) override {
        last_key_ = name;
        return true;
    }

    bool parse_error(
        std::size_t byte, const std::string& /*token*/, const json::exception& error) override {
        constexpr int kNumberTooLarge = 406;
        if (error.id == kNumberTooLarge) {
            problem_ = "the number of \"" + shown(last_key_) + "\" is too large";
        } else {
            problem_ = (byte > text_.size() ? "it is no whole JSON: it ends in the middle, in "
                                            : "it is no JSON: see ") +
                       place_of_byte(text_, byte);
        }
        return false;
    }

private:
    [[nodiscard]] bool enter() {
        if (++depth_ <= kMaxDepth) {
            return true;
        }
        problem_ = "it is nested more than " + std::to_string(kMaxDepth) + " levels deep";
        return false;
    }

    [[nodiscard]] bool leave() {
        --depth_;
        return true;
    }

    std::string_view text_;
    std::string problem_;
    std::string last_key_;
    std::size_t depth_ = 0;
};

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
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    Scan scan(text);
    if (!json::sax_parse(text, &scan)) {
        return fail(ErrorCode::parse, scan.problem());
    }
    json document = json::parse(text);
    if (!document.is_object()) {
        return fail(ErrorCode::parse,
            std::string("it must be a JSON object, and is of the type ") + document.type_name());
    }
    return document;
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
