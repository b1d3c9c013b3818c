// SPDX-License-Identifier: GPL-3.0-or-later
#include "type_inspection.hpp"

#include "audio_header.hpp"
#include "sequence_header.hpp"

#include <plex_tuner/ts/pes.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace plex_tuner::ts {
namespace {

/// A stream that has shown nothing by then is left alone.
constexpr std::size_t kMaxVideoBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxAudioBytes = std::size_t{24} << 10;
constexpr std::size_t kMaxAudioUnits = 8;
constexpr std::size_t kConfirming = 2; ///< frame headers in a row
constexpr std::size_t kContradicting = 3;

constexpr std::uint8_t kTypePrivateSections = 0x05;
constexpr std::size_t kStartCodeBytes = 3;

bool is_start_code(Bytes bytes) noexcept {
    return bytes.size() >= kStartCodeBytes && bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 1;
}

/// The uncompressed header of a key frame (VP9 bitstream specification 6.2) of profiles 0 to 2.
/// FFmpeg writes such pictures as private data, of which its PMT says nothing.
bool is_vp9_key_frame(Bytes unit) noexcept {
    return unit.size() >= 4 && (unit[0] & 0xCC) == 0x80 && unit[1] == 0x49 && unit[2] == 0x83 &&
           unit[3] == 0x42;
}

bool is_inspected_video(Codec codec) noexcept {
    return codec == Codec::h264 || codec == Codec::hevc || codec == Codec::mpeg1_video ||
           codec == Codec::mpeg2_video;
}

bool is_inspected_audio(Codec codec) noexcept {
    return has_audio_header(codec);
}

// --- video --------------------------------------------------------------------------------------

/// What the units of a stream, each behind its start code, have shown so far.
struct VideoEvidence {
    bool h264_sps = false, h264_pps = false;
    bool hevc_vps = false, hevc_sps = false, hevc_pps = false;
    bool mpeg_sequence = false, mpeg2_extension = false, mpeg_picture = false;
    std::optional<Codec> likely{}; ///< by the first unit that only one codec has

    void add(Bytes unit);

