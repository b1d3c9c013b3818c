// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/media/audio_frame.hpp>

#include <array>

namespace plex_tuner::media {
namespace {

using Header = std::span<const std::uint8_t>;

[[nodiscard]] std::optional<AudioFrame> parse_adts(Header h) noexcept {
    static constexpr std::array kRates{96'000, 88'200, 64'000, 48'000, 44'100, 32'000, 24'000,
        22'050, 16'000, 12'000, 11'025, 8'000, 7'350};
    constexpr int kSamplesPerBlock = 1024;
    const std::size_t rate = h[2] >> 2 & 0xf;
    const std::size_t size = (h[3] & 0x3u) << 11 | h[4] << 3 | h[5] >> 5;
    if (rate >= kRates.size() || size <= kAudioHeaderSize) {
        return std::nullopt;
    }
    const int blocks = (h[6] & 0x3) + 1;
    return AudioFrame{AudioCodec::aac, size, blocks * kSamplesPerBlock, kRates[rate]};
}

[[nodiscard]] std::optional<AudioFrame> parse_mpeg_audio(Header h) noexcept {
    // kbit/s, by layer and version; index 0 (free format) is not supported, 15 is forbidden.
    static constexpr std::array kLayer2{
        0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384};
    static constexpr std::array kLayer3{
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
    static constexpr std::array kLowRates{
        0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
    static constexpr std::array kRates{44'100, 48'000, 32'000};
    const int version = h[1] >> 3 & 0x3; // 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5
    const int layer = h[1] >> 1 & 0x3;   // 2: layer II, 1: layer III
    const std::size_t bit_rate = h[2] >> 4;
    const std::size_t rate = h[2] >> 2 & 0x3;
    if (version == 1 || (layer != 1 && layer != 2) || bit_rate == 0 || bit_rate == 15 ||
        rate >= kRates.size()) {
        return std::nullopt;
    }
    const bool layer3 = layer == 1;
    const bool first_version = version == 3;
    const int kbit =
        !first_version ? kLowRates[bit_rate] : (layer3 ? kLayer3[bit_rate] : kLayer2[bit_rate]);
    const int sample_rate = kRates[rate] / (first_version ? 1 : version == 2 ? 2 : 4);
    const int samples = layer3 && !first_version ? 576 : 1152;
    const int padding = h[2] >> 1 & 0x1;
    const int size = samples / 8 * kbit * 1000 / sample_rate + padding;
    return AudioFrame{layer3 ? AudioCodec::mp3 : AudioCodec::mp2, static_cast<std::size_t>(size),
        samples, sample_rate};
}

[[nodiscard]] std::optional<AudioFrame> parse_ac3(Header h) noexcept {
    static constexpr std::array kRates{48'000, 44'100, 32'000};
    static constexpr std::array kBitRates{
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640};
    constexpr int kSamplesPerBlock = 256;
    constexpr int kBlocks = 6;
    const std::size_t rate = h[4] >> 6;
    const int stream_id = h[5] >> 3;
    if (stream_id <= 10) {
        const std::size_t size_code = h[4] & 0x3f;
        if (rate >= kRates.size() || size_code / 2 >= kBitRates.size()) {
            return std::nullopt;
        }
        const int words =
            kBitRates[size_code / 2] * 1000 * kBlocks * kSamplesPerBlock / (kRates[rate] * 16) +
            (rate == 1 ? static_cast<int>(size_code & 1) : 0);
        return AudioFrame{AudioCodec::ac3, static_cast<std::size_t>(words) * 2,
            kBlocks * kSamplesPerBlock, kRates[rate]};
    }
    static constexpr std::array kBlockCounts{1, 2, 3, 6};
    const int stream_type = h[2] >> 6; // 1: dependent on the frame before
    const std::size_t size = (((h[2] & 0x7u) << 8 | h[3]) + 1) * 2;
    const std::size_t low_half = h[4] >> 4 & 0x3; // half rate, else number of blocks
    if (stream_id > 16 || size <= kAudioHeaderSize ||
        (rate == kRates.size() && low_half >= kRates.size())) {
        return std::nullopt;
    }
    const bool half_rate = rate == kRates.size();
    const int blocks = half_rate ? kBlocks : kBlockCounts[low_half];
    return AudioFrame{AudioCodec::eac3, size, stream_type == 1 ? 0 : blocks * kSamplesPerBlock,
        half_rate ? kRates[low_half] / 2 : kRates[rate]};
}

} // namespace

std::optional<AudioFrame> parse_audio_frame(std::span<const std::uint8_t> bytes) noexcept {
    if (bytes.size() < kAudioHeaderSize) {
        return std::nullopt;
    }
    if (bytes[0] == 0xff && (bytes[1] & 0xf6) == 0xf0) {
        return parse_adts(bytes);
    }
    if (bytes[0] == 0xff && (bytes[1] & 0xe0) == 0xe0) {
        return parse_mpeg_audio(bytes);
    }
    if (bytes[0] == 0x0b && bytes[1] == 0x77) {
        return parse_ac3(bytes);
    }
    return std::nullopt;
}

} // namespace plex_tuner::media
