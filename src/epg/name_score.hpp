// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/epg/channel_name.hpp>

#include <set>
#include <string>

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

/// The call sign both names have; empty for none.
[[nodiscard]] std::string shared_call_sign(
    const ChannelName& a, const ChannelName& b, const Vocabulary& vocabulary);
/// The call signs in a name of North America, in capitals.
[[nodiscard]] std::set<std::string> call_signs_in(
    const ChannelName& name, const Vocabulary& vocabulary);

struct NameScore {
    double score = 0; ///< 0 to 1
    std::string reason;
};

/// How likely two names mean the same channel: the words they share, each counting by its weight.
/// Names whose numbers or hours of delay differ are never the same ("BBC 1" and "BBC 2"); those
/// that share a call sign are.
[[nodiscard]] NameScore score_names(
    const ChannelName& wanted, const ChannelName& offered, const Vocabulary& vocabulary);

} // namespace plex_tuner::epg