    [[nodiscard]] Codec proven() const noexcept {
        if (h264_sps && h264_pps) {
            return Codec::h264;
        }
        if (hevc_vps && hevc_sps && hevc_pps) {
            return Codec::hevc;
        }
        if (mpeg_sequence && mpeg_picture) {
            return mpeg2_extension ? Codec::mpeg2_video : Codec::mpeg1_video;
        }
        return Codec::unknown;
    }
};

void VideoEvidence::add(Bytes unit) {
    constexpr std::uint8_t kSequence = 0xB3;
    constexpr std::uint8_t kExtension = 0xB5;
    constexpr std::uint8_t kGroup = 0xB8;
    if (unit.size() < 2) {
        return;
    }
    const std::uint8_t code = unit[0];
    if ((code & 0x80) != 0 || code == 0) { // no NAL unit header has the forbidden bit
        if (code == kSequence && unit.size() >= 5) {
            mpeg_sequence = parse_mpeg_sequence(unit.subspan(1), {}).has_value();
        } else if (code == kExtension) {
            mpeg2_extension = mpeg2_extension || (mpeg_sequence && unit[1] >> 4 == 1);
        } else if (code == 0) {
            mpeg_picture = mpeg_picture || mpeg_sequence;
        }
        if (code == kSequence || code == kGroup) {
            likely = likely.value_or(Codec::mpeg2_video);
        }
        return;
    }
    // The second byte of most HEVC units is 1: base layer, lowest temporal level.
    if (unit[1] == 1 && (code & 1) == 0) {
        switch (code >> 1) {
        case 32:
            hevc_vps = true;
            break;
        case 33:
            hevc_sps = hevc_sps || parse_hevc_sps(unit.subspan(2)).has_value();
            break;
        case 34:
            hevc_pps = true;
            break;
        default:
            break;
        }
        if (code >> 1 >= 32 && code >> 1 <= 35) {
            likely = likely.value_or(Codec::hevc);
        }
        return;
    }
    switch (code & 0x1F) {
    case 7:
        h264_sps = h264_sps || parse_h264_sps(unit.subspan(1)).has_value();
        likely = likely.value_or(Codec::h264);
        break;
    case 8:
        h264_pps = true;
        break;
    case 9:
        likely = likely.value_or(Codec::h264);
        break;
    default:
        break;
    }
}

// --- audio --------------------------------------------------------------------------------------

/// A frame as far as it is needed to find the next one.
std::optional<AudioHeader> frame_at(Codec codec, Bytes bytes) noexcept {
    if (bytes.size() < kAudioHeaderBytes) {
        return std::nullopt;
    }
    if (codec != Codec::aac_latm) {
        return parse_audio_header(codec, bytes);
    }
    // AudioSyncStream of ISO/IEC 14496-3 1.7.2: 11 bits of sync, 13 of length.
    if (bytes[0] != 0x56 || (bytes[1] & 0xE0) != 0xE0) {
        return std::nullopt;
    }
    const std::size_t length = (bytes[1] & 0x1FU) << 8 | bytes[2];
    return AudioHeader{.codec = codec, .frame_bytes = 3 + length};
}

/// The codec of `wanted` headers of one stream in a row, wherever they begin.
Codec frames_in_row(Codec codec, Bytes bytes, std::size_t wanted) noexcept {
    for (std::size_t begin = 0; begin + kAudioHeaderBytes <= bytes.size(); ++begin) {
        const auto first = frame_at(codec, bytes.subspan(begin));
        auto last = first;
        std::size_t count = first ? 1 : 0;
        for (std::size_t at = begin; last && count < wanted; ++count) {
            at += last->frame_bytes;
            last = at < bytes.size() ? frame_at(codec, bytes.subspan(at)) : std::nullopt;
            if (!last || !last->continues(*first)) {
                break;
            }
        }
        if (count == wanted) {
            return first->codec;
        }
    }
    return Codec::unknown;
}

/// Sound begins with a frame in nearly every PES packet, pictures with a start code.
bool may_be_media(Bytes unit) noexcept {
    if (unit.size() < 4) {
        return true;
    }
    const bool zeros = unit[0] == 0 && unit[1] == 0 && (unit[2] == 1 || unit[2] == 0);
    return zeros || (unit[0] == 0xFF && (unit[1] & 0xE0) == 0xE0) ||
           (unit[0] == 0x0B && unit[1] == 0x77) || (unit[0] == 0x56 && (unit[1] & 0xE0) == 0xE0);
}

std::uint8_t stream_type_of(Codec codec, std::uint8_t otherwise) noexcept {
    switch (codec) {
    case Codec::h264:
        return 0x1B;
    case Codec::hevc:
        return 0x24;
    case Codec::mpeg1_video:
        return 0x01;
    case Codec::mpeg2_video:
        return 0x02;
    case Codec::mpeg_audio:
        return 0x03;
    case Codec::aac_adts:
        return 0x0F;
    case Codec::aac_latm:
        return 0x11;
    case Codec::ac3:
        return 0x81;
    case Codec::eac3:
        return 0x87;
    case Codec::vp9:
        return 0x06;
    default:
        return otherwise;
    }
}

} // namespace

bool TypeInspection::is_worthwhile(const ElementaryStream& stream) noexcept {
    const bool is_unclear =
        (stream.codec == Codec::private_data && stream.stream_type != kTypePrivateSections) ||
        (stream.codec == Codec::unknown && (stream.stream_type == 0 || stream.stream_type >= 0x80));
    return is_unclear || is_inspected_video(stream.codec) || is_inspected_audio(stream.codec);
}

TypeInspection::TypeInspection(ElementaryStream announced)
    : stream_(std::move(announced)),
      announced_(stream_.codec == Codec::private_data ? Codec::unknown : stream_.codec) {}

bool TypeInspection::feed(PacketView packet) {
    if (holds()) {
        held_.insert(held_.end(), packet.bytes().begin(), packet.bytes().end());
    }
    return take(packet) == Verdict::over || held_.size() >= kMaxVideoBytes;
}

void TypeInspection::finish() {
    looked_at_ = 0;
    static_cast<void>(look());
}

TypeInspection::Verdict TypeInspection::take(PacketView packet) {
    if (!packet.has_payload()) {
        return Verdict::open;
    }
    if (packet.scrambled()) {
        return Verdict::over;
    }
    Bytes payload = packet.payload();
    if (packet.unit_start()) {
        const auto header = parse_pes_header(payload);
        if (!header) {
            return Verdict::over;
        }
        payload = payload.subspan(std::min<std::size_t>(header->payload_offset, payload.size()));
        if (holds() && is_vp9_key_frame(payload)) {
            return conclude(Codec::vp9);
        }
        if (holds() && !may_be_media(payload)) {
            return Verdict::over;
        }
        started_ = true;
        ++units_;
    } else if (!started_) {
        return Verdict::open;
    }
    elementary_.insert(elementary_.end(), payload.begin(), payload.end());
    return look();
}

