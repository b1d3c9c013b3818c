// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a channel list: what comes out keeps the promises of M3uEntry, in every chunking.
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/provider/m3u_reader.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using plex_tuner::Url;
using plex_tuner::provider::looks_like_m3u;
using plex_tuner::provider::M3uEntry;
using plex_tuner::provider::M3uHeader;
using plex_tuner::provider::M3uPair;
using plex_tuner::provider::M3uReader;
using plex_tuner::provider::M3uSource;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

bool is_text(std::string_view text) {
    return plex_tuner::utf8::is_valid(text) && std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
    });
}

void check(const M3uEntry& entry) {
    require(!entry.name.empty() && is_text(entry.name));
    require(is_text(entry.tvg_id) && is_text(entry.tvg_name) && is_text(entry.group_title));
    for (const std::string& text : {entry.name, entry.tvg_id, entry.tvg_name, entry.group_title,
             entry.logo, entry.tvg_shift}) {
        require(text.size() <= M3uReader::kMaxText);
    }
    require(!entry.sources.empty() && entry.sources.size() <= M3uReader::kMaxSources);
    for (const M3uSource& source : entry.sources) {
        const auto url = Url::parse(source.url);
        // A playlist from somewhere else names no file of ours.
        require(url.has_value() &&
                (url->is_http() || url->is_scheme("udp") || url->is_scheme("rtp")) &&
                source.url.find('|') == std::string::npos);
        for (const M3uPair& header : source.headers) {
            require(!header.name.empty() && !header.value.empty());
            require(header.value.find_first_of("\r\n") == std::string::npos);
        }
    }
    require(entry.attributes.size() <= M3uReader::kMaxAttributes);
    for (const M3uPair& attribute : entry.attributes) {
        require(is_text(attribute.name) && is_text(attribute.value));
    }
}

/// Everything that comes out, for comparison.
std::string read(std::string_view text, std::size_t chunk) {
    std::string out;
    const auto add = [&out](const std::vector<M3uPair>& pairs) {
        for (const M3uPair& pair : pairs) {
            out.append(pair.name).append("=").append(pair.value).append("\n");
        }
    };
    M3uReader reader({.header = [&](const M3uHeader& header) { add(header.attributes); },
        .entry =
            [&](const M3uEntry& entry) {
                check(entry);
                out.append(entry.name).append("|").append(entry.tvg_id).append("|");
                out.append(entry.group_title).append("\n");
                add(entry.attributes);
                for (const M3uSource& source : entry.sources) {
                    out.append(source.url).append("\n");
                    add(source.headers);
                }
            }});
    while (!text.empty()) {
        const std::string_view part = text.substr(0, chunk);
        reader.feed(part);
        text.remove_prefix(part.size());
    }
    const auto result = reader.finish();
    out += result ? "list" : result.error().message();
    for (const auto& [reason, where] : reader.skipped()) {
        require(is_text(where.first_text) && where.count > 0 && where.first_line > 0);
        out.append(reason).append(std::to_string(where.count));
        out.append(std::to_string(where.first_line)).append(where.first_text);
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const std::string whole = read(text, std::string::npos);
    require(read(text, 1 + size % 61) == whole);
    require(read(text, 1) == whole);
    (void)looks_like_m3u(text);
    return 0;
}
