// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_health.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/engine/guide_health.hpp>
#include <plex_tuner/net/page_head.hpp>

#include <algorithm>
#include <array>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace plex_tuner::engine {
namespace {

enum class State { programmes, placeholder, none };

constexpr std::array<std::string_view, 3> kStates{"programmes", "placeholder", "none"};

[[nodiscard]] State state_of(const ChannelGuideFacts& channel) {
    if (channel.programmes > 0) {
        return State::programmes;
    }
    return channel.match.method == epg::Method::none ? State::none : State::placeholder;
}

[[nodiscard]] std::string_view name_of(State state) {
    return kStates.at(static_cast<std::size_t>(state));
}

[[nodiscard]] std::string time_text(WallTime time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(time.time_since_epoch().count()));
}

struct Sums {
    std::array<std::size_t, 3> of_state{};
    std::size_t with_hole = 0; ///< of those with programmes
    std::size_t programmes = 0;
};

[[nodiscard]] Sums sum_up(const GuideFacts& facts) {
    Sums sums;
    for (const ChannelGuideFacts& channel : facts.channels) {
        const State state = state_of(channel);
        ++sums.of_state.at(static_cast<std::size_t>(state));
        sums.programmes += channel.programmes;
        sums.with_hole += state == State::programmes && channel.next_hole ? 1 : 0;
    }
    return sums;
}

std::string html(std::string_view text) {
    std::string out;
    append_html(out, text);
    return out;
}

} // namespace

std::string guide_health_json(const lineup::Lineup& lineup, const GuideFacts& facts) {
    const Sums sums = sum_up(facts);
    std::string out = fmt::format(
        R"({{"built":"{}","channels":{},"with_programmes":{},"placeholder_only":{},"without_guide":{},)"
        R"("with_hole":{},"programmes":{},"rows":[)",
        time_text(facts.built), facts.channels.size(), sums.of_state[0], sums.of_state[1],
        sums.of_state[2], sums.with_hole, sums.programmes);
    const auto& channels = lineup.channels();
    for (std::size_t i = 0; i < std::min(channels.size(), facts.channels.size()); ++i) {
        const ChannelGuideFacts& its = facts.channels[i];
        out += fmt::format(
            R"({}{{"guide_number":{},"guide_name":{},"state":"{}","programmes":{},"next_hole":{})",
            i == 0 ? "" : ",", json_quoted(channels[i].guide_number),
            json_quoted(channels[i].guide_name), name_of(state_of(its)), its.programmes,
            its.next_hole ? "\"" + time_text(*its.next_hole) + "\"" : "null");
        const auto add = [&](std::string_view name, std::string_view value) {
            if (!value.empty()) {
                out += fmt::format(R"(,"{}":{})", name, json_quoted(value));
            }
        };
        add("source", its.source);
        add("method", to_string(its.match.method));
        add("xmltv_id", its.match.xmltv_id);
        add("reason", its.match.reason);
        if (!its.match.alternatives.empty()) {
            out += ",\"alternatives\":[";
            for (const epg::Candidate& one : its.match.alternatives) {
                out += fmt::format(R"({}{{"xmltv_id":{},"score":{:.2f},"reason":{}}})",
                    &one == its.match.alternatives.data() ? "" : ",", json_quoted(one.xmltv_id),
                    one.score, json_quoted(one.reason));
            }
            out += ']';
        }
        out += '}';
    }
    return out + "]}\n";
}

