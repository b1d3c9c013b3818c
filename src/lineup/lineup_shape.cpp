// SPDX-License-Identifier: GPL-3.0-or-later
#include "lineup_shape.hpp"

#include "channel_words.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/script.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace plex_tuner::lineup {
namespace {

// What a viewer in North America looks for first, in English. Points add up; each entry that is
// found counts.
constexpr int kForeignId = -200; // a guide id of another continent
constexpr int kRegional = 55;
constexpr int kNetwork = 25;
constexpr int kUnwanted = -80;
constexpr int kNonLatin = -35;
constexpr int kHasGuide = 8;
constexpr int kHighNumber = -6;
constexpr int kHighNumberFrom = 1'000;

struct IdPoints {
    std::string_view end;
    int points;
};

constexpr std::array<IdPoints, 3> kIds{{{".ca", 80}, {".us", 60}, {".mx", -100}}};

struct NumberPoints {
    int up_to;
    int points;
};

constexpr std::array<NumberPoints, 3> kNumbers{{{99, 20}, {199, 12}, {399, 6}}};

constexpr std::array<std::string_view, 12> kRegionalNames{"REGINA*", "SASKATOON*", "SASK*",
    "WINNIPEG*", "CALGARY*", "EDMONTON*", "VANCOUVER*", "VICTORIA*", "ALBERTA*", "MANITOBA*",
    "BRITISH COLUMBIA*", "BC"};
constexpr std::array<std::string_view, 29> kNetworks{"CBC*", "CTV*", "GLOBAL*", "CITYTV*", "OMNI*",
    "CTV2*", "NOOVO*", "TVA*", "ABC*", "CBS*", "NBC*", "FOX*", "PBS*", "CW*", "TSN*", "SPORTSNET*",
    "SN*", "CP24*", "CNN*", "FOX NEWS*", "MSNBC*", "WEATHER NETWORK*", "A&E*", "HISTORY*",
    "DISCOVERY*", "NATIONAL GEOGRAPHIC*", "HGTV*", "FOOD*", "TLC*"};
constexpr std::array<std::string_view, 15> kUnwantedNames{"ADULT*", "PPV*", "PAY PER VIEW*",
    "EVENT*", "TEST*", "PROMO*", "BARKER*", "SHOPPING*", "QVC*", "TSC*", "SHOP*", "4K*", "UHD*",
    "CAM*", "XXX*"};

[[nodiscard]] int count(std::span<const std::string_view> patterns, std::string_view words) {
    return static_cast<int>(std::ranges::count_if(
        patterns, [&](std::string_view pattern) { return WordPattern(pattern).matches(words); }));
}

} // namespace

int shape_score(const catalog::LiveChannel& channel, Shape shape, Region region) {
    if (shape == Shape::none) {
        return 0;
    }
    const std::string words = channel_words({channel.guide_name, channel.tvg_id});
    const std::string_view id = ascii::trim(channel.tvg_id);
    int score = 0;
    const auto* const known = std::ranges::find_if(
        kIds, [&](const IdPoints& one) { return ascii::iends_with(id, one.end); });
    if (known != kIds.end()) {
        score += known->points;
    } else if (!id.empty()) {
        score += kForeignId;
    }
    if (region != Region::none) {
        score += kRegional * count(kRegionalNames, words);
    }
    score += kNetwork * count(kNetworks, words);
    score += kUnwanted * count(kUnwantedNames, words);
    score += is_mostly_non_latin(channel.guide_name) ? kNonLatin : 0;
    score += id.empty() ? 0 : kHasGuide;
    if (const auto number = ascii::parse_integer<int>(ascii::trim(channel.guide_number))) {
        const auto* const row = std::ranges::find_if(
            kNumbers, [&](const NumberPoints& one) { return *number <= one.up_to; });
        const bool is_north_american = known != kIds.end() && known->end != ".mx";
        if (row != kNumbers.end() && is_north_american) {
            score += row->points;
        }
        score += *number >= kHighNumberFrom ? kHighNumber : 0;
    }
    return score;
}

} // namespace plex_tuner::lineup
