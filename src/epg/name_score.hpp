// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/epg/channel_name.hpp>

#include <string>
#include <vector>

namespace plex_tuner::epg {

/// What the names of a guide tell of words.
class Vocabulary {
public:
    Vocabulary() = default;
    Vocabulary(const Vocabulary&) = delete;
    Vocabulary& operator=(const Vocabulary&) = delete;
    virtual ~Vocabulary() = default;

    /// How much a word tells: the fewer channels have it, the more.
    [[nodiscard]] virtual double weight(const std::string& word) const = 0;
    /// Several channels have it in their names: it is no call sign.
    [[nodiscard]] virtual bool is_common(const std::string& word) const = 0;
};

/// A name, and what is compared of it: made once, for each is compared with many.
struct ComparedName {
    ComparedName(ChannelName its_name, const Vocabulary& vocabulary);

    ChannelName name;
    std::vector<std::string> numbers;    ///< sorted: "2", "plus1", the digits of "espn2"
    std::vector<std::string> call_signs; ///< of a name of North America, in capitals
    double weight = 0;                   ///< of all its words
};

struct NameScore {
    double score = 0; ///< 0 to 1
    std::string reason;
};

/// How likely two names mean the same channel: the words they share, each counting by its weight.
/// Names whose numbers or hours of delay differ are never the same ("BBC 1" and "BBC 2"); those
/// that share a call sign are.
[[nodiscard]] NameScore score_names(
    const ComparedName& wanted, const ComparedName& offered, const Vocabulary& vocabulary);

} // namespace plex_tuner::epg
