// SPDX-License-Identifier: GPL-3.0-or-later
#include "name_score.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::epg {
namespace {

constexpr double kCallSignScore = 0.9;

/// Stations of North America have one, and words that look like one are common elsewhere.
[[nodiscard]] bool may_have_call_sign(const ChannelName& name) {
    return name.country.empty() || name.country == "us" || name.country == "ca" ||
           name.country == kNorthAmerica;
}

} // namespace

ComparedName::ComparedName(ChannelName its_name, const Vocabulary& vocabulary)
    : name(std::move(its_name)) {
    const bool has_signs = may_have_call_sign(name);
    for (const std::string& word : name.words) {
        weight += vocabulary.weight(word);
        if (const std::size_t digit = word.find_first_of("0123456789");
            digit != std::string::npos) {
            numbers.push_back(word.starts_with("plus") ? word : word.substr(digit));
        }
        if (std::string sign = has_signs ? call_sign_of(word) : std::string();
            !sign.empty() && !vocabulary.is_common(word)) {
            call_signs.push_back(std::move(sign));
        }
    }
    std::ranges::sort(numbers);
}

NameScore score_names(
    const ComparedName& wanted, const ComparedName& offered, const Vocabulary& vocabulary) {
    const auto sign = std::ranges::find_first_of(wanted.call_signs, offered.call_signs);
    if (sign != wanted.call_signs.end()) {
        return {kCallSignScore, "call sign " + *sign};
    }
    if (wanted.numbers != offered.numbers) {
        return {};
    }
    std::vector<bool> used(offered.name.words.size(), false);
    double shared = 0;
    std::size_t count = 0;
    for (const std::string& word : wanted.name.words) {
        for (std::size_t i = 0; i < used.size(); ++i) {
            if (!used[i] && offered.name.words[i] == word) {
                used[i] = true;
                shared += 2 * vocabulary.weight(word);
                ++count;
                break;
            }
        }
    }
    const double all = wanted.weight + offered.weight;
    return {all > 0 ? shared / all : 0,
        std::to_string(count) + " of " + std::to_string(wanted.name.words.size()) + " words"};
}

} // namespace plex_tuner::epg
