// SPDX-License-Identifier: GPL-3.0-or-later
#include "bit_reader.hpp"
#include "sequence_header.hpp"
#include "video_profile.hpp"
#include "vui.hpp"

#include <algorithm>
#include <array>

namespace plex_tuner::ts {
namespace {

// Limits of the standard; more is damage.
constexpr std::uint32_t kMaxShortTermSets = 64;
constexpr std::uint32_t kMaxLongTermPictures = 32;
constexpr std::uint32_t kMaxReferences = 16;
constexpr std::uint32_t kMaxOrderBits = 16;

constexpr std::uint32_t kLevelUnits = 3; ///< of general_level_idc in a tenth of a level

struct Source {
    bool progressive = false;
    bool interlaced = false;
    std::uint32_t profile = 0;
    std::uint32_t level = 0; ///< in tenths
};

/// profile_tier_level() of 7.3.3.
Source read_profile(BitReader& reader, unsigned sub_layers_minus1) noexcept {
    Source source;
    reader.skip(3); // space, tier
    source.profile = reader.bits(5);
    reader.skip(32); // compatibility
    source.progressive = reader.flag();
    source.interlaced = reader.flag();
    reader.skip(2 + 43 + 1); // constraints
    source.level = reader.bits(8) / kLevelUnits;
    std::array<bool, 8> has_profile{};
    std::array<bool, 8> has_level{};
    for (unsigned i = 0; i < sub_layers_minus1; ++i) {
        has_profile[i] = reader.flag();
        has_level[i] = reader.flag();
    }
    if (sub_layers_minus1 > 0) {
        reader.skip(2U * (8 - sub_layers_minus1));
    }
    for (unsigned i = 0; i < sub_layers_minus1; ++i) {
        reader.skip((has_profile[i] ? 88U : 0U) + (has_level[i] ? 8U : 0U));
    }
    return source;
}

/// scaling_list_data() of 7.3.4.
void skip_scaling_lists(BitReader& reader) noexcept {
    for (unsigned size = 0; size < 4; ++size) {
        for (unsigned matrix = 0; matrix < 6; matrix += size == 3 ? 3 : 1) {
            if (!reader.flag()) {
                reader.skip_golomb();
                continue;
            }
            reader.skip_golombs((size > 1 ? 1U : 0U) + std::min(64U, 1U << (4 + 2 * size)));
        }
    }
}

/// st_ref_pic_set() of 7.3.7; `before` is the number of pictures of the set before, and the result
/// that of this one. nullopt: damaged.
std::optional<std::uint32_t> skip_short_term_set(
    BitReader& reader, bool is_first, std::uint32_t before) noexcept {
    if (!is_first && reader.flag()) {
        reader.skip(1);
        reader.skip_golomb();
        std::uint32_t count = 0;
        for (std::uint32_t i = 0; i <= before; ++i) {
            const bool used = reader.flag();
            count += used || reader.flag() ? 1 : 0;
        }
        return count <= kMaxReferences ? std::optional(count) : std::nullopt;
    }
    const std::uint32_t negative = reader.unsigned_golomb();
    const std::uint32_t positive = reader.unsigned_golomb();
    if (negative > kMaxReferences || positive > kMaxReferences - negative) {
        return std::nullopt;
    }
    for (std::uint32_t i = 0; i < negative + positive; ++i) {
        reader.skip_golomb();
        reader.skip(1);
    }
    return negative + positive;
}

/// From the sizes of coding blocks to strong_intra_smoothing_enabled_flag.
bool skip_coding_tools(BitReader& reader, std::uint32_t order_bits) noexcept {
    reader.skip_golombs(6); // block sizes and depths
    if (reader.flag() && reader.flag()) {
        skip_scaling_lists(reader);
    }
    reader.skip(2); // amp, sample adaptive offset
    if (reader.flag()) {
        reader.skip(8); // PCM
        reader.skip_golombs(2);
        reader.skip(1);
    }
    const std::uint32_t sets = reader.unsigned_golomb();
    if (sets > kMaxShortTermSets) {
        return false;
    }
    std::uint32_t before = 0;
    for (std::uint32_t i = 0; i < sets && !reader.overrun(); ++i) {
        const auto count = skip_short_term_set(reader, i == 0, before);
        if (!count) {
            return false;
        }
        before = *count;
    }
    if (reader.flag()) {
        const std::uint32_t pictures = reader.unsigned_golomb();
        if (pictures > kMaxLongTermPictures) {
            return false;
        }
        reader.skip(std::size_t{pictures} * (order_bits + 1));
    }
    reader.skip(2); // temporal motion vectors, strong smoothing
    return !reader.overrun();
}

} // namespace

std::optional<VideoFormat> parse_hevc_sps(Bytes unit) {
    const auto payload = without_emulation_prevention(unit);
    BitReader reader(payload);
    reader.skip(4); // video parameter set
    const unsigned sub_layers_minus1 = reader.bits(3);
    reader.skip(1);
    if (sub_layers_minus1 > 6) {
        return std::nullopt;
    }
    const Source source = read_profile(reader, sub_layers_minus1);
    reader.skip_golomb(); // its own id
    const std::uint32_t chroma = reader.unsigned_golomb();
    const bool separate_planes = chroma == 3 && reader.flag();
    VideoFormat format{.codec = Codec::hevc};
    format.profile = hevc_profile(source.profile);
    format.level = static_cast<std::uint8_t>(source.level);
    format.width = reader.unsigned_golomb();
    format.height = reader.unsigned_golomb();
    if (format.width == 0 || format.height == 0 || format.width > kMaxPictureSide ||
        format.height > kMaxPictureSide) {
        return std::nullopt;
    }
    if (reader.flag()) {
        Cropping window;
        window.left = reader.unsigned_golomb();
        window.right = reader.unsigned_golomb();
        window.top = reader.unsigned_golomb();
        window.bottom = reader.unsigned_golomb();
        if (!crop(format, window, chroma_unit(chroma, separate_planes))) {
            return std::nullopt;
        }
    }
    reader.skip_golombs(2); // bit depths
    const std::uint32_t order_bits = reader.unsigned_golomb() + 4;
    const unsigned first_layer = reader.flag() ? 0 : sub_layers_minus1;
    reader.skip_golombs(3 * (sub_layers_minus1 - first_layer + 1));
    if (reader.overrun() || order_bits > kMaxOrderBits) {
        return std::nullopt;
    }
    Vui vui;
    if (skip_coding_tools(reader, order_bits) && reader.flag()) {
        vui = read_hevc_vui(reader);
        if (reader.overrun()) {
            vui = {};
        }
    }
    const bool interlaced = vui.fields || (source.interlaced && !source.progressive);
    format.scan = interlaced ? ScanType::interlaced : ScanType::progressive;
    // A tick is a picture, which may be a field.
    format.height *= vui.fields ? 2 : 1;
    format.rate = frame_rate(vui.scale, vui.units * (vui.fields ? 2 : 1));
    return format;
}

} // namespace plex_tuner::ts
