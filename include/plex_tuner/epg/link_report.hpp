// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/epg/matcher.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::epg {

/// A channel of the report. Views point into what link_report() was given.
struct LinkChannel {
    std::string_view channel_id;
    std::string_view guide_number;
    std::string_view guide_name;
    std::string_view tvg_id;
    std::string_view group;
    bool has_given_guide_id = false; ///< tvg_id is of the user's table
};

struct LinkRow {
    LinkChannel channel;
    Match match;

    [[nodiscard]] bool matched() const noexcept { return match.method != Method::none; }
};

/// How the channels of a catalog find their guide: matched ones first, then by guide number, then
/// by name.
struct LinkReport {
    std::vector<LinkRow> rows;
    std::size_t matched = 0;
    std::map<std::string_view, std::size_t> methods; ///< how many by which
};

[[nodiscard]] LinkReport link_report(
    const std::vector<LinkChannel>& channels, const Matcher& matcher);

/// `{"total_channels", "matched", "unmatched", "methods", "rows": […]}`
[[nodiscard]] std::string to_json(const LinkReport& report);
/// The array of the unmatched rows.
[[nodiscard]] std::string unmatched_json(const LinkReport& report);

/// What Plex made of a channel, by a report of plex-epg-oracle.
struct OracleRow {
    std::string guide_name;
    std::string tvg_id;
    std::string lineup_identifier;
    std::string channel_key = {}; ///< what guides of others have as id
};

/// The rows that have an identifier. Errors (parse) say where.
[[nodiscard]] Result<std::vector<OracleRow>> parse_oracle_report(std::string_view json);

/// A guide id for an unmatched channel.
struct Suggestion {
    std::string guide_name;
    std::string normalized_name;
    std::string xmltv_id;
    std::string confidence; ///< "tvg_id_match", "name_only", or "scored"
    std::string reason;
    std::string current_tvg_id;
};

/// For the unmatched channels, the surest first: what Plex found, where the guide has it, else what
/// scored well enough to be used as it is.
[[nodiscard]] std::vector<Suggestion> suggest(
    const LinkReport& report, const Matcher& matcher, const std::vector<OracleRow>& oracle);

/// `{"name_to_xmltv_id": {…}, "_suggestions": […]}`: a file of aliases, for a person to look over.
[[nodiscard]] std::string to_json(const std::vector<Suggestion>& suggestions);

} // namespace plex_tuner::epg
