// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace plex_tuner::lineup {

/// The words of texts in capitals and without accents, each with a blank before and behind it:
/// " CBC NEWS+ CA ". Words are runs of letters and digits (also beyond ASCII), '+' and '&'.
[[nodiscard]] std::string channel_words(std::initializer_list<std::string_view> texts);

/// A word or several, with marks for open ends: "TSN", "ESPN*", "*SPORTS*".
class WordPattern {
public:
    /// `pattern` holds at least one letter or digit.
    explicit WordPattern(std::string_view pattern);

    /// `words` as channel_words gives them.
    [[nodiscard]] bool matches(std::string_view words) const noexcept {
        return words.find(needle_) != std::string_view::npos;
    }

    /// Without marks, for messages.
    [[nodiscard]] std::string_view text() const noexcept;

private:
    std::string needle_; ///< " TSN ", " ESPN", "SPORTS"
};

} // namespace plex_tuner::lineup
