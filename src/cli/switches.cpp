// SPDX-License-Identifier: GPL-3.0-or-later
#include "switches.hpp"

#include <algorithm>

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

} // namespace plex_tuner::cli
