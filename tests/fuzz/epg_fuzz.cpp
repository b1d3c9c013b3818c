// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the name of a channel (first line), its group (second) and its guide id (third), and
// all of them as a file of aliases and as an oracle's report: a name matches itself where it can be
// matched at all, an event ends after it begins, and the same input gives the same output.
#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/epg/event_name.hpp>
#include <plex_tuner/epg/link_report.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace plex_tuner;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(data, data + size);
    std::array<std::string, 3> lines;
    std::string_view rest = bytes;
    for (std::string& line : lines) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const auto& [name, group, id] = lines;

    // 2026-11-28 12:00 UTC
    const WallTime now =
        std::chrono::sys_days(std::chrono::year(2026) / 11 / 28) + std::chrono::hours(12);
    if (const auto event = epg::parse_event_name(name, now, std::chrono::minutes(60))) {
        require(event->stop > event->start && !event->title.empty());
    }

    auto aliases = epg::Aliases::parse(bytes);
    const epg::Aliases known = aliases ? *aliases : epg::Aliases();
    static_cast<void>(epg::parse_oracle_report(bytes));

    const std::vector<guide::SourceChannel> channels{
        {"self.id", {name}}, {"other.uk", {"Other Channel", group}}, {id, {}}};
    const epg::Matcher matcher(channels, known, {.apply_scored = true});
    const epg::Channel wanted{name, id, group};
    const epg::Match match = matcher.match(wanted);
    require(match == matcher.match(wanted));
    require(match.xmltv_id.empty() == (match.method == epg::Method::none));
    require(match.xmltv_id.empty() || !matcher.find_id(match.xmltv_id).empty());
    require(match.score >= 0 && match.score <= 1);
    const epg::LinkReport report =
        epg::link_report({{"1", "1", name, id, group}, {"2", "x", group, {}, name}}, matcher);
    require(utf8::is_valid(to_json(report)));
    require(utf8::is_valid(to_json(epg::suggest(report, matcher, {}))));
    return 0;
}
