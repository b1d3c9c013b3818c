// SPDX-License-Identifier: GPL-3.0-or-later
#include "status_page.hpp"

#include "stream_report.hpp"

#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/net/page_head.hpp>

#include <algorithm>
#include <chrono>
#include <numeric>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace plex_tuner::engine {

namespace {

std::string html(std::string_view text) {
    std::string out;
    append_html(out, text);
    return out;
}

void add_fact(std::string& page, std::string_view name, const std::string& value_html) {
    page += fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, value_html);
}

std::string link(const std::string& url) {
    return fmt::format("<a href=\"{0}\"><code>{0}</code></a>", html(url));
}

void add_tuners(std::string& page, const std::vector<gateway::TunerStatus>& tuners) {
    page += "<h2>Tuners</h2>\n<table><tr><th>Tuner</th><th>Channel</th><th class=\"n\">Viewers</th>"
            "<th class=\"n\">Mb/s</th><th>Stream</th><th>Condition</th></tr>\n";
    for (const gateway::TunerStatus& tuner : tuners) {
        const std::string channel =
            tuner.channel_id.empty() ? "idle" : html(tuner.guide_number + " " + tuner.guide_name);
        page += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td "
                            "class=\"n\">{:.1f}</td><td>{}</td><td>{}</td>"
                            "</tr>\n",
            tuner.index, channel, tuner.viewers, static_cast<double>(tuner.bits_per_second) / 1e6,
            tuner.format ? html(stream_text(*tuner.format)) : std::string(),
            html(insight_text(tuner.insight)));
        for (const gateway::TranscodeStatus& one : tuner.transcodes) {
            page += fmt::format("<tr><td></td><td>as {} ({})</td><td class=\"n\">{}</td><td "
                                "class=\"n\">{:.1f}</td><td>{}</td><td>{}</td></tr>\n",
                html(one.profile), html(one.reason), one.viewers,
                static_cast<double>(one.bits_per_second) / 1e6,
                one.format ? html(stream_text(*one.format)) : std::string(),
                html(insight_text(one.insight)));
        }
    }
    page += "</table>\n";
}

std::string seconds_until(state::TimePoint until, WallTime now) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(until - now).count();
    return std::to_string(std::max<std::int64_t>(left, 0)) + " s";
}

/// Only those that want to be left alone: the others are nobody's concern.
void add_providers(std::string& page, const StatusPageFacts& facts) {
    for (const state::GovernorStatus& provider : facts.providers) {
        if (!provider.cool_down) {
            continue;
        }
        const std::string host = provider.key.substr(0, provider.key.find('#'));
        page += fmt::format("<p class=\"note\">{} is left alone for another {} ({}{}).</p>\n",
            html(host), seconds_until(provider.cool_down->until, facts.now),
            html(to_string(provider.cool_down->reason)),
            provider.last_status == 0
                ? std::string()
                : ", its last answer had status " + std::to_string(provider.last_status));
    }
}

/// "1 of 2 in use: viewer"; accounts without a connection are nobody's concern.
void add_connections(std::string& page, const std::vector<state::AccountSlots>& accounts) {
    for (const state::AccountSlots& account : accounts) {
        std::string kinds;
        std::size_t open = 0;
        for (const state::SlotHolder& holder : account.holders) {
            if (!holder.lingers_until) {
                kinds.append(open == 0 ? "" : ", ").append(to_string(holder.kind));
                ++open;
            }
        }
        if (open == 0) {
            continue;
        }
        const int limit = account.limit().value_or(0);
        add_fact(page, "Connections",
            html(fmt::format("{}{} in use on account {}: {}", open,
                limit > 0 ? fmt::format(" of {}", limit) : std::string(), account.account, kinds)));
    }
}

/// Whether connections and requests are those of all machines.
void add_coordination(std::string& page, const state::CoordinationState& state) {
    using enum state::CoordinationState::Phase;
    std::string text;
    switch (state.phase) {
    case alone:
        text = fmt::format("connections and requests are not counted with those of other "
                           "machines, since Redis does not answer; this one keeps to its part "
                           "({})",
            state.reason);
        break;
    case returning:
        text = fmt::format("connections and requests are about to be counted with those of other "
                           "machines again, by "
                           "Redis at {}",
            state.redis);
        break;
    case together:
        text = fmt::format(
            "connections and requests are counted for {} machine{} together, by Redis at {}",
            state.machines, state.machines == 1 ? "" : "s", state.redis);
        break;
    }
    add_fact(page, "Machines", html(text));
}

std::string registration_text(const RegistrationStatus& one) {
    if (!one.looked_at) {
        return "not asked yet; that needs a lineup with a guide";
    }
    if (!one.error.empty()) {
        return "not set up: " + one.error + "; it is tried again";
    }
    return fmt::format("set up as {}: {} of {} channels (seen {:%Y-%m-%d %H:%M:%S} "
                       "UTC)",
        one.key, one.mapped, one.served, fmt::gmtime(one.looked_at->time_since_epoch().count()));
}

