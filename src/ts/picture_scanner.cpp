// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/picture_scanner.hpp>

#include <bit>

namespace plex_tuner::ts {
namespace {

// H.264 table 7-1.
constexpr unsigned kH264Slice = 1;
constexpr unsigned kH264PartitionA = 2;
constexpr unsigned kH264Idr = 5;
constexpr unsigned kH264Sei = 6;
constexpr unsigned kH264Sps = 7;
constexpr std::uint32_t kSeiRecoveryPoint = 6;

// H.265 table 7-1.
constexpr unsigned kHevcFirstIrap = 16;
constexpr unsigned kHevcLastIrap = 23;
constexpr unsigned kHevcLastSlice = 31;
constexpr unsigned kHevcSps = 33;

// ISO/IEC 13818-2 table 6-1 and ISO/IEC 14496-2 table 6-3.
constexpr std::uint8_t kMpeg2Picture = 0x00;
constexpr std::uint8_t kMpeg2FirstSlice = 0x01;
constexpr std::uint8_t kMpeg2LastSlice = 0xAF;
constexpr std::uint8_t kMpeg2Sequence = 0xB3;
constexpr unsigned kMpeg2IntraPicture = 1;
constexpr std::uint8_t kMpeg4FirstLayer = 0x20;
constexpr std::uint8_t kMpeg4LastLayer = 0x2F;
constexpr std::uint8_t kMpeg4Vop = 0xB6;

/// Stands for a slice whose first_mb_in_slice is not 0: its picture began earlier.
constexpr unsigned kNotFirstSlice = 99;

/// slice_type from the first byte of a slice header. It follows first_mb_in_slice, both as
/// Exp-Golomb codes: 0 takes one bit and a slice type at most seven, so the byte holds them.
unsigned h264_slice_type(std::uint8_t byte) noexcept {
    if ((byte & 0x80) == 0) {
        return kNotFirstSlice;
    }
    const auto bits = static_cast<std::uint8_t>(byte << 1); // seven bits left, a zero behind them
    const int zeros = std::countl_zero(bits);
    if (zeros > 3) {
        return kNotFirstSlice;
    }
    return (static_cast<unsigned>(bits) >> (7 - 2 * zeros)) - 1;
}

bool is_intra(unsigned slice_type) noexcept {
    return slice_type == 2 || slice_type == 4 || slice_type == 7 || slice_type == 9;
}

} // namespace

bool PictureScanner::supports(Codec codec) noexcept {
    return codec == Codec::h264 || codec == Codec::hevc || codec == Codec::mpeg1_video ||
           codec == Codec::mpeg2_video || codec == Codec::mpeg4_video;
}

void PictureScanner::begin() noexcept {
    window_ = kNoStartCode;
    in_unit_ = false;
    parameters_ = false;
    recovery_ = false;
    sei_step_ = SeiStep::none;
}

PictureKind PictureScanner::feed(Bytes bytes) noexcept {
    for (const std::uint8_t byte : bytes) {
        window_ = window_ << 8 | byte;
        if ((window_ & 0xFFFFFF) == 0x000001) {
            in_unit_ = true;
            unit_size_ = 0;
            sei_step_ = SeiStep::none;
        } else if (in_unit_) {
            const PictureKind kind = on_unit_byte(byte);
            if (kind != PictureKind::undecided) {
                return kind;
            }
        } else if (sei_step_ != SeiStep::none) {
            on_sei(byte);
        }
    }
    return PictureKind::undecided;
}

PictureKind PictureScanner::on_unit_byte(std::uint8_t byte) noexcept {
    unit_[unit_size_++] = byte;
    PictureKind kind = PictureKind::undecided;
    switch (codec_) {
    case Codec::h264:
        kind = on_h264(byte);
        break;
    case Codec::hevc:
        kind = on_hevc(byte);
        break;
    case Codec::mpeg1_video:
    case Codec::mpeg2_video:
        kind = on_mpeg2(byte);
        break;
    case Codec::mpeg4_video:
        kind = on_mpeg4(byte);
        break;
    default:
        in_unit_ = false;
        break;
    }
    if (unit_size_ == unit_.size()) {
        in_unit_ = false;
    }
    return kind;
}

PictureKind PictureScanner::on_h264(std::uint8_t byte) noexcept {
    const unsigned type = unit_[0] & 0x1FU;
    if (unit_size_ == 2) { // first byte of a slice header
        const bool intra = recovery_ || is_intra(h264_slice_type(byte));
        return intra ? PictureKind::recovery_point : PictureKind::plain;
    }
    switch (type) {
    case kH264Idr:
        return parameters_ ? PictureKind::key_frame : PictureKind::plain;
    case kH264Slice:
    case kH264PartitionA:
        return parameters_ ? PictureKind::undecided : PictureKind::plain;
    case kH264Sps:
        parameters_ = true;
        break;
    case kH264Sei:
        sei_step_ = SeiStep::type;
        sei_type_ = 0;
        sei_size_ = 0;
        break;
    default:
        break;
    }
    in_unit_ = false;
    return PictureKind::undecided;
}

PictureKind PictureScanner::on_hevc(std::uint8_t) noexcept {
    const unsigned type = unit_[0] >> 1 & 0x3FU;
    in_unit_ = false;
    if (type == kHevcSps) {
        parameters_ = true;
    }
    if (type > kHevcLastSlice) {
        return PictureKind::undecided;
    }
    const bool irap = type >= kHevcFirstIrap && type <= kHevcLastIrap;
    return irap && parameters_ ? PictureKind::key_frame : PictureKind::plain;
}

PictureKind PictureScanner::on_mpeg2(std::uint8_t byte) noexcept {
    const std::uint8_t code = unit_[0];
    if (unit_size_ == 1) {
        parameters_ = parameters_ || code == kMpeg2Sequence;
        in_unit_ = code == kMpeg2Picture && parameters_;
        const bool plain = (code == kMpeg2Picture && !parameters_) ||
                           (code >= kMpeg2FirstSlice && code <= kMpeg2LastSlice);
        return plain ? PictureKind::plain : PictureKind::undecided;
    }
    if (unit_size_ == 2) {
        return PictureKind::undecided; // the high bits of temporal_reference
    }
    // Its two low bits, then picture_coding_type in three.
    return (byte >> 3 & 7U) == kMpeg2IntraPicture ? PictureKind::key_frame : PictureKind::plain;
}

PictureKind PictureScanner::on_mpeg4(std::uint8_t byte) noexcept {
    const std::uint8_t code = unit_[0];
    if (unit_size_ == 2) { // vop_coding_type: two bits, 0 is intra
        return byte >> 6 == 0 && parameters_ ? PictureKind::key_frame : PictureKind::plain;
    }
    parameters_ = parameters_ || (code >= kMpeg4FirstLayer && code <= kMpeg4LastLayer);
    in_unit_ = code == kMpeg4Vop;
    return PictureKind::undecided;
}

/// Reads payload types and sizes (each a run of FF and a last byte) and skips the payloads.
void PictureScanner::on_sei(std::uint8_t byte) noexcept {
    if ((window_ & 0xFFFFFF) == 0x000003) {
        return; // emulation prevention
    }
    switch (sei_step_) {
    case SeiStep::type:
        sei_type_ += byte;
        if (byte != 0xFF) {
            recovery_ = recovery_ || sei_type_ == kSeiRecoveryPoint;
            sei_step_ = SeiStep::size;
            sei_size_ = 0;
        }
        break;
    case SeiStep::size:
        sei_size_ += byte;
        if (byte != 0xFF) {
            sei_type_ = 0;
            sei_step_ = sei_size_ == 0 ? SeiStep::type : SeiStep::payload;
        }
        break;
    case SeiStep::payload:
        if (--sei_size_ == 0) {
            sei_step_ = SeiStep::type;
        }
        break;
    case SeiStep::none:
        break;
    }
}

} // namespace plex_tuner::ts
