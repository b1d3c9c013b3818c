// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::epg {

/// What the name of a channel says once its ornaments are off: "UK | BBC One FHD (Backup)" is
/// "bbc", "1" of "uk".
struct ChannelName {
    std::vector<std::string> words; ///< folded; numbers as digits, "+1" as "plus1"
    std::string country;            ///< ISO 3166 code in lower case, "uk" for gb; empty: unknown
    /// It is no channel of a broadcaster: a heading, an event, a series in a loop.
    bool is_no_broadcast = false;

    /// The words as one, by which names are equal or not; "" where nothing is left.
    [[nodiscard]] std::string key() const;
};

/// `group` may be empty.
[[nodiscard]] ChannelName parse_channel_name(std::string_view name, std::string_view group = {});

/// Stands for the countries of North America where a guide does not tell which.
inline constexpr std::string_view kNorthAmerica = "na";

/// The country a guide id ends with: "uk" of "bbc1.uk", kNorthAmerica for "I1.labs.zap2it.com";
/// empty where it names none.
[[nodiscard]] std::string country_of_guide_id(std::string_view id);

/// parse_channel_name(name).key(): how aliases and names are compared.
[[nodiscard]] std::string normalized_name(std::string_view name);

/// Call sign of a station in North America, in capitals: "WABC", "KTLA", "CBLT"; empty where the
/// word is none.
[[nodiscard]] std::string call_sign_of(std::string_view word);

} // namespace plex_tuner::epg
