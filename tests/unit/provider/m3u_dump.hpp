// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/provider/m3u_reader.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace plex_tuner::provider::test {

/// Everything the reader made of a text, as text: header, entries, what was skipped, the verdict.
inline std::string dump_m3u(std::string_view text, std::size_t chunk = std::string_view::npos) {
    std::string out;
    const auto field = [&out](std::string_view name, std::string_view value) {
        if (!value.empty()) {
            out.append("  ").append(name).append("=").append(value).append("\n");
        }
    };
    const auto header = [&](const M3uHeader& head) {
        out += "header\n";
        for (const std::string& url : head.guide_urls) {
            field("guide", url);
        }
        for (const M3uPair& pair : head.attributes) {
            field(pair.name, pair.value);
        }
    };
    const auto entry = [&](const M3uEntry& got) {
        out.append("entry ").append(got.name).append("\n");
        field("duration", got.duration);
        field("id", got.tvg_id);
        field("tvg-name", got.tvg_name);
        field("logo", got.logo);
        field("number", got.guide_number);
        field("group", got.group_title);
        field("shift", got.tvg_shift);
        field("radio", got.radio ? "yes" : "");
        field("vod", got.vod ? "yes" : "");
        for (const M3uPair& pair : got.attributes) {
            field("attribute " + pair.name, pair.value.empty() ? "(empty)" : pair.value);
        }
        for (const M3uSource& source : got.sources) {
            out.append("  > ").append(source.url).append("\n");
            for (const M3uPair& pair : source.headers) {
                out.append("    ").append(pair.name).append(": ").append(pair.value).append("\n");
            }
        }
    };
    M3uReader reader({.header = header, .entry = entry});
    while (!text.empty()) {
        const std::string_view part = text.substr(0, chunk);
        reader.feed(part);
        text.remove_prefix(part.size());
    }
    const Result<void> verdict = reader.finish();
    for (const auto& [reason, where] : reader.skipped()) {
        out.append("skipped ").append(reason).append(" x").append(std::to_string(where.count));
        out.append(" line ").append(std::to_string(where.first_line)).append(": ");
        out.append(where.first_text).append("\n");
    }
    out += verdict ? "entries " + std::to_string(reader.entries()) + "\n"
                   : "error " + verdict.error().message() + "\n";
    return out;
}

} // namespace plex_tuner::provider::test
