// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/hls/playlist.hpp>

#include <algorithm>
#include <array>
#include <functional>

namespace plex_tuner::hls {
namespace {

/// RFC 6381 names (the part before the first dot) of what MPEG-TS carries and Plex takes.
constexpr std::array<std::string_view, 8> kVideo{
    "avc1", "avc2", "avc3", "avc4", "hvc1", "hev1", "mp4v", "mp2v"};
constexpr std::array<std::string_view, 4> kAudio{"mp4a", "ac-3", "ec-3", "mp3"};
/// Subtitles beside the stream: no reason for or against a variant.
constexpr std::array<std::string_view, 3> kText{"wvtt", "stpp", "tx3g"};
/// Known, but with no home in a transport stream.
constexpr std::array<std::string_view, 9> kForeignVideo{
    "av01", "vp08", "vp09", "vp8", "vp9", "dvh1", "dvhe", "dvav", "dva1"};

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& names, std::string_view codec) noexcept {
    const std::string_view family = codec.substr(0, codec.find('.'));
    return std::ranges::any_of(
        names, [&](std::string_view name) { return ascii::iequals(name, family); });
}

bool usable(const Variant& variant) noexcept {
    return std::ranges::all_of(variant.codecs, [](const std::string& codec) {
        return one_of(kVideo, codec) || one_of(kAudio, codec) || one_of(kText, codec);
    });
}

/// A resolution or a video codec, or nothing said at all.
bool has_video(const Variant& variant) noexcept {
    return variant.resolution || variant.codecs.empty() ||
           std::ranges::any_of(variant.codecs, [](const std::string& codec) {
               return one_of(kVideo, codec) || one_of(kForeignVideo, codec);
           });
}

std::uint64_t rate_of(const Variant& variant) noexcept {
    return variant.bandwidth != 0 ? variant.bandwidth : variant.average_bandwidth;
}

/// Larger is better; compared in the order of importance.
auto kind_of(const Variant& variant) noexcept {
    return std::tuple(has_video(variant), usable(variant));
}

/// Of two that are alike, the one that takes half the requests.
auto rank(const MasterPlaylist& master, const Variant& variant) noexcept {
    const bool has_its_sound = separate_audio(master, variant) == nullptr;
    return std::tuple(kind_of(variant), rate_of(variant), has_its_sound);
}

/// Which rendition of a group is heard.
int preference(const Rendition& rendition) noexcept {
    return rendition.is_default ? 2 : rendition.autoselect ? 1 : 0;
}

} // namespace

const Variant* choose_variant(const MasterPlaylist& master) noexcept {
    const auto best = std::ranges::max_element(
        master.variants, {}, [&](const Variant& variant) { return rank(master, variant); });
    return best == master.variants.end() ? nullptr : &*best;
}

std::vector<const Variant*> variant_ladder(const MasterPlaylist& master) {
    std::vector<const Variant*> ladder;
    const Variant* best = choose_variant(master);
    if (best == nullptr) {
        return ladder;
    }
    ladder.push_back(best);
    for (const Variant& variant : master.variants) {
        const bool known = std::ranges::any_of(
            ladder, [&](const Variant* other) { return rate_of(*other) == rate_of(variant); });
        if (!known && rate_of(variant) != 0 && kind_of(variant) == kind_of(*best)) {
            ladder.push_back(&variant);
        }
    }
    std::ranges::sort(
        ladder, std::ranges::greater(), [](const Variant* variant) { return rate_of(*variant); });
    return ladder;
}

const Rendition* separate_audio(const MasterPlaylist& master, const Variant& variant) noexcept {
    if (variant.audio_group.empty() || !has_video(variant)) {
        return nullptr;
    }
    const Rendition* best = nullptr;
    for (const Rendition& rendition : master.renditions) {
        if (rendition.type == "AUDIO" && rendition.group_id == variant.audio_group &&
            (best == nullptr || preference(rendition) > preference(*best))) {
            best = &rendition;
        }
    }
    const bool is_beside = best != nullptr && !best->uri.empty() && best->uri != variant.uri;
    return is_beside ? best : nullptr;
}

} // namespace plex_tuner::hls
