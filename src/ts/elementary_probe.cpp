// SPDX-License-Identifier: GPL-3.0-or-later
#include "elementary_probe.hpp"

#include "aac_profile.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::ts {
namespace {

constexpr std::size_t kPesFixedSize = 9;
constexpr std::size_t kPesFlags = 6;        ///< where '10' and the flags stand
constexpr std::size_t kPesHeaderLength = 8; ///< where the length of the rest stands

constexpr std::uint8_t kH264LastSlice = 5;
constexpr std::uint8_t kH264Sps = 7;
constexpr std::uint8_t kHevcLastSlice = 31;
constexpr std::uint8_t kHevcSps = 33;
constexpr std::size_t kHevcHeaderBytes = 1; ///< of the NAL unit header, behind the first

constexpr std::uint8_t kMpegFirstSlice = 0x01;
constexpr std::uint8_t kMpegLastSlice = 0xAF;
constexpr std::uint8_t kMpegSequence = 0xB3;
constexpr std::uint8_t kMpegExtension = 0xB5;
constexpr std::size_t kMpegSequenceBytes = 4;
constexpr std::size_t kMpegExtensionBytes = 6;
constexpr std::uint8_t kSequenceExtensionId = 1;

} // namespace

std::unique_ptr<ElementaryProbe> ElementaryProbe::create(
    Codec codec, std::uint16_t pid, std::size_t place) {
    if (VideoProbe::supports(codec)) {
        return std::make_unique<VideoProbe>(codec, pid);
    }
    if (has_audio_header(codec)) {
        return std::make_unique<AudioProbe>(codec, pid, place);
    }
    return nullptr;
}

bool ElementaryProbe::feed(PacketView packet) {
    if (!packet.has_payload()) {
        return false;
    }
    const std::uint8_t counter = packet.continuity_counter();
    if (counter == counter_) {
        return false; // sent twice
    }
    const bool connected = counter == ((counter_ + 1) & 0x0F) && !packet.scrambled();
    counter_ = counter;
    if (!connected) {
        in_unit_ = false;
        restart();
    }
    if (packet.scrambled()) {
        return false;
    }
    if (packet.unit_start()) {
        in_unit_ = true;
        header_seen_ = 0;
        header_bytes_ = kPesFixedSize;
        begin_unit();
    }
    if (!in_unit_) {
        return false;
    }
    const Bytes bytes = skip_header(packet.payload());
    return !bytes.empty() && take(bytes);
}

/// What of `payload` lies behind the PES header.
Bytes ElementaryProbe::skip_header(Bytes payload) noexcept {
    while (header_seen_ < header_bytes_ && !payload.empty()) {
        const std::uint8_t byte = payload.front();
        const bool wrong = (header_seen_ < 2 && byte != 0) || (header_seen_ == 2 && byte != 1) ||
                           (header_seen_ == kPesFlags && (byte & 0xC0) != 0x80);
        if (wrong) {
            in_unit_ = false; // no PES packet of this kind
            return {};
        }
        if (header_seen_ == kPesHeaderLength) {
            header_bytes_ += byte;
        }
        ++header_seen_;
        payload = payload.subspan(1);
    }
    return payload;
}

// --- video --------------------------------------------------------------------------------------

bool VideoProbe::supports(Codec codec) noexcept {
    return codec == Codec::h264 || codec == Codec::hevc || codec == Codec::mpeg2_video ||
           codec == Codec::mpeg1_video;
}

void VideoProbe::restart() {
    window_ = kNoWindow;
    code_follows_ = false;
    wanted_ = 0;
    unit_.clear();
    sequence_.clear();
}

void VideoProbe::begin_unit() {
    if (skipping_) {
        restart(); // what was skipped is missing
    }
    skipping_ = false;
}

