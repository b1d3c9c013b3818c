// SPDX-License-Identifier: GPL-3.0-or-later
#include "taxonomy_matcher.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <cstdint>

namespace plex_tuner::catalog {
namespace {

using Word = WordList::Word;

/// A keyword of the table, read.
struct Keyword {
    std::string_view words; ///< one blank between
    std::uint8_t row = 0;
    bool at_start = false;
    bool open_end = false;
    bool code = false;
    bool bracketed = false;
};

constexpr std::string_view kSeparator = ", ";

template <class Use>
constexpr void for_each_keyword(std::string_view keywords, const Use& use) {
    while (!keywords.empty()) {
        const std::size_t end = std::min(keywords.find(kSeparator), keywords.size());
        use(keywords.substr(0, end));
        keywords.remove_prefix(std::min(end + kSeparator.size(), keywords.size()));
    }
}

constexpr Keyword read_keyword(std::string_view text, std::size_t row) {
    Keyword keyword;
    keyword.row = static_cast<std::uint8_t>(row);
    keyword.at_start = text.starts_with('^');
    keyword.code = text.starts_with('=');
    keyword.bracketed = text.starts_with('(') && text.ends_with(')');
    keyword.open_end = text.ends_with('*');
    if (keyword.at_start || keyword.code || keyword.bracketed) {
        text.remove_prefix(1);
    }
    if (keyword.open_end || keyword.bracketed) {
        text.remove_suffix(1);
    }
    keyword.words = text;
    return keyword;
}

constexpr std::size_t kKeywords = [] {
    std::size_t count = 0;
    for (const TaxonomyRow& row : kTaxonomy) {
        for_each_keyword(row.keywords, [&](std::string_view) { ++count; });
    }
    return count;
}();

/// Keywords that may begin with a word are found by step and first character of the word.
constexpr std::size_t kBuckets = 64;

constexpr std::size_t bucket_of(char first) {
    return static_cast<unsigned char>(first) % kBuckets;
}

constexpr std::size_t slot_of(const Keyword& keyword) {
    return static_cast<std::size_t>(kTaxonomy[keyword.row].step) * kBuckets +
           bucket_of(keyword.words.front());
}

struct Index {
    std::array<Keyword, kKeywords> keywords;                           ///< by slot, then by row
    std::array<std::uint16_t, kTaxonomySteps * kBuckets + 1> begins{}; ///< of each slot
};

constexpr Index kIndex = [] {
    Index index;
    std::size_t count = 0;
    for (std::size_t row = 0; row < kTaxonomy.size(); ++row) {
        for_each_keyword(kTaxonomy[row].keywords,
            [&](std::string_view text) { index.keywords[count++] = read_keyword(text, row); });
    }
    std::ranges::sort(index.keywords, [](const Keyword& a, const Keyword& b) {
        return slot_of(a) != slot_of(b) ? slot_of(a) < slot_of(b) : a.row < b.row;
    });
    for (const Keyword& keyword : index.keywords) {
        ++index.begins[slot_of(keyword) + 1];
    }
    for (std::size_t slot = 1; slot < index.begins.size(); ++slot) {
        index.begins[slot] =
            static_cast<std::uint16_t>(index.begins[slot] + index.begins[slot - 1]);
    }
    return index;
}();

std::span<const Keyword> keywords_for(TaxonomyStep step, char first) noexcept {
    const std::size_t slot = static_cast<std::size_t>(step) * kBuckets + bucket_of(first);
    const std::size_t begin = kIndex.begins[slot];
    return std::span(kIndex.keywords).subspan(begin, kIndex.begins[slot + 1] - begin);
}

bool matches_at(const Keyword& keyword, std::span<const Word> words, std::size_t at) noexcept {
    if ((keyword.at_start && at != 0) || (keyword.code && !words[at].code) ||
        (keyword.bracketed && !(words[at].bracketed && words[at].capitals))) {
        return false;
    }
    std::string_view rest = keyword.words;
    while (true) {
        const std::size_t blank = rest.find(' ');
        if (blank == std::string_view::npos) {
            return keyword.open_end ? words[at].text.starts_with(rest) : words[at].text == rest;
        }
        if (words[at].text != rest.substr(0, blank) || ++at == words.size()) {
            return false;
        }
        rest.remove_prefix(blank + 1);
    }
}

enum class ByteKind : std::uint8_t { word, separator, latin, punctuation };

constexpr std::array<ByteKind, 256> kByteKinds = [] {
    std::array<ByteKind, 256> kinds{};
    for (std::size_t byte = 0; byte < 0x80; ++byte) {
        kinds[byte] =
            ascii::is_alnum(static_cast<char>(byte)) ? ByteKind::word : ByteKind::separator;
    }
    kinds[0xC2] = ByteKind::latin;
    kinds[0xE2] = ByteKind::punctuation;
    return kinds;
}();

/// Bytes of a separator at `at`, 0 when a word goes on there.
std::size_t separator_length(std::string_view text, std::size_t at) noexcept {
    const auto byte = [text](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    switch (kByteKinds[byte(at)]) {
    case ByteKind::word:
        return 0;
    case ByteKind::separator:
        return 1;
    case ByteKind::latin: // U+0080 to U+00BF: no-break space, quotation marks
        return 2;
    case ByteKind::punctuation: // U+2000 to U+206F: spaces, dashes, quotation marks
        return byte(at + 1) == 0x80 || byte(at + 1) == 0x81 ? 3 : 0;
    }
    return 0;
}

bool is_lower(char c) noexcept {
    return c >= 'a' && c <= 'z';
}

} // namespace

void WordList::add_text(std::string_view text) {
    add(text, std::ranges::any_of(text, is_lower));
}

void WordList::add(std::string_view text, bool capitals_are_codes) {
    text = text.substr(0, kMaxBytes - used_);
    std::size_t at = 0;
    while (at < text.size() && count_ < kMaxWords) {
        if (const std::size_t separator = separator_length(text, at); separator != 0) {
            at += separator;
            continue;
        }
        const std::size_t begin = at;
        while (at < text.size() && separator_length(text, at) == 0) {
            ++at;
        }
        const std::string_view written = text.substr(begin, at - begin);
        char* const upper = bytes_.data() + used_;
        std::ranges::transform(written, upper, ascii::to_upper);
        used_ += written.size();
        const auto around = [text](std::size_t place, std::string_view choices) {
            return place < text.size() && choices.contains(text[place]);
        };
        Word& word = words_[count_++];
        word.text = {upper, written.size()};
        word.capitals = word.text == written;
        word.code = word.capitals && capitals_are_codes;
        word.bracketed = begin != 0 && around(begin - 1, "([") && around(at, ")]");
    }
}

const TaxonomyRow* first_row(
    TaxonomyStep step, std::span<const Word> words, TitleKind kind) noexcept {
    std::size_t best = kTaxonomy.size();
    for (std::size_t at = 0; at < words.size(); ++at) {
        for (const Keyword& keyword : keywords_for(step, words[at].text.front())) {
            if (keyword.row >= best) {
                break;
            }
            const bool for_kind =
                kTaxonomy[keyword.row].kinds == RowKinds::all || kind == TitleKind::series;
            if (for_kind && matches_at(keyword, words, at)) {
                best = keyword.row;
            }
        }
    }
    return best < kTaxonomy.size() ? &kTaxonomy[best] : nullptr;
}

} // namespace plex_tuner::catalog
