// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/migrate/imported.hpp>

#include <string>

namespace plex_tuner::migrate {

/// Why this program would not take the value, as a sentence that quotes nothing of it; empty: it
/// does. What is refused here would end every command at the line of .env.
[[nodiscard]] std::string refusal(const ImportedSetting& setting);

/// The same where the value is the name of a file that holds it: that is not looked into.
[[nodiscard]] std::string refusal_as_line(const std::string& value);

} // namespace plex_tuner::migrate
