// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::testing {

/// What an answer of Plex says, to be written in either encoding.
struct PmsNode {
    /// How a value looks in JSON; in XML all are text, truth is 1 or 0.
    enum class Kind { text, number, truth };

    struct Value {
        std::string key;
        std::string text;
        Kind kind = Kind::text;
    };

    std::string name;
    std::vector<Value> values = {};
    std::vector<PmsNode> children = {};
    std::string json_name = {}; ///< where JSON calls it something else
    bool is_object = false;     ///< in JSON no list

    PmsNode& set(std::string key, std::string text) {
        values.push_back({std::move(key), std::move(text), Kind::text});
        return *this;
    }

    PmsNode& number(std::string key, long long value) {
        values.push_back({std::move(key), std::to_string(value), Kind::number});
        return *this;
    }

    PmsNode& truth(std::string key, bool value) {
        values.push_back({std::move(key), value ? "1" : "0", Kind::truth});
        return *this;
    }
};

/// How a build of the server writes JSON.
struct PmsJsonStyle {
    bool one_is_an_object = false; ///< a list of one loses its brackets
    bool numbers_are_strings = false;
    bool truth_is_a_number = false;
};

[[nodiscard]] std::string pms_xml(const PmsNode& container);
[[nodiscard]] std::string pms_json(const PmsNode& container, const PmsJsonStyle& style);

/// A MediaContainer of so many.
[[nodiscard]] PmsNode pms_container(std::size_t size);
/// What follows `base` and a '/' in `path`; nullopt when `path` is something else.
[[nodiscard]] std::optional<std::string_view> pms_below(
    std::string_view path, std::string_view base);

/// The values of a query, decoded, in order; of a key that comes twice both.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> pms_query(std::string_view target);
[[nodiscard]] std::string pms_decoded(std::string_view text);

} // namespace plex_tuner::testing
