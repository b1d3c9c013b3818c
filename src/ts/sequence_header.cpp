// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequence_header.hpp"

#include "bit_reader.hpp"
#include "video_profile.hpp"
#include "vui.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace plex_tuner::ts {
namespace {

constexpr std::uint64_t kMaxRate = 300;
constexpr unsigned kMacroblock = 16;

/// Profiles whose SPS names the chroma format (7.3.2.1.1).
bool has_chroma_format(std::uint32_t profile) noexcept {
    constexpr std::array<std::uint32_t, 13> kProfiles{
        100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
    return std::ranges::find(kProfiles, profile) != kProfiles.end();
}

/// scaling_list() of 7.3.2.1.1.1: a delta per coefficient until the next scale is 0.
void skip_scaling_list(BitReader& reader, unsigned size) noexcept {
    std::int64_t last = 8;
    std::int64_t next = 8;
    for (unsigned i = 0; i < size && !reader.overrun(); ++i) {
        if (next != 0) {
            const std::uint32_t code = reader.unsigned_golomb();
            const std::int64_t magnitude = (std::int64_t{code} + 1) / 2;
            const std::int64_t delta = code % 2 == 0 ? -magnitude : magnitude;
            next = ((last + delta) % 256 + 256) % 256;
        }
        last = next == 0 ? last : next;
    }
}

struct H264Chroma {
    std::uint32_t format = 1;
    bool separate_planes = false;
};

H264Chroma read_h264_chroma(BitReader& reader) noexcept {
    H264Chroma chroma;
    chroma.format = reader.unsigned_golomb();
    chroma.separate_planes = chroma.format == 3 && reader.flag();
    reader.skip_golombs(2); // bit depths
    reader.skip(1);         // qpprime_y_zero_transform_bypass_flag
    if (reader.flag()) {
        const unsigned lists = chroma.format == 3 ? 12 : 8;
        for (unsigned i = 0; i < lists; ++i) {
            if (reader.flag()) {
                skip_scaling_list(reader, i < 6 ? 16 : 64);
            }
        }
    }
    return chroma;
}

void skip_picture_order(BitReader& reader) noexcept {
    const std::uint32_t type = reader.unsigned_golomb();
    if (type == 0) {
        reader.skip_golomb();
    } else if (type == 1) {
        reader.skip(1);
        reader.skip_golombs(2);
        reader.skip_golombs(std::min<std::uint32_t>(reader.unsigned_golomb(), 255));
    }
}

} // namespace

FrameRate frame_rate(std::uint64_t numerator, std::uint64_t denominator) noexcept {
    if (numerator == 0 || denominator == 0 || numerator / denominator > kMaxRate) {
        return {};
    }
    const std::uint64_t divisor = std::gcd(numerator, denominator);
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    if (numerator / divisor > kMost || denominator / divisor > kMost) {
        return {};
    }
    return {.numerator = static_cast<std::uint32_t>(numerator / divisor),
        .denominator = static_cast<std::uint32_t>(denominator / divisor)};
}

ChromaUnit chroma_unit(std::uint32_t chroma_format, bool separate_planes) noexcept {
    if (separate_planes || chroma_format == 0 || chroma_format > 2) {
        return {};
    }
    return {.width = 2, .height = chroma_format == 1 ? 2U : 1U};
}

bool crop(VideoFormat& format, const Cropping& cropping, ChromaUnit unit) noexcept {
    const auto rest = [](std::uint32_t side, std::uint64_t before, std::uint64_t after,
                          std::uint32_t step) -> std::uint32_t {
        const std::uint64_t cut = (before + after) * step;
        return cut < side ? static_cast<std::uint32_t>(side - cut) : 0;
    };
    format.width = rest(format.width, cropping.left, cropping.right, unit.width);
    format.height = rest(format.height, cropping.top, cropping.bottom, unit.height);
    return format.width > 0 && format.height > 0;
}

std::optional<VideoFormat> parse_h264_sps(Bytes unit) {
    const auto payload = without_emulation_prevention(unit);
    BitReader reader(payload);
    const std::uint32_t profile = reader.bits(8);
    const std::uint32_t constraints = reader.bits(8);
    const std::uint32_t level = reader.bits(8);
    reader.skip_golomb();
    const H264Chroma chroma = has_chroma_format(profile) ? read_h264_chroma(reader) : H264Chroma{};
    reader.skip_golomb(); // log2_max_frame_num_minus4
    skip_picture_order(reader);
    reader.skip_golomb(); // max_num_ref_frames
    reader.skip(1);
    const std::uint64_t columns = std::uint64_t{reader.unsigned_golomb()} + 1;
    const std::uint64_t rows = std::uint64_t{reader.unsigned_golomb()} + 1;
    const bool frames_only = reader.flag();
    if (!frames_only) {
        reader.skip(1); // mb_adaptive_frame_field_flag
    }
    reader.skip(1); // direct_8x8_inference_flag
    // Rows are those of a field where there may be fields.
    const unsigned fields = frames_only ? 1 : 2;
    if (columns > kMaxPictureSide / kMacroblock || rows > kMaxPictureSide / kMacroblock / fields) {
        return std::nullopt;
    }
    VideoFormat format{.codec = Codec::h264,
        .width = static_cast<std::uint32_t>(columns) * kMacroblock,
        .height = static_cast<std::uint32_t>(rows) * kMacroblock * fields,
        .rate = {},
        .scan = frames_only ? ScanType::progressive : ScanType::interlaced,
        .profile = h264_profile(profile, constraints),
        .level = static_cast<std::uint8_t>(level)};
    if (reader.flag()) {
        Cropping cropping;
        cropping.left = reader.unsigned_golomb();
        cropping.right = reader.unsigned_golomb();
        cropping.top = reader.unsigned_golomb();
        cropping.bottom = reader.unsigned_golomb();
        ChromaUnit step = chroma_unit(chroma.format, chroma.separate_planes);
        step.height *= fields;
        if (!crop(format, cropping, step)) {
            return std::nullopt;
        }
    }
    const bool has_vui = reader.flag();
    if (reader.overrun()) {
        return std::nullopt;
    }
    if (has_vui) {
        const Vui vui = read_h264_vui(reader);
        // A tick is a field here, also where there are only frames (E.2.1).
        format.rate = reader.overrun() ? FrameRate{} : frame_rate(vui.scale, vui.units * 2);
    }
    return format;
}

std::optional<VideoFormat> parse_mpeg_sequence(Bytes header, Bytes extension) {
    struct Rate {
        std::uint16_t numerator = 0, denominator = 0;
    };

    // frame_rate_code of table 6-4; 0 is forbidden.
    constexpr std::array<Rate, 9> kRates{{{}, {24'000, 1'001}, {24, 1}, {25, 1}, {30'000, 1'001},
        {30, 1}, {50, 1}, {60'000, 1'001}, {60, 1}}};
    BitReader reader(header);
    std::uint32_t width = reader.bits(12);
    std::uint32_t height = reader.bits(12);
    reader.skip(4); // aspect ratio
    const std::uint32_t rate_code = reader.bits(4);
    VideoFormat format{.codec = Codec::mpeg1_video, .scan = ScanType::progressive};
    std::uint64_t rate_factor = 1;
    std::uint64_t rate_divisor = 1;
    if (!extension.empty()) {
        format.codec = Codec::mpeg2_video;
        BitReader more(extension);
        more.skip(4); // identifier
        format.profile = mpeg2_profile(more.bits(8));
        format.scan = more.flag() ? ScanType::progressive : ScanType::interlaced;
        more.skip(2); // chroma format
        width |= more.bits(2) << 12;
        height |= more.bits(2) << 12;
        more.skip(12 + 1 + 8 + 1); // bit rate, marker, buffer size, low delay
        rate_factor += more.bits(2);
        rate_divisor += more.bits(5);
        if (more.overrun()) {
            return std::nullopt;
        }
    }
    if (reader.overrun() || width == 0 || height == 0) {
        return std::nullopt;
    }
    format.width = width;
    format.height = height;
    if (rate_code < kRates.size()) {
        const Rate rate = kRates[rate_code];
        format.rate = frame_rate(rate.numerator * rate_factor, rate.denominator * rate_divisor);
    }
    return format;
}

} // namespace plex_tuner::ts
