// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/migrate/imported.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::migrate {

/// Variables of the ancestor as ours: under its later prefix, under names that became others. What
/// we do not have, or would refuse, goes to `left_out`, with `place` in front.
[[nodiscard]] std::vector<ImportedSetting> ancestor_settings(
    const std::vector<ImportedSetting>& given, std::string_view place,
    std::vector<LeftOut>& left_out);

} // namespace plex_tuner::migrate
