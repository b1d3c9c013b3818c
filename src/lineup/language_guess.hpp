// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/lineup/category_rules.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::lineup {

/// What language a channel seems to be in: a code of known_languages(); "en" where nothing says
/// otherwise, "nonlatin" for scripts that leave it open.
[[nodiscard]] std::string_view guess_language(const ChannelTexts& texts);

/// The code for "fr" or "French", in any case; nullopt for what is never guessed.
[[nodiscard]] std::optional<std::string_view> language_code(std::string_view name);

[[nodiscard]] std::vector<std::string_view> known_languages();

} // namespace plex_tuner::lineup
