// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::cli {

/// Takes a switch of one command out of its arguments ("-json", "--json"): true when it was there.
/// What is not of the command alone is left to the configuration.
[[nodiscard]] bool take_switch(std::vector<std::string>& arguments, std::string_view name);

/// The same for a flag with a value ("-timeout 5s", "-timeout=5s"); an empty text for one without.
[[nodiscard]] std::optional<std::string> take_value(
    std::vector<std::string>& arguments, std::string_view name);

/// All values of a flag that may come several times, in order.
[[nodiscard]] std::vector<std::string> take_values(
    std::vector<std::string>& arguments, std::string_view name);

/// "-refresh", "-refresh=false": as `usual` where it is not given. What is neither is a `problem`.
[[nodiscard]] bool take_on_or_off(
    std::vector<std::string>& arguments, std::string_view name, bool usual, std::string& problem);

} // namespace plex_tuner::cli
