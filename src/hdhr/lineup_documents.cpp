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

/// A channel to be listed, and what is known of it.
struct Entry {
    const lineup::Channel& channel;
    ChannelFacts facts;
    Show show = Show::enabled;

    [[nodiscard]] bool is_listed() const noexcept {
        switch (show) {
        case Show::enabled:
            return !facts.is_hidden;
        case Show::favorites:
            return facts.is_favorite;
        case Show::found:
            return true;
        }
        return true;
    }

    /// What the picture shows counts, whatever the name says.
    [[nodiscard]] bool is_hd() const noexcept { return facts.is_hd.value_or(channel.is_hd); }

    [[nodiscard]] std::string_view tags() const noexcept {
        if (facts.is_favorite) {
            return channel.has_drm ? "favorite,drm" : "favorite";
        }
        return channel.has_drm ? "drm" : "";
    }
};

Entry entry_of(const lineup::Channel& channel, const LineupView& view) {
    return {.channel = channel,
        .facts = view.facts ? view.facts(channel.channel_id) : ChannelFacts{},
        .show = view.show};
}

/// What is known beyond number, name and address, as the hardware writes it, and as extra fields
/// the guide id of the source and the logo. `number` and `text` get name and value.
template <class Number, class Text>
void for_each_fact(const Entry& entry, Number number, Text text) {
    if (entry.show == Show::found) {
        number("Enabled", entry.facts.is_hidden ? 0 : 1);
    }
    if (entry.is_hd()) {
        number("HD", 1);
    }
    if (entry.facts.is_favorite) {
        number("Favorite", 1);
    }
    if (entry.channel.has_drm) {
        number("DRM", 1);
    }
    text("Tags", entry.tags());
    text("VideoCodec", entry.facts.video_codec);
    text("AudioCodec", entry.facts.audio_codec);
    text("TvgId", entry.channel.tvg_id);
    text("ImageURL", entry.channel.logo);
}

void append_facts_json(std::string& out, const Entry& entry) {
    const auto name = [&](std::string_view field) {
        out.append(",\"").append(field).append("\":");
    };
    for_each_fact(
        entry,
        [&](std::string_view field, int value) {
            name(field);
            out += std::to_string(value);
        },
        [&](std::string_view field, std::string_view value) {
            if (!value.empty()) {
                name(field);
                append_json_string(out, value);
            }
        });
}

void append_facts_xml(std::string& out, const Entry& entry) {
    const auto add = [&](std::string_view field, std::string_view value) {
        if (!value.empty()) {
            out.append("<").append(field).append(">");
            append_xml(out, value);
            out.append("</").append(field).append(">");
        }
    };
    for_each_fact(
        entry, [&](std::string_view field, int value) { add(field, value == 0 ? "0" : "1"); }, add);
}

} // namespace

std::string lineup_json(
    const lineup::Lineup& lineup, std::string_view base_url, const LineupView& view) {
    std::string out = reserve_for(lineup, base_url);
    out += '[';
    for (const lineup::Channel& channel : lineup.channels()) {
        const Entry entry = entry_of(channel, view);
        if (!entry.is_listed()) {
            continue;
        }
        if (out.size() > 1) {
            out += ",\n";
        }
        out += R"({"GuideNumber":)";
        append_json_string(out, channel.guide_number);
        out += R"(,"GuideName":)";
        append_json_string(out, channel.guide_name);
        out += R"(,"URL":)";
        append_json_string(out, std::string(base_url) + "/auto/v" + channel.guide_number);
        append_facts_json(out, entry);
        out += '}';
    }
    out += "]\n";
    return out;
}

std::string lineup_xml(
    const lineup::Lineup& lineup, std::string_view base_url, const LineupView& view) {
    std::string out = reserve_for(lineup, base_url);
    out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Lineup>\n";
    for (const lineup::Channel& channel : lineup.channels()) {
        const Entry entry = entry_of(channel, view);
        if (!entry.is_listed()) {
            continue;
        }
        out += "<Program><GuideNumber>" + channel.guide_number + "</GuideNumber><GuideName>";
        append_xml(out, channel.guide_name);
        out += "</GuideName><URL>";
        append_xml(out, base_url);
        out += "/auto/v" + channel.guide_number + "</URL>";
        append_facts_xml(out, entry);
        out += "</Program>\n";
    }
    out += "</Lineup>\n";
    return out;
}

std::string lineup_m3u(
    const lineup::Lineup& lineup, std::string_view base_url, const LineupView& view) {
    std::string out = reserve_for(lineup, base_url);
    out += "#EXTM3U\n";
    for (const lineup::Channel& channel : lineup.channels()) {
        if (!entry_of(channel, view).is_listed()) {
            continue;
        }
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
