// SPDX-License-Identifier: GPL-3.0-or-later
#include "switches.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <initializer_list>

namespace plex_tuner::cli {

namespace {

/// "name" of "-name" and "--name"; empty for what is no flag.
std::string_view flag_text(std::string_view argument) {
    if (!argument.starts_with('-')) {
        return {};
    }
    argument.remove_prefix(argument.starts_with("--") ? 2 : 1);
    return argument;
}

} // namespace

bool take_switch(std::vector<std::string>& arguments, std::string_view name) {
    return std::erase_if(arguments,
               [&](const std::string& argument) { return flag_text(argument) == name; }) > 0;
}

std::vector<std::string> take_values(std::vector<std::string>& arguments, std::string_view name) {
    std::vector<std::string> values;
    for (auto argument = arguments.begin(); argument != arguments.end();) {
        const std::string_view text = flag_text(*argument);
        if (text == name) {
            argument = arguments.erase(argument);
            values.emplace_back();
            if (argument != arguments.end()) {
                values.back() = std::move(*argument);
                argument = arguments.erase(argument);
            }
        } else if (text.starts_with(name) && text.substr(name.size()).starts_with('=')) {
            values.emplace_back(text.substr(name.size() + 1));
            argument = arguments.erase(argument);
        } else {
            ++argument;
        }
    }
    return values;
}

std::optional<std::string> take_value(std::vector<std::string>& arguments, std::string_view name) {
    auto values = take_values(arguments, name);
    return values.empty() ? std::nullopt : std::optional(std::move(values.back()));
}

bool take_on_or_off(
    std::vector<std::string>& arguments, std::string_view name, bool usual, std::string& problem) {
    if (take_switch(arguments, name)) {
        return true;
    }
    const auto value = take_value(arguments, name);
    const std::string word = ascii::lower(value.value_or(usual ? "true" : "false"));
    const auto is_one_of = [&](std::initializer_list<std::string_view> words) {
        return std::ranges::find(words, word) != words.end();
    };
    const bool is_off = is_one_of({"false", "0", "no", "off"});
    if (!is_off && !is_one_of({"true", "1", "yes", "on"})) {
        problem = "-" + std::string(name) + " is true or false";
    }
    return !is_off;
}

} // namespace plex_tuner::cli
