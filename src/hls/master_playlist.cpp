// SPDX-License-Identifier: GPL-3.0-or-later
#include "tag_reader.hpp"

#include <plex_tuner/base/ascii.hpp>

namespace plex_tuner::hls {
namespace {

constexpr std::size_t kMaxCodecs = 16;
constexpr double kMaxFrameRate = 1000;

std::optional<Resolution> parse_resolution(std::string_view text) noexcept {
    const std::size_t cross = text.find_first_of("xX");
    if (cross == std::string_view::npos) {
        return std::nullopt;
    }
    const auto width = ascii::parse_integer<std::uint32_t>(ascii::trim(text.substr(0, cross)));
    const auto height = ascii::parse_integer<std::uint32_t>(ascii::trim(text.substr(cross + 1)));
    if (!width || !height) {
        return std::nullopt;
    }
    return Resolution{.width = *width, .height = *height};
}

Variant read_variant(const AttributeList& attributes) {
    Variant variant;
    variant.bandwidth = leading_integer(attributes.text("BANDWIDTH")).value_or(0);
    variant.average_bandwidth = leading_integer(attributes.text("AVERAGE-BANDWIDTH")).value_or(0);
    variant.resolution = parse_resolution(attributes.text("RESOLUTION"));
    for (const std::string_view codec : ascii::split_list(attributes.text("CODECS"))) {
        if (variant.codecs.size() < kMaxCodecs) {
            variant.codecs.emplace_back(codec);
        }
    }
    variant.frame_rate = leading_number(attributes.text("FRAME-RATE"), kMaxFrameRate).value_or(0);
    variant.audio_group = attributes.text("AUDIO");
    variant.video_group = attributes.text("VIDEO");
    variant.name = attributes.text("NAME");
    return variant;
}

Rendition read_rendition(const AttributeList& attributes) {
    Rendition rendition;
    rendition.type = ascii::upper(attributes.text("TYPE"));
    rendition.group_id = attributes.text("GROUP-ID");
    rendition.name = attributes.text("NAME");
    rendition.language = attributes.text("LANGUAGE");
    rendition.uri = attributes.text("URI");
    rendition.is_default = attributes.yes("DEFAULT");
    rendition.autoselect = attributes.yes("AUTOSELECT");
    return rendition;
}

} // namespace

Result<MasterPlaylist> read_master(std::string_view text) {
    MasterPlaylist master;
    std::optional<Variant> announced;
    LineReader lines(text);
    while (const std::optional<Line> line = lines.next()) {
        if (!line->is_tag) {
            if (announced) {
                announced->uri = line->value;
                master.variants.push_back(std::move(*announced));
                announced.reset();
            }
        } else if (line->name == "#EXT-X-STREAM-INF") {
            announced = read_variant(AttributeList(line->value));
        } else if (line->name == "#EXT-X-MEDIA") {
            master.renditions.push_back(read_rendition(AttributeList(line->value)));
        } else if (line->name == "#EXT-X-VERSION") {
            master.version = ascii::parse_integer<int>(line->value).value_or(1);
        } else if (line->name == "#EXT-X-START") {
            master.start = parse_start(AttributeList(line->value));
        }
        if (master.variants.size() > kMaxVariants || master.renditions.size() > kMaxRenditions) {
            return fail(ErrorCode::too_large, "HLS master playlist has too many variants");
        }
    }
    if (master.variants.empty()) {
        return fail(ErrorCode::parse, "HLS master playlist names no variant to play");
    }
    return master;
}

} // namespace plex_tuner::hls
