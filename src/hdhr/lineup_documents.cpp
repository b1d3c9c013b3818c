// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/guide/guide_builder.hpp>
#include <plex_tuner/hdhr/device.hpp>

namespace plex_tuner::hdhr {

namespace {

// Typical size of one entry with its markup: one allocation instead of twenty while building.
constexpr std::size_t kBytesPerChannel = 224;

std::string reserve_for(const lineup::Lineup& lineup, std::string_view base_url) {
    std::string out;
    out.reserve(256 + lineup.channels().size() * (kBytesPerChannel + base_url.size()));
    return out;
}

/// M3U has no escape for quotes and line breaks in attributes.
void append_attribute(std::string& out, std::string_view name, std::string_view value) {
    if (value.empty()) {
        return;
    }
    out.append(" ").append(name).append("=\"");
    for (const char c : value) {
        out += c == '"' ? '\'' : (c == '\n' || c == '\r' ? ' ' : c);
    }
    out += '"';
}

void append_line_text(std::string& out, std::string_view text) {
    for (const char c : text) {
        out += c == '\n' || c == '\r' ? ' ' : c;
    }
}

/// What is known beyond number, name and address: HD and DRM as the hardware writes them, and as
/// extra fields the guide id of the source and the logo.
void append_facts_json(std::string& out, const lineup::Channel& channel) {
    if (channel.is_hd) {
        out += R"(,"HD":1)";
    }
    if (channel.has_drm) {
        out += R"(,"DRM":1)";
    }
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) {
            out.append(",\"").append(name).append("\":");
            append_json_string(out, value);
        }
    };
    add("TvgId", channel.tvg_id);
    add("ImageURL", channel.logo);
}

void append_facts_xml(std::string& out, const lineup::Channel& channel) {
    out += channel.is_hd ? "<HD>1</HD>" : "";
    out += channel.has_drm ? "<DRM>1</DRM>" : "";
    const auto add = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) {
            out.append("<").append(name).append(">");
            append_xml(out, value);
            out.append("</").append(name).append(">");
        }
    };
    add("TvgId", channel.tvg_id);
    add("ImageURL", channel.logo);
}

} // namespace

std::string lineup_json(const lineup::Lineup& lineup, std::string_view base_url) {
    std::string out = reserve_for(lineup, base_url);
    out += '[';
    for (const lineup::Channel& channel : lineup.channels()) {
        if (out.size() > 1) {
            out += ",\n";
        }
        out += R"({"GuideNumber":)";
        append_json_string(out, channel.guide_number);
        out += R"(,"GuideName":)";
        append_json_string(out, channel.guide_name);
        out += R"(,"URL":)";
        append_json_string(out, std::string(base_url) + "/auto/v" + channel.guide_number);
        append_facts_json(out, channel);
        out += '}';
    }
    out += "]\n";
    return out;
}

std::string lineup_xml(const lineup::Lineup& lineup, std::string_view base_url) {
    std::string out = reserve_for(lineup, base_url);
    out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Lineup>\n";
    for (const lineup::Channel& channel : lineup.channels()) {
        out += "<Program><GuideNumber>" + channel.guide_number + "</GuideNumber><GuideName>";
        append_xml(out, channel.guide_name);
        out += "</GuideName><URL>";
        append_xml(out, base_url);
        out += "/auto/v" + channel.guide_number + "</URL>";
        append_facts_xml(out, channel);
        out += "</Program>\n";
    }
    out += "</Lineup>\n";
    return out;
}

std::string lineup_m3u(const lineup::Lineup& lineup, std::string_view base_url) {
    std::string out = reserve_for(lineup, base_url);
    out += "#EXTM3U\n";
    for (const lineup::Channel& channel : lineup.channels()) {
        out += "#EXTINF:-1";
        append_attribute(out, "channel-id", channel.guide_number);
        append_attribute(out, "channel-number", channel.guide_number);
        append_attribute(out, "tvg-name", channel.guide_name);
        append_attribute(out, "group-title", channel.group);
        out.append(",").append(channel.guide_number).append(" ");
        append_line_text(out, channel.guide_name);
        out.append("\n")
            .append(base_url)
            .append("/auto/v")
            .append(channel.guide_number)
            .append("\n");
    }
    return out;
}

std::string live_m3u(const lineup::Lineup& lineup, std::string_view base_url) {
    std::string out = reserve_for(lineup, base_url);
    out += "#EXTM3U";
    append_attribute(out, "url-tvg", std::string(base_url) + "/guide.xml");
    append_attribute(out, "x-tvg-url", std::string(base_url) + "/guide.xml");
    out += '\n';
    for (const lineup::Channel& channel : lineup.channels()) {
        out += "#EXTINF:-1";
        // No tvg-shift: the guide under this id is ours, its times are shifted already.
        append_attribute(out, "tvg-id", guide::guide_channel_id(channel.guide_number));
        append_attribute(out, "tvg-chno", channel.guide_number);
        append_attribute(out, "tvg-name", channel.guide_name);
        append_attribute(out, "tvg-logo", channel.logo);
        append_attribute(out, "group-title", channel.group);
        if (channel.radio) {
            append_attribute(out, "radio", "true");
        }
        out += ',';
        append_line_text(out, channel.guide_name);
        out.append("\n").append(base_url).append("/stream/");
        out.append(percent::encode(channel.channel_id)).append("\n");
    }
    return out;
}

} // namespace plex_tuner::hdhr
