// SPDX-License-Identifier: GPL-3.0-or-later
// What the texts in a panel's answers mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::provider {

/// Longer ids are refused: they become parts of addresses and file names.
inline constexpr std::size_t kMaxIdBytes = 128;

/// Makes valid UTF-8 without control characters of it, trimmed; the common case costs a look.
void tidy(std::string& text);

/// Tidied, and true when it can name something: not empty, at most kMaxIdBytes.
[[nodiscard]] bool tidy_id(std::string& id);

/// "1", "true", "yes".
[[nodiscard]] bool is_yes(std::string_view text) noexcept;

/// A whole number from 0 to `most`, also "3.0" and blanks around it; nullopt for anything else.
[[nodiscard]] std::optional<std::int64_t> count_of(
    std::string_view text, std::int64_t most) noexcept;

/// Seconds since 1970; 0 when missing or no number.
[[nodiscard]] std::int64_t epoch_of(std::string_view text) noexcept;

/// A file name extension in lower case without its dot; empties `text` when it is none.
void tidy_extension(std::string& text);

/// The year in "2019", "2019-05-01", "01.05.2019"; 0 without one between 1880 and 2100.
[[nodiscard]] std::int32_t year_of_date(std::string_view date) noexcept;

/// The last "(2019)" in a name; 0 without one.
[[nodiscard]] std::int32_t year_in_name(std::string_view name) noexcept;

struct EpisodeCode {
    std::int32_t season = 0;
    std::int32_t episode = 0;
};

/// "S01E02" in a title, in any case, as a word of its own.
[[nodiscard]] std::optional<EpisodeCode> episode_code(std::string_view title) noexcept;

} // namespace plex_tuner::provider
