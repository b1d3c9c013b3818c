// SPDX-License-Identifier: GPL-3.0-or-later
#include "setting_check.hpp"

#include "foreign_text.hpp"

#include <plex_tuner/config/loader.hpp>

namespace plex_tuner::migrate {

std::string refusal_as_line(const std::string& value) {
    return is_one_line(value) ? std::string()
                              : "its value has more than one line, or control characters";
}

std::string refusal(const ImportedSetting& setting) {
    if (std::string wrong = refusal_as_line(setting.value);
        !wrong.empty() || setting.value.empty()) {
        return wrong;
    }
    config::Inputs inputs;
    inputs.subcommand = "config";
    inputs.dotenv.clear();
    inputs.environment = {{setting.name, setting.value}};
    const config::Loaded loaded = config::load(inputs);
    if (loaded.problems.empty()) {
        return {};
    }
    // In front of it the problem quotes the value, of which even the path may be a secret.
    constexpr std::string_view kExpected = " is not valid; expected ";
    const std::string& problem = loaded.problems.front();
    const std::size_t at = problem.rfind(kExpected);
    return at == std::string::npos ? "its value is not taken"
                                   : "its value is not taken; expected " +
                                         printable(problem.substr(at + kExpected.size()));
}

} // namespace plex_tuner::migrate
