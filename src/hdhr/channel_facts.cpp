// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hdhr/channel_facts.hpp>

namespace plex_tuner::hdhr {

namespace {

constexpr std::uint32_t kHdLines = 720;

std::string_view word_of(ts::Codec codec) noexcept {
    switch (codec) {
    case ts::Codec::mpeg2_video:
        return "MPEG2";
    case ts::Codec::h264:
        return "H264";
    case ts::Codec::hevc:
        return "HEVC";
    case ts::Codec::aac_adts:
    case ts::Codec::aac_latm:
        return "AAC";
    case ts::Codec::ac3:
        return "AC3";
    case ts::Codec::eac3:
        return "EAC3";
    case ts::Codec::mpeg_audio:
        return "MPEG";
    default:
        return {};
    }
}

} // namespace

ChannelFacts facts_of(const ts::StreamFormat& format) {
    ChannelFacts facts;
    if (format.video) {
        facts.video_codec = word_of(format.video->codec);
        if (format.video->height > 0) {
            facts.is_hd = format.video->height >= kHdLines;
        }
    }
    if (!format.audio.empty()) {
        facts.audio_codec = word_of(format.audio.front().codec);
    }
    return facts;
}

Show show_named(std::string_view name) noexcept {
    if (name == "favorites") {
        return Show::favorites;
    }
    return name == "found" || name == "all" ? Show::found : Show::enabled;
}

} // namespace plex_tuner::hdhr