std::string guide_health_text(const lineup::Lineup& lineup, const GuideFacts& facts) {
    const Sums sums = sum_up(facts);
    std::string out = fmt::format("{:<8} {:<32} {:<11} {:>10}  {:<20}  {}\n", "number", "name",
        "state", "programmes", "next hole", "guide");
    const auto& channels = lineup.channels();
    for (std::size_t i = 0; i < std::min(channels.size(), facts.channels.size()); ++i) {
        const ChannelGuideFacts& its = facts.channels[i];
        out += fmt::format("{:<8} {:<32} {:<11} {:>10}  {:<20}  {}\n", channels[i].guide_number,
            channels[i].guide_name, name_of(state_of(its)), its.programmes,
            its.next_hole ? time_text(*its.next_hole) : "-",
            its.match.xmltv_id.empty() ? its.match.reason
                                       : its.match.xmltv_id + " (" + its.match.reason + ")");
    }
    return out + fmt::format("{} of {} channels have programmes ({}), {} placeholders only, {} no "
                             "guide; {} have a hole ahead; built {}\n",
                     sums.of_state[0], facts.channels.size(), sums.programmes, sums.of_state[1],
                     sums.of_state[2], sums.with_hole, time_text(facts.built));
}

std::string guide_health_page(const lineup::Lineup& lineup, const GuideFacts* facts) {
    std::string page = net::page_head("Guide health");
    page += "<h1>Guide health</h1>\n<p class=\"sub\"><a href=\"/\">plex-tuner</a> &middot; <a "
            "href=\"/guide\">guide</a> &middot; <a href=\"/api/guide-health\">JSON</a></p>\n";
    if (facts == nullptr) {
        return page + "<p>The guide is being built; this page has its figures in a moment.</p>"
                      "</body></html>\n";
    }
    const Sums sums = sum_up(*facts);
    page +=
        fmt::format("<dl><dt>With programmes</dt><dd>{} of {} channels, {} programmes</dd>"
                    "<dt>Placeholders only</dt><dd>{} (a guide knows them, but has nothing)</dd>"
                    "<dt>Without a guide</dt><dd>{} (no guide knows them)</dd>"
                    "<dt>With a hole ahead</dt><dd>{} of those with programmes</dd>"
                    "<dt>Built</dt><dd>{}</dd></dl>\n",
            sums.of_state[0], facts->channels.size(), sums.programmes, sums.of_state[1],
            sums.of_state[2], sums.with_hole, time_text(facts->built));
    page += "<table><tr><th class=\"n\">Number</th><th>Name</th><th>Guide</th><th "
            "class=\"n\">Programmes</th><th>Next hole</th><th>Why</th></tr>\n";
    const auto& channels = lineup.channels();
    // Those in need of a hand first.
    for (const State state : {State::none, State::placeholder, State::programmes}) {
        for (std::size_t i = 0; i < std::min(channels.size(), facts->channels.size()); ++i) {
            const ChannelGuideFacts& its = facts->channels[i];
            if (state_of(its) != state) {
                continue;
            }
            std::string why = its.match.reason;
            if (its.match.method == epg::Method::none && !its.match.alternatives.empty()) {
                why += "; perhaps " + its.match.alternatives.front().xmltv_id + " (" +
                       its.match.alternatives.front().reason + ")";
            }
            page += fmt::format("<tr><td class=\"n\">{}</td><td>{}</td><td>{}</td><td "
                                "class=\"n\">{}</td><td>{}</td><td>{}</td></tr>\n",
                html(channels[i].guide_number), html(channels[i].guide_name),
                its.match.xmltv_id.empty() ? "&ndash;" : html(its.match.xmltv_id), its.programmes,
                its.next_hole && state == State::programmes ? time_text(*its.next_hole) : "",
                html(why));
        }
    }
    return page + "</table>\n</body></html>\n";
}

std::filesystem::path guide_health_file(const std::filesystem::path& state_directory, bool json) {
    return state_directory / (json ? "guide_health.json" : "guide_health.txt");
}

Result<void> save_guide_health(const std::filesystem::path& state_directory,
    const lineup::Lineup& lineup, const GuideFacts& facts) {
    for (const bool json : {true, false}) {
        auto file = AtomicFile::create(guide_health_file(state_directory, json));
        Result<void> saved = file ? file->write(json ? guide_health_json(lineup, facts)
                                                     : guide_health_text(lineup, facts))
                                  : Result<void>(fail(file.error()));
        if (saved) {
            saved = file->commit();
        }
        if (!saved) {
            return saved;
        }
    }
    return {};
}

} // namespace plex_tuner::engine
