// SPDX-License-Identifier: GPL-3.0-or-later
// The rules by which films and series get category and region.
//
// Within a step the first row that matches decides. Later steps override earlier ones.
//
// Keywords are separated by ", " and written in capitals; case in the text does not matter unless a
// mark says so. A keyword matches whole words: letters and digits side by side, anything else parts
// them. Several words match several words in a row. Marks:
//     NEWS      the word NEWS, not NEWSROOM
//     SPORT*    a word that begins so: SPORT, SPORTS, SPORTSNET
//     ^UK       only as the first word
//     (GB)      the word alone in parentheses or brackets, in capitals
//     =US       the word in capitals, in the tag or in a title that is not all capitals: for codes
//               and brands that are words too, as in "The Last of Us"
//
// Each row has an example that it matches and one that it must not: tests run them, and
// docs/reference/taxonomy.md, made from this table, shows them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace plex_tuner::catalog {

/// What is matched to find what, in the order of application.
enum class TaxonomyStep : std::uint8_t {
    tag_region,
    tag_category,
    provider_category,
    provider_region,
    title_category, ///< tag and title
    title_region,   ///< tag and title
};
inline constexpr std::size_t kTaxonomySteps = 6;

enum class RowKinds : std::uint8_t { all, series };

struct TaxonomyRow {
    TaxonomyStep step;
    std::string_view result;
    std::string_view keywords;
    std::string_view example;   ///< a text (tag, provider category or title) that this row matches
    std::string_view near_miss; ///< one that it does not match
    RowKinds kinds = RowKinds::all;
};

// clang-format off
inline constexpr auto kTaxonomy = std::to_array<TaxonomyRow>({
    {TaxonomyStep::tag_region, "uk", "^UK, ^GB", "UK", "UKR"},
    {TaxonomyStep::tag_region, "us", "^US, ^EN US", "EN-US", "RUS"},
    {TaxonomyStep::tag_region, "ca", "^CA, ^CAN", "CA", "CANAL+"},
    {TaxonomyStep::tag_region, "mena", "^AR, ^IR, ^MENA, ^BEIN, ^OSN", "AR-SUBS", "ARTE"},
    {TaxonomyStep::tag_region, "europe", "^DE, ^FR, ^ES, ^IT, ^NL, ^SE, ^NO, ^DK, ^FI", "NO", "NOW"},

    {TaxonomyStep::tag_category, "kids", "KIDS", "UK-KIDS", "SKIDS"},
    {TaxonomyStep::tag_category, "music", "^MTV*, MUSIC", "MTV4K", "MUSICALS"},
    {TaxonomyStep::tag_category, "sports", "SPORT*, BEINSPORT*, SKYSPORT*, WWE, UFC, F1", "SKY-SPORTS", "PASSPORT"},
    {TaxonomyStep::tag_category, "news", "NEWS", "BBC-NEWS", "NEWSIES"},

    {TaxonomyStep::provider_category, "sports",
        "SPORT*, NBA, NHL, NFL, MLB, UFC, WWE, MOTORSPORT*, FORMULA*, SOCCER, FOOTBALL",
        "US| SPORTS", "TRANSPORT"},
    {TaxonomyStep::provider_category, "news", "NEWS, CURRENT AFFAIRS", "News & Current Affairs", "NEWSIES"},
    {TaxonomyStep::provider_category, "kids", "KIDS, CHILD*, CARTOON*, ANIMATION*, DISNEY*, NICK, NICKELODEON",
        "VOD | Disney+", "NICKI MINAJ"},
    {TaxonomyStep::provider_category, "music", "MUSIC, CONCERT, CONCERTS, KARAOKE", "4K CONCERTS", "MUSICALS"},
    {TaxonomyStep::provider_category, "movies", "MOVIE*, FILM*, CINEMA*", "FR - FILMS", "MICROFILM"},
    {TaxonomyStep::provider_category, "tv", "SERIES, SHOW, SHOWS, TVSHOW*", "NETFLIX TV SHOWS", "SHOWTIME",
        RowKinds::series},

    {TaxonomyStep::provider_region, "uk", "UK, BRIT, BRITISH, BRITAIN", "UK | DRAMA", "UKRAINE"},
    {TaxonomyStep::provider_region, "ca", "CANADA, CANADIAN", "Canada", "CALIFORNIA"},
    {TaxonomyStep::provider_region, "us", "USA, UNITED STATES, US", "US| DRAMA", "RUSSIA"},
    {TaxonomyStep::provider_region, "mena", "ARAB*, MENA, MIDDLE EAST, GULF", "ARABIC MOVIES", "PHENOMENA"},
    {TaxonomyStep::provider_region, "europe", "EURO*, FRANCE, GERMAN*, ITAL*, SPAIN, NORDIC*",
        "GERMANY", "DIGITAL HITS"},

    {TaxonomyStep::title_category, "sports",
        "TSN, ESPN, DAZN, SKY SPORTS, BT SPORT*, NHL, NFL, NBA, MLB, UFC, WWE, BEIN SPORT*, FORMULA 1, F1",
        "UFC 300: Pereira vs. Hill", "Formula 51"},
    {TaxonomyStep::title_category, "news",
        "CNN, BBC NEWS, FOX NEWS, MSNBC, CNBC, BLOOMBERG, ALJAZEERA, AL JAZEERA, FRANCE 24, SKY NEWS",
        "CNN Heroes", "News of the World"},
    {TaxonomyStep::title_category, "music",
        "MTV, MUCHMUSIC*, VEVO, APPLE MUSIC LIVE, LIVE AT WEMBLEY, UNPLUGGED",
        "Queen: Live at Wembley '86", "Live at the Apollo"},
    {TaxonomyStep::title_category, "kids",
        "NICKELODEON*, CARTOON NETWORK, PBS KIDS, DISNEY JUNIOR, DISNEY CHANNEL, DISNEY XD",
        "Disney Junior Ariel", "Walt Disney"},

    {TaxonomyStep::title_region, "uk",
        "=UK, =GB, BBC*, ITV*, CHANNEL 4, =SKY, BRIT, BRITS, BRITISH, BRITAIN, (GB), (UK)",
        "Ghosts UK", "Ukraine on Fire"},
    {TaxonomyStep::title_region, "ca", "CANADA, (CA), CTV, CBC, =GLOBAL, CITYTV, =ROGERS",
        "MasterChef Canada", "Global Storming"},
    {TaxonomyStep::title_region, "us", "=US, USA, (US), NBC, CBS, =ABC, =FOX", "The Office US", "The Last of Us"},
    {TaxonomyStep::title_region, "mena", "OSN, SHAHID, BEIN, AL JAZEERA, (AE), (SA), (EG), (QA)",
        "Grand Hotel (EG)", "Beinhart"},
    {TaxonomyStep::title_region, "europe", "(DE), (FR), (ES), (IT), (NL), (SE), (NO), (DK), (FI)",
        "Dark (DE)", "It (2017)"},
});
// clang-format on

} // namespace plex_tuner::catalog
