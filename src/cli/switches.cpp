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

std::optional<std::string> take_value(std::vector<std::string>& arguments, std::string_view name) {
    std::optional<std::string> value;
    for (auto argument = arguments.begin(); argument != arguments.end();) {
        const std::string_view text = flag_text(*argument);
        if (text == name) {
            argument = arguments.erase(argument);
            value.emplace();
            if (argument != arguments.end()) {
                value = std::move(*argument);
                argument = arguments.erase(argument);
            }
        } else if (text.starts_with(name) && text.substr(name.size()).starts_with('=')) {
            value = std::string(text.substr(name.size() + 1));
            argument = arguments.erase(argument);
        } else {
            ++argument;
        }
    }
    return value;
}

} // namespace plex_tuner::cli
