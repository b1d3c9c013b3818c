// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_grid.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/base/script.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <unistd.h>

namespace plex_tuner::engine {
namespace {

/// Title and description stand at the begin of a programme; what is behind that is not shown.
constexpr std::size_t kReadBytes = 6 * 1024;
constexpr std::size_t kMaxDescriptionBytes = 600;

constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
    {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};

[[nodiscard]] std::string unescaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto* const entity = std::ranges::find_if(
            kEntities, [&](const auto& one) { return text.starts_with(one.first); });
        if (entity != kEntities.end()) {
            out += entity->second;
            text.remove_prefix(entity->first.size());
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

/// The text of the first element of that name, which has no child elements.
[[nodiscard]] std::string text_of(std::string_view xml, std::string_view name) {
    const std::string open = "<" + std::string(name);
    std::size_t begin = xml.find(open + ">");
    if (begin == std::string_view::npos) {
        begin = xml.find(open + " ");
    }
    if (begin == std::string_view::npos) {
        return {};
    }
    begin = xml.find('>', begin);
    const std::size_t end = begin == std::string_view::npos ? begin : xml.find('<', begin);
    return end == std::string_view::npos ? std::string()
                                         : unescaped(xml.substr(begin + 1, end - begin - 1));
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
    if (!value.empty()) {
        out.append(",\"").append(name).append("\":");
        append_json_string(out, value);
    }
}

void append_programme(std::string& out, int file, const guide::ProgrammeAt& at) {
    std::array<char, kReadBytes> bytes{};
    const ssize_t got = ::pread(file, bytes.data(), bytes.size(), static_cast<off_t>(at.offset));
    std::string_view xml(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    xml = xml.substr(0, xml.find("</programme>"));
    out += "{\"start\":" + std::to_string(at.start) + ",\"stop\":" + std::to_string(at.stop) +
           ",\"title\":";
    append_json_string(out, text_of(xml, "title"));
    append_member(out, "sub_title", text_of(xml, "sub-title"));
    append_member(out, "description", utf8::truncate(text_of(xml, "desc"), kMaxDescriptionBytes));
    append_member(out, "category", text_of(xml, "category"));
    append_member(out, "episode", text_of(xml, "episode-num"));
    out += '}';
}

void append_channel(std::string& out, const lineup::Channel& channel,
    const ChannelGuideFacts& facts, int file, const GridQuery& query) {
    out += "{\"number\":" + json_quoted(channel.guide_number) +
           ",\"name\":" + json_quoted(channel.guide_name);
    append_member(out, "logo", channel.logo);
    append_member(out, "group", channel.group);
    append_member(out, "source", facts.source);
    append_member(out, "method", to_string(facts.match.method));
    append_member(out, "xmltv_id", facts.match.xmltv_id);
    append_member(out, "reason", facts.match.reason);
    out += ",\"programmes\":[";
    const auto from = static_cast<std::uint32_t>(query.from.time_since_epoch().count());
    const auto to = from + static_cast<std::uint32_t>(std::chrono::seconds(query.hours).count());
    bool first = true;
    for (const guide::ProgrammeAt& at : facts.index) {
        if (at.stop <= from || at.start >= to) {
            continue;
        }
        out += first ? "" : ",";
        append_programme(out, file, at);
        first = false;
    }
    out += "]}";
}

} // namespace

std::string guide_grid_json(
    const lineup::Lineup& lineup, const GuideFacts& facts, int guide_file, const GridQuery& query) {
    const auto& channels = lineup.channels();
    const std::string wanted = folded(ascii::trim(query.search));
    std::string rows;
    std::size_t found = 0;
    for (std::size_t i = 0; i < std::min(channels.size(), facts.channels.size()); ++i) {
        if (!wanted.empty() && !folded(channels[i].guide_name).contains(wanted) &&
            !channels[i].guide_number.starts_with(wanted)) {
            continue;
        }
        if (found >= query.first && found - query.first < query.count) {
            rows += rows.empty() ? "" : ",";
            append_channel(rows, channels[i], facts.channels[i], guide_file, query);
        }
        ++found;
    }
    return "{\"channels_found\":" + std::to_string(found) +
           ",\"first\":" + std::to_string(query.first) +
           ",\"from\":" + std::to_string(query.from.time_since_epoch().count()) +
           ",\"hours\":" + std::to_string(query.hours.count()) + ",\"channels\":[" + rows + "]}\n";
}

} // namespace plex_tuner::engine
