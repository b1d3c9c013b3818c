// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "taxonomy_table.hpp"

#include <plex_tuner/catalog/taxonomy.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace plex_tuner::catalog {

/// A text cut into words for the keywords of the taxonomy. Letters, digits and characters beyond
/// ASCII make words; other ASCII characters, no-break spaces and typographic punctuation part them.
class WordList {
public:
    static constexpr std::size_t kMaxBytes = 1024;
    static constexpr std::size_t kMaxWords = 64;

    struct Word {
        std::string_view text; ///< ASCII letters in capitals
        bool capitals;         ///< was written so
        bool code;             ///< and cannot be an ordinary word because of that
        bool bracketed;        ///< alone in parentheses or brackets
    };

    WordList() = default;
    WordList(const WordList&) = delete;
    WordList& operator=(const WordList&) = delete;

    /// Adds a tag: all of its words are codes.
    void add_tag(std::string_view tag) { add(tag, true); }

    /// Adds other text: words in capitals are codes if not all of it is in capitals.
    void add_text(std::string_view text);

    [[nodiscard]] std::span<const Word> words() const noexcept { return {words_.data(), count_}; }

private:
    void add(std::string_view text, bool capitals_are_codes);

    std::array<char, kMaxBytes> bytes_;
    std::size_t used_ = 0;
    std::array<Word, kMaxWords> words_;
    std::size_t count_ = 0;
};

/// The first row of the step that has a keyword among the words.
[[nodiscard]] const TaxonomyRow* first_row(
    TaxonomyStep step, std::span<const WordList::Word> words, TitleKind kind) noexcept;

} // namespace plex_tuner::catalog