bool VideoProbe::take(Bytes bytes) {
    for (const std::uint8_t byte : bytes) {
        if (skipping_) {
            return false;
        }
        window_ = window_ << 8 | byte;
        if (code_follows_) {
            code_follows_ = false;
            if (on_code(byte)) {
                return true;
            }
            continue;
        }
        if (wanted_ > 0) {
            unit_.push_back(byte);
        }
        if ((window_ & 0xFF'FFFF) == 1) {
            code_follows_ = true;
            if (wanted_ > 0) {
                unit_.resize(unit_.size() - std::min<std::size_t>(unit_.size(), 3));
                if (finish_unit()) {
                    return true;
                }
            }
        } else if (wanted_ > 0 && unit_.size() == wanted_ && finish_unit()) {
            return true;
        }
    }
    return false;
}

bool VideoProbe::on_code(std::uint8_t code) {
    if (codec_ == Codec::h264) {
        const unsigned type = code & 0x1FU;
        skipping_ = type >= 1 && type <= kH264LastSlice;
        if (type == kH264Sps) {
            collect(kMaxUnit);
        }
        return false;
    }
    if (codec_ == Codec::hevc) {
        const unsigned type = code >> 1 & 0x3FU;
        skipping_ = type <= kHevcLastSlice;
        if (type == kHevcSps) {
            collect(kMaxUnit);
        }
        return false;
    }
    return on_mpeg_code(code);
}

bool VideoProbe::on_mpeg_code(std::uint8_t code) {
    if (code == kMpegSequence) {
        sequence_.clear();
        collect(kMpegSequenceBytes);
        return false;
    }
    if (code == kMpegExtension) {
        if (!sequence_.empty()) {
            collect(kMpegExtensionBytes);
        }
        return false;
    }
    skipping_ = code >= kMpegFirstSlice && code <= kMpegLastSlice;
    // MPEG-2 always has an extension right behind the header.
    return !sequence_.empty() && finish_mpeg({});
}

void VideoProbe::collect(std::size_t most) {
    unit_.clear();
    wanted_ = most;
}

bool VideoProbe::finish_unit() {
    const std::size_t wanted = std::exchange(wanted_, 0);
    if (codec_ == Codec::h264) {
        found_ = parse_h264_sps(unit_);
        return found_.has_value();
    }
    if (codec_ == Codec::hevc) {
        if (unit_.size() > kHevcHeaderBytes) {
            found_ = parse_hevc_sps(Bytes(unit_).subspan(kHevcHeaderBytes));
        }
        return found_.has_value();
    }
    if (unit_.size() < wanted) {
        return false;
    }
    if (wanted == kMpegSequenceBytes) {
        sequence_ = unit_;
        return false;
    }
    return unit_.front() >> 4 == kSequenceExtensionId && finish_mpeg(unit_);
}

bool VideoProbe::finish_mpeg(Bytes extension) {
    found_ = parse_mpeg_sequence(sequence_, extension);
    sequence_.clear();
    return found_.has_value();
}

// --- audio --------------------------------------------------------------------------------------

void AudioProbe::tell(StreamFormat& format) const {
    if (found_ && place() < format.audio.size()) {
        AudioFormat& audio = format.audio[place()];
        audio.codec = found_->codec;
        audio.channels = found_->channels;
        audio.sample_rate = found_->sample_rate;
        // Tables may name the extension, of which ADTS says nothing.
        if (audio.profile.empty() || (!found_->profile.empty() && found_->profile != kAacLc)) {
            audio.profile = found_->profile;
        }
    }
}

bool AudioProbe::take(Bytes bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    std::size_t at = 0;
    for (; at + audio_header_bytes(codec_) <= bytes_.size(); ++at) {
        const Bytes rest = Bytes(bytes_).subspan(at);
        const auto header = parse_audio_header(codec_, rest);
        if (!header || header->dependent || header->has_no_format) {
            continue;
        }
        if (rest.size() < header->frame_bytes + kAudioHeaderBytes) {
            break; // the next one has still to come
        }
        const auto next = parse_audio_header(codec_, rest.subspan(header->frame_bytes));
        if (next && next->continues(*header)) {
            found_ = header;
            return true;
        }
    }
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
    return false;
}

} // namespace plex_tuner::ts
