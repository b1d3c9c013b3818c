// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::config {

/// A warning about a variable that starts with the prefix of this program and is no field of it:
/// not supported yet, or a typing error with the nearest known name. Nothing for the variables
/// Kubernetes makes of a Service called plex-tuner or plex-tuner-<name>. `place` is where it is
/// set.
[[nodiscard]] std::optional<std::string> warn_about_unknown(
    std::string_view name_without_prefix, std::string_view value, std::string_view place);

} // namespace plex_tuner::config