TypeInspection::Verdict TypeInspection::look() {
    if (is_inspected_video(announced_)) {
        return look_at_video();
    }
    if (is_inspected_audio(announced_)) {
        return look_at_audio();
    }
    const Bytes all(elementary_);
    const bool is_video = is_start_code(all) || (!all.empty() && is_start_code(all.subspan(1)));
    return is_video ? look_at_video() : look_at_audio();
}

TypeInspection::Verdict TypeInspection::look_at_video() {
    // Each look begins anew, so there is one per doubling.
    if (elementary_.size() < looked_at_ * 2 && elementary_.size() < kMaxVideoBytes) {
        return Verdict::open;
    }
    looked_at_ = elementary_.size();
    VideoEvidence evidence;
    const Bytes all(elementary_);
    std::optional<std::size_t> unit;
    for (std::size_t at = 0; at + kStartCodeBytes <= all.size(); ++at) {
        if (all[at + 2] > 1) {
            at += 2; // no start code reaches over it
            continue;
        }
        if (is_start_code(all.subspan(at))) {
            if (unit) {
                evidence.add(all.subspan(*unit, at - *unit));
            }
            unit = at + kStartCodeBytes;
        }
    }
    if (unit) {
        // The last unit is not whole: good for what its first bytes say.
        evidence.add(all.subspan(*unit, std::min<std::size_t>(all.size() - *unit, 2)));
    }
    const bool is_mpeg = announced_ == Codec::mpeg1_video || announced_ == Codec::mpeg2_video;
    if (evidence.likely &&
        (*evidence.likely == announced_ || (is_mpeg && *evidence.likely == Codec::mpeg2_video))) {
        return Verdict::over; // a decoder of the one plays the other of MPEG-1 and MPEG-2
    }
    if (const Codec codec = evidence.proven(); codec != Codec::unknown) {
        return conclude(codec);
    }
    return elementary_.size() >= kMaxVideoBytes ? Verdict::over : Verdict::open;
}

TypeInspection::Verdict TypeInspection::look_at_audio() {
    if (announced_ != Codec::unknown) {
        if (is_as_announced(frames_in_row(announced_, elementary_, kConfirming))) {
            return Verdict::over;
        }
    }
    for (const Codec candidate :
        {Codec::aac_adts, Codec::ac3, Codec::aac_latm, Codec::mpeg_audio}) {
        const Codec codec = frames_in_row(candidate, elementary_, kContradicting);
        if (codec != Codec::unknown && codec != announced_) {
            return conclude(codec);
        }
    }
    return elementary_.size() >= kMaxAudioBytes || units_ > kMaxAudioUnits ? Verdict::over
                                                                           : Verdict::open;
}

bool TypeInspection::begins_as_announced() const noexcept {
    if (!is_inspected_audio(announced_) || elementary_.size() < kAudioHeaderBytes) {
        return false;
    }
    const auto frame = frame_at(announced_, elementary_);
    return frame && is_as_announced(frame->codec);
}

bool TypeInspection::is_as_announced(Codec codec) const noexcept {
    // E-AC-3 decoders play AC-3; the other way round they do not.
    return codec == announced_ || (codec == Codec::ac3 && announced_ == Codec::eac3);
}

TypeInspection::Verdict TypeInspection::conclude(Codec codec) noexcept {
    found_ = codec;
    return Verdict::over;
}

ElementaryStream announced_as(const ElementaryStream& stream, Codec codec) {
    // Conditional access, language, bit rate and component tag go with any codec.
    constexpr std::array<std::uint8_t, 4> kNeutral{0x09, 0x0A, 0x0E, 0x52};
    ElementaryStream corrected = stream;
    corrected.codec = codec;
    corrected.stream_type = stream_type_of(codec, stream.stream_type);
    corrected.descriptors.clear();
    Bytes rest(stream.descriptors);
    while (rest.size() >= 2 && rest.size() >= 2 + std::size_t{rest[1]}) {
        const Bytes one = rest.first(2 + std::size_t{rest[1]});
        if (std::ranges::find(kNeutral, one[0]) != kNeutral.end()) {
            corrected.descriptors.insert(corrected.descriptors.end(), one.begin(), one.end());
        }
        rest = rest.subspan(one.size());
    }
    if (codec == Codec::vp9) { // which has no stream_type of its own
        constexpr std::array<std::uint8_t, 6> kRegistration{0x05, 4, 'V', 'P', '0', '9'};
        corrected.descriptors.insert(
            corrected.descriptors.end(), kRegistration.begin(), kRegistration.end());
    }
    return corrected;
}

} // namespace plex_tuner::ts
