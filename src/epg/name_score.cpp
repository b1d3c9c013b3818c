// SPDX-License-Identifier: GPL-3.0-or-later
#include "name_score.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <set>

namespace plex_tuner::epg {
namespace {

constexpr double kCallSignScore = 0.9;

/// What tells channels of one family apart: "2", "plus1", and the digits of "espn2".
[[nodiscard]] std::multiset<std::string> numbers_of(const ChannelName& name) {
    std::multiset<std::string> numbers;
    for (const std::string& word : name.words) {
        const std::size_t digit = word.find_first_of("0123456789");
        if (digit != std::string::npos) {
            numbers.insert(word.starts_with("plus") ? word : word.substr(digit));
        }
    }
    return numbers;
}

/// Stations of North America have one, and words that look like one are common elsewhere.
[[nodiscard]] bool may_have_call_sign(const ChannelName& name) {
    return name.country.empty() || name.country == "us" || name.country == "ca" ||
           name.country == kNorthAmerica;
}

} // namespace

std::set<std::string> call_signs_in(const ChannelName& name, const Vocabulary& vocabulary) {
    std::set<std::string> signs;
    if (!may_have_call_sign(name)) {
        return signs;
    }
    for (const std::string& word : name.words) {
        if (std::string sign = call_sign_of(word); !sign.empty() && !vocabulary.is_common(word)) {
            signs.insert(std::move(sign));
        }
    }
    return signs;
}

std::string shared_call_sign(
    const ChannelName& a, const ChannelName& b, const Vocabulary& vocabulary) {
    const auto of_a = call_signs_in(a, vocabulary);
    const auto of_b = call_signs_in(b, vocabulary);
    const auto found =
        std::ranges::find_if(of_a, [&](const std::string& sign) { return of_b.contains(sign); });
    return found == of_a.end() ? std::string() : *found;
}

NameScore score_names(
    const ChannelName& wanted, const ChannelName& offered, const Vocabulary& vocabulary) {
    const std::string sign = shared_call_sign(wanted, offered, vocabulary);
    if (!sign.empty()) {
        return {kCallSignScore, "call sign " + sign};
    }
    if (numbers_of(wanted) != numbers_of(offered)) {
        return {};
    }
    std::multiset<std::string> left(offered.words.begin(), offered.words.end());
    double shared = 0;
    double all = 0;
    std::size_t count = 0;
    for (const std::string& word : wanted.words) {
        const double its = vocabulary.weight(word);
        all += its;
        if (const auto found = left.find(word); found != left.end()) {
            left.erase(found);
            shared += 2 * its;
            ++count;
        }
    }
    for (const std::string& word : offered.words) {
        all += vocabulary.weight(word);
    }
    return {all > 0 ? shared / all : 0,
        std::to_string(count) + " of " + std::to_string(wanted.words.size()) + " words"};
}

} // namespace plex_tuner::epg
