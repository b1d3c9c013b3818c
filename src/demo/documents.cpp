// SPDX-License-Identifier: GPL-3.0-or-later
#include "documents.hpp"

#include "channels.hpp"
#include "schedule.hpp"

#include <plex_tuner/base/document_text.hpp>

#include <chrono>

#include <fmt/format.h>

namespace plex_tuner::demo {
namespace {

constexpr std::chrono::hours kGuidePast{6};
constexpr std::chrono::hours kGuideFuture{48};

std::string xmltv_time(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02} +0000", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

/// <name attributes>text</name>, indented; nothing for an empty text.
void add_element(std::string& out, std::string_view name, std::string_view attributes,
    std::string_view text, std::string_view indent) {
    if (text.empty()) {
        return;
    }
    out.append(indent).append("<").append(name).append(attributes).append(">");
    append_xml(out, text);
    out.append("</").append(name).append(">\n");
}

void add_channel(std::string& out, const Channel& channel) {
    constexpr std::string_view kIndent = "    ";
    out.append("  <channel id=\"").append(channel.id).append("\">\n");
    add_element(out, "display-name", " lang=\"en\"", channel.name, kIndent);
    add_element(out, "display-name", "", std::to_string(channel.number), kIndent);
    out.append("  </channel>\n");
}

void add_programme(std::string& out, const Channel& channel, const Programme& programme) {
    constexpr std::string_view kIndent = "    ";
    constexpr std::string_view kEnglish = " lang=\"en\"";
    out.append("  <programme start=\"").append(xmltv_time(programme.start));
    out.append("\" stop=\"").append(xmltv_time(programme.stop));
    out.append("\" channel=\"").append(channel.id).append("\">\n");
    add_element(out, "title", kEnglish, programme.title, kIndent);
    add_element(out, "sub-title", kEnglish, programme.subtitle, kIndent);
    add_element(out, "desc", kEnglish, programme.description, kIndent);
    if (programme.year > 0) {
        add_element(out, "date", "", std::to_string(programme.year), kIndent);
    }
    // Guide readers recognise these two words; the genre follows them.
    if (programme.kind == ProgrammeKind::film && !channel.radio) {
        add_element(out, "category", kEnglish, "Movie", kIndent);
    } else if (programme.kind == ProgrammeKind::series) {
        add_element(out, "category", kEnglish, "Series", kIndent);
    }
    add_element(out, "category", kEnglish, programme.category, kIndent);
    const auto minutes = std::chrono::floor<std::chrono::minutes>(programme.stop - programme.start);
    add_element(out, "length", " units=\"minutes\"", std::to_string(minutes.count()), kIndent);
    if (programme.episode > 0) {
        add_element(out, "episode-num", " system=\"xmltv_ns\"",
            fmt::format("{}.{}.", programme.season - 1, programme.episode - 1), kIndent);
        add_element(out, "episode-num", " system=\"onscreen\"",
            fmt::format("S{:02}E{:02}", programme.season, programme.episode), kIndent);
    }
    if (channel.radio) {
        out.append("    <video><present>no</present></video>\n");
    }
    out.append("    <audio><stereo>stereo</stereo></audio>\n");
    out.append("  </programme>\n");
}

} // namespace

std::string playlist_document(std::string_view base) {
    std::string out = fmt::format("#EXTM3U url-tvg=\"{}/guide.xml\"\n", base);
    for (const Channel& channel : channels()) {
        out += fmt::format(
            "#EXTINF:-1 tvg-id=\"{}\" tvg-name=\"{}\" tvg-chno=\"{}\" group-title=\"{}\"{},{}\n",
            channel.id, channel.name, channel.number, channel.radio ? "Demo Radio" : "Demo TV",
            channel.radio ? " radio=\"true\"" : "", channel.name);
        out += fmt::format("{}/channel/{}.ts\n", base, channel.number);
    }
    return out;
}

std::string guide_document(WallTime now) {
    const WallTime hour = std::chrono::floor<std::chrono::hours>(now);
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<tv source-info-name=\"plex-tuner demo\" generator-info-name=\"plex-tuner\">\n";
    for (const Channel& channel : channels()) {
        add_channel(out, channel);
    }
    for (const Channel& channel : channels()) {
        for (const Programme& programme :
            schedule(channel.flavour, hour - kGuidePast, hour + kGuideFuture)) {
            add_programme(out, channel, programme);
        }
    }
    out += "</tv>\n";
    return out;
}

} // namespace plex_tuner::demo
