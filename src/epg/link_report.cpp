// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/epg/link_report.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <set>
#include <tuple>
#include <unordered_map>

namespace plex_tuner::epg {
namespace {

constexpr std::array<std::string_view, 3> kConfidences{"tvg_id_match", "name_only", "scored"};
/// From here on a scored match may be used as an alias without a closer look.
constexpr double kGoodScore = 0.85;

void add_member(std::string& out, std::string_view name, std::string_view value) {
    if (!value.empty()) {
        out.append(",\"").append(name).append("\":");
        append_json_string(out, value);
    }
}

[[nodiscard]] std::string score_text(double score) {
    std::array<char, 16> text{};
    const int size = std::snprintf(text.data(), text.size(), "%.2f", score);
    return {text.data(), static_cast<std::size_t>(std::max(size, 0))};
}

void append_row(std::string& out, const LinkRow& row) {
    const auto boolean = [](bool value) {
        return value ? "true" : "false";
    };
    out += "{\"channel_id\":" + json_quoted(row.channel.channel_id) +
           ",\"guide_number\":" + json_quoted(row.channel.guide_number) +
           ",\"guide_name\":" + json_quoted(row.channel.guide_name);
    add_member(out, "tvg_id", row.channel.tvg_id);
    out += std::string(",\"epg_linked\":") + boolean(!row.channel.tvg_id.empty()) +
           ",\"matched\":" + boolean(row.matched());
    add_member(out, "matched_xmltv_id", row.match.xmltv_id);
    add_member(out, "method", to_string(row.match.method));
    add_member(out, "normalized_name", normalized_name(row.channel.guide_name));
    add_member(out, "reason", row.match.reason);
    if (row.matched()) {
        out += ",\"score\":" + score_text(row.match.score);
    }
    if (!row.match.alternatives.empty()) {
        out += ",\"alternatives\":[";
        for (const Candidate& one : row.match.alternatives) {
            out += &one == row.match.alternatives.data() ? "" : ",";
            out += "{\"xmltv_id\":" + json_quoted(one.xmltv_id) +
                   ",\"score\":" + score_text(one.score) +
                   ",\"reason\":" + json_quoted(one.reason) + "}";
        }
        out += ']';
    }
    out += '}';
}

/// "5.10" comes after "5.2"; what is no number comes last.
[[nodiscard]] std::tuple<bool, std::int64_t, std::int64_t> number_key(std::string_view number) {
    const std::size_t dot = number.find('.');
    const auto major = ascii::parse_integer<std::int64_t>(number.substr(0, dot));
    const auto minor = dot == std::string_view::npos
                           ? std::nullopt
                           : ascii::parse_integer<std::int64_t>(number.substr(dot + 1));
    return {!major.has_value(), major.value_or(0), minor.value_or(-1)};
}

} // namespace

LinkReport link_report(const std::vector<LinkChannel>& channels, const Matcher& matcher) {
    LinkReport report;
    report.rows.reserve(channels.size());
    for (const LinkChannel& channel : channels) {
        LinkRow& row = report.rows.emplace_back(
            LinkRow{channel, matcher.match({channel.guide_name, channel.tvg_id, channel.group,
                                 channel.has_given_guide_id})});
        if (row.matched()) {
            ++report.matched;
            ++report.methods[to_string(row.match.method)];
        }
    }
    const auto key = [](const LinkRow& row) {
        return std::tuple(!row.matched(), number_key(row.channel.guide_number),
            row.channel.guide_name, row.channel.channel_id);
    };
    std::ranges::sort(
        report.rows, [&](const LinkRow& a, const LinkRow& b) { return key(a) < key(b); });
    return report;
}

std::string to_json(const LinkReport& report) {
    std::string out = "{\"total_channels\":" + std::to_string(report.rows.size()) +
                      ",\"matched\":" + std::to_string(report.matched) +
                      ",\"unmatched\":" + std::to_string(report.rows.size() - report.matched) +
                      ",\"methods\":{";
    for (const auto& [method, count] : report.methods) {
        out += out.back() == '{' ? "" : ",";
        out += json_quoted(method) + ":" + std::to_string(count);
    }
    out += "},\"rows\":[";
    for (const LinkRow& row : report.rows) {
        out += out.back() == '[' ? "" : ",";
        append_row(out, row);
    }
    return out + "]}\n";
}

std::string unmatched_json(const LinkReport& report) {
    std::string out = "[";
    for (const LinkRow& row : report.rows) {
        if (!row.matched()) {
            out += out.back() == '[' ? "" : ",";
            append_row(out, row);
        }
    }
    return out + "]\n";
}

std::vector<Suggestion> suggest(
    const LinkReport& report, const Matcher& matcher, const std::vector<OracleRow>& oracle) {
    struct Known {
        std::string identifier;
        bool by_id;
    };

    std::unordered_map<std::string, Known> by_name;
    for (const OracleRow& row : oracle) {
        std::string name = normalized_name(row.guide_name);
        if (name.empty()) {
            continue;
        }
        // Plex numbers the channels of some guides; their ids are the keys then.
        const bool is_numbered = matcher.find_id(row.lineup_identifier).empty();
        const std::string& id = is_numbered ? row.channel_key : row.lineup_identifier;
        const bool by_id = !id.empty() && ascii::iequals(row.tvg_id, id);
        const auto [known, is_new] = by_name.emplace(std::move(name), Known{id, by_id});
        if (!is_new && by_id && !known->second.by_id) {
            known->second = {id, true};
        }
    }
    std::vector<Suggestion> suggestions;
    for (const LinkRow& row : report.rows) {
        if (row.matched()) {
            continue;
        }
        Suggestion one;
        one.guide_name = row.channel.guide_name;
        one.normalized_name = normalized_name(row.channel.guide_name);
        one.current_tvg_id = row.channel.tvg_id;
        const auto known = by_name.find(one.normalized_name);
        if (known != by_name.end()) {
            one.xmltv_id = matcher.find_id(known->second.identifier);
            one.confidence = kConfidences[known->second.by_id ? 0 : 1];
            one.reason = "Plex found it";
        }
        if (one.xmltv_id.empty() && !row.match.alternatives.empty() &&
            row.match.alternatives.front().score >= kGoodScore &&
            row.match.alternatives.front().score < 1) {
            one.xmltv_id = row.match.alternatives.front().xmltv_id;
            one.confidence = kConfidences[2];
            one.reason = row.match.alternatives.front().reason;
        }
        if (!one.xmltv_id.empty()) {
            suggestions.push_back(std::move(one));
        }
    }
    std::vector<Suggestion> surest_first;
    surest_first.reserve(suggestions.size());
    for (const std::string_view confidence : kConfidences) {
        std::ranges::copy_if(suggestions, std::back_inserter(surest_first),
            [&](const Suggestion& one) { return one.confidence == confidence; });
    }
    return surest_first;
}

std::string to_json(const std::vector<Suggestion>& suggestions) {
    std::string out = "{\"name_to_xmltv_id\":{";
    std::set<std::string> names;
    for (const Suggestion& one : suggestions) {
        if (names.insert(one.guide_name).second) {
            out += names.size() == 1 ? "" : ",";
            out += "\n  " + json_quoted(one.guide_name) + ":" + json_quoted(one.xmltv_id);
        }
    }
    out += "\n},\"_suggestions\":[";
    for (const Suggestion& one : suggestions) {
        out += &one == suggestions.data() ? "" : ",";
        out += "\n  {\"guide_name\":" + json_quoted(one.guide_name) +
               ",\"normalized_name\":" + json_quoted(one.normalized_name) +
               ",\"lineup_identifier\":" + json_quoted(one.xmltv_id) +
               ",\"oracle_confidence\":" + json_quoted(one.confidence) +
               ",\"reason\":" + json_quoted(one.reason);
        add_member(out, "current_tvg_id", one.current_tvg_id);
        out += '}';
    }
    return out + "\n]}\n";
}

} // namespace plex_tuner::epg
