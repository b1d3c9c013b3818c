// SPDX-License-Identifier: GPL-3.0-or-later
// What a film or series is, from what its provider says about it. The rules are one table,
// src/catalog/taxonomy_table.hpp; docs/reference/taxonomy.md shows it.
#pragma once

#include <plex_tuner/catalog/catalog.hpp>

#include <cstdint>
#include <string_view>

namespace plex_tuner::catalog {

enum class TitleKind : std::uint8_t { movie, series };

/// UTF-8. Only the first 1024 bytes of a text, and 64 words of it, are looked at for keywords.
struct TitleFacts {
    std::string_view title; ///< as the provider writes it: "EN - News of the World (2020)"
    std::string_view provider_category_name;
    TitleKind kind = TitleKind::movie;
};

struct Taxonomy {
    std::string_view category; ///< movies, tv, sports, news, kids, music
    std::string_view region;   ///< uk, us, ca, mena, europe, intl
    std::string_view language; ///< by script: ar, ru, else en
    /// "EN" of the title above: one word of 2 to 24 capitals, digits and -_+&, at least two of them
    /// capitals, before the first " - "; else empty. Part of TitleFacts::title.
    std::string_view source_tag;
    std::string_view title; ///< for display: without the tag. Part of TitleFacts::title.
};

/// Pure; the first three texts last for ever.
[[nodiscard]] Taxonomy classify(const TitleFacts& facts);

/// Sets category, region, language and source_tag, which may then be views into `title`, and leaves
/// the title as it is.
void apply_taxonomy(Movie& movie);
void apply_taxonomy(Series& series);

} // namespace plex_tuner::catalog