void add_films(std::string& page, const VodMountStatus& films) {
    page += fmt::format(
        "<h2>Films and series</h2>\n<dl>\n<dt>Mounted at</dt><dd><code>{}</code></dd>\n",
        html(films.mount_point.string()));
    add_fact(page, "Shown",
        fmt::format(
            "{} films, {} series with {} episodes; the size of {} files is known, of {} not "
            "yet",
            films.films, films.series, films.episodes, films.sizes_known, films.sizes_unknown));
    add_fact(page, "Open",
        fmt::format(
            "{} files, {} reads wait for a provider", films.files_open, films.reads_waiting));
    if (const LibraryScanStatus& told = films.library_scans; !told.error.empty()) {
        add_fact(page, "Plex", "not told of what changed: " + html(told.error));
    } else if (told.scans > 0) {
        add_fact(page, "Plex", fmt::format("told {} times to look at what changed", told.scans));
    }
    add_fact(page, "Read",
        fmt::format("{:.1f} MB from providers in {} requests ({} failed), {:.1f} MB from the cache",
            static_cast<double>(films.provider_bytes) / 1e6, films.provider_requests,
            std::accumulate(
                films.provider_failures.begin(), films.provider_failures.end(), std::uint64_t{0}),
            static_cast<double>(films.cache_read_bytes) / 1e6));
    add_fact(page, "Cache",
        fmt::format("{:.1f} of {:.1f} GB, {} films made room",
            static_cast<double>(films.cache_bytes) / 1e9,
            static_cast<double>(films.cache_limit) / 1e9, films.cache_evictions));
    page += "</dl>\n";
}

void add_channels(std::string& page, const StatusPageFacts& facts) {
    const auto& channels = facts.snapshot.lineup->channels();
    page += fmt::format("<h2>Channels ({})</h2>\n", channels.size());
    if (channels.empty()) {
        page += "<p>None yet. The log says what the playlist lacks.</p>\n";
        return;
    }
    page += "<table><tr><th class=\"n\">Number</th><th>Name</th><th>Group</th><th></th></tr>\n";
    for (const lineup::Channel& channel : channels) {
        page += fmt::format(
            "<tr><td class=\"n\">{0}</td><td><a "
            "href=\"/auto/v{0}\">{1}</a></td><td>{2}</td><td><a href=\"/watch?v={0}\">watch</a>"
            "</td></tr>\n",
            html(channel.guide_number), html(channel.guide_name), html(channel.group));
    }
    page += "</table>\n";
}

} // namespace

std::string status_page(const StatusPageFacts& facts) {
    const std::string base(facts.base_url);
    std::string page = net::page_head(facts.device.friendly_name);
    page += fmt::format("<h1>{0}</h1><p class=\"sub\">plex-tuner {1} &middot; device {2} &middot; "
                        "<a href=\"/guide\">guide</a> &middot; <a href=\"/guide-health\">guide "
                        "health</a></p>\n",
        html(facts.device.friendly_name), html(facts.version), facts.device.id.text());
    if (facts.demo) {
        page += "<p class=\"note\">This is the demo provider: three channels the program makes "
                "itself. Set "
                "<code>PLEX_TUNER_M3U_URL</code> (or <code>PLEX_TUNER_PROVIDER_URL</code>, "
                "<code>_USER</code> and "
                "<code>_PASS</code>) and restart to serve your own.</p>\n";
    }
    if (!facts.snapshot.held_back.empty()) {
        page +=
            fmt::format("<p class=\"note\">The last refresh was held back: {}. The catalog from "
                        "before it is served. If the loss is right, accept it with "
                        "<code>plex-tuner index -accept-shrink</code>.</p>\n",
                html(facts.snapshot.held_back));
    }
    if (!facts.snapshot.table_problem.empty()) {
        page += "<p class=\"note\">Channels: " + html(facts.snapshot.table_problem) + ".</p>\n";
    }
    for (const std::string& problem : facts.problems) {
        page += "<p class=\"note\">Transcoding: " + html(problem) + ".</p>\n";
    }
    add_providers(page, facts);
    page += "<h2>Point Plex here</h2>\n<dl>\n";
    add_fact(page, "Device URL", link(base));
    add_fact(page, "Guide URL", link(base + "/guide.xml"));
    add_fact(page, "For players", link(base + "/live.m3u"));
    add_fact(page, "Guide",
        facts.snapshot.guide == nullptr
            ? std::string("being built")
            : fmt::format("{:.1f} MB{}",
                  static_cast<double>(facts.snapshot.guide->plain.body.length) / 1e6,
                  facts.snapshot.guide->gzip ? ", also as .gz" : ""));
    add_fact(page, "Last refresh",
        facts.snapshot.last_refresh
            ? fmt::format("{:%Y-%m-%d %H:%M:%S} UTC",
                  fmt::gmtime(facts.snapshot.last_refresh->time_since_epoch().count()))
            : std::string("not since the start"));
    for (const RegistrationStatus& one : facts.registrations) {
        add_fact(page, "In " + one.server, html(registration_text(one)));
    }
    if (facts.coordination) {
        add_coordination(page, *facts.coordination);
    }
    add_connections(page, facts.accounts);
    page += "</dl>\n<p>In Plex: Settings, Live TV &amp; DVR, set up, <em>enter its network address "
            "manually</em>: the "
            "device URL without <code>http://</code>; then choose the XMLTV guide and give the "
            "guide URL.</p>\n";
    add_tuners(page, facts.tuners);
    if (facts.films) {
        add_films(page, *facts.films);
    }
    add_channels(page, facts);
    page += "</body></html>\n";
    return page;
}

} // namespace plex_tuner::engine
