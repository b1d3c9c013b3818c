// SPDX-License-Identifier: GPL-3.0-or-later
#include "packed_audio_input.hpp"

#include "ts_muxer.hpp"

#include <plex_tuner/media/audio_frame.hpp>
#include <plex_tuner/media/id3_tag.hpp>

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <vector>

extern "C" {
#include <libavutil/mathematics.h>
}

namespace plex_tuner::media {
namespace {

constexpr std::size_t kReadSize = 32 * 1024;
/// Cover art has no place in a segment, but happens.
constexpr std::size_t kMaxTagSize = 1024 * 1024;
constexpr AVRational kClock{1, 90'000};

[[nodiscard]] AVCodecID codec_id(AudioCodec codec) noexcept {
    switch (codec) {
    case AudioCodec::aac:
        return AV_CODEC_ID_AAC;
    case AudioCodec::mp2:
        return AV_CODEC_ID_MP2;
    case AudioCodec::mp3:
        return AV_CODEC_ID_MP3;
    case AudioCodec::ac3:
        return AV_CODEC_ID_AC3;
    case AudioCodec::eac3:
        return AV_CODEC_ID_EAC3;
    }
    return AV_CODEC_ID_NONE;
}

class PackedAudio {
public:
    PackedAudio(const Job& job, JobPipe& pipe) : pipe_(pipe), muxer_(pipe, job) {
        time_ = job.start_time;
    }

    [[nodiscard]] Result<JobResult> run() {
        for (;;) {
            const bool tag_ahead = have(kId3HeaderSize) && id3_tag_size(rest());
            if (tag_ahead) {
                if (auto taken = take_tag(); !taken) {
                    return fail(std::move(taken).error());
                }
                continue;
            }
            if (!have(kAudioHeaderSize)) {
                break;
            }
            const auto frame = frame_ahead();
            if (!frame) {
                ++begin_;
                continue;
            }
            if (!have(frame->size)) {
                break; // cut off
            }
            if (auto written = write(*frame); !written) {
                return fail(std::move(written).error());
            }
        }
        if (!codec_) {
            return fail(ErrorCode::parse, "the audio segment has no frames");
        }
        if (auto finished = muxer_.finish(); !finished) {
            return fail(std::move(finished).error());
        }
        return JobResult{muxer_.end_time()};
    }

private:
    [[nodiscard]] std::span<const std::uint8_t> rest() const noexcept {
        return std::span(buffer_).subspan(begin_);
    }

    /// Reads until `size` bytes are ahead; false if the input ends before.
    [[nodiscard]] bool have(std::size_t size) {
        while (buffer_.size() - begin_ < size) {
            buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
            begin_ = 0;
            const std::size_t old = buffer_.size();
            buffer_.resize(old + kReadSize);
            const std::size_t got = pipe_.read(std::span(buffer_).subspan(old));
            buffer_.resize(old + got);
            if (got == 0) {
                return false;
            }
        }
        return true;
    }

    [[nodiscard]] Result<void> take_tag() {
        const std::size_t size = *id3_tag_size(rest());
        if (size > kMaxTagSize) {
            return fail(ErrorCode::too_large, "the audio segment's ID3 tag is too large");
        }
        if (!have(size)) {
            return fail(ErrorCode::parse, "the audio segment ends within its ID3 tag");
        }
        // Only the tag before the sound speaks for it.
        if (const auto time = id3_transport_time(rest().first(size)); time && !codec_) {
            time_ = *time;
        }
        begin_ += size;
        return {};
    }

    /// A frame begins here: one like those before, or, as the first, one with another behind it.
    [[nodiscard]] std::optional<AudioFrame> frame_ahead() {
        const auto frame = parse_audio_frame(rest());
        if (!frame || codec_) {
            return frame && frame->codec == *codec_ ? frame : std::nullopt;
        }
        if (!have(frame->size + kAudioHeaderSize)) {
            return frame; // the only one
        }
        const auto next = parse_audio_frame(rest().subspan(frame->size));
        return next && next->codec == frame->codec ? frame : std::nullopt;
    }

    [[nodiscard]] Result<void> begin_stream(const AudioFrame& frame) {
        const CodecParametersPtr parameters(avcodec_parameters_alloc());
        if (!parameters) {
            throw std::bad_alloc();
        }
        parameters->codec_type = AVMEDIA_TYPE_AUDIO;
        parameters->codec_id = codec_id(frame.codec);
        parameters->sample_rate = frame.sample_rate;
        if (auto added = muxer_.add_stream(*parameters); !added) {
            return fail(std::move(added).error());
        }
        codec_ = frame.codec;
        return muxer_.start();
    }

    [[nodiscard]] Result<void> write(const AudioFrame& frame) {
        if (!codec_) {
            if (auto begun = begin_stream(frame); !begun) {
                return begun;
            }
        }
        if (frame.sample_rate != sample_rate_) {
            time_ += elapsed();
            sample_rate_ = frame.sample_rate;
            samples_ = 0;
        }
        const PacketPtr packet(av_packet_alloc());
        if (!packet || av_new_packet(packet.get(), static_cast<int>(frame.size)) < 0) {
            throw std::bad_alloc();
        }
        std::memcpy(packet->data, rest().data(), frame.size);
        begin_ += frame.size;
        packet->dts = packet->pts = time_ + elapsed();
        samples_ += frame.samples;
        packet->duration = time_ + elapsed() - packet->pts;
        packet->flags |= AV_PKT_FLAG_KEY;
        return muxer_.write(*packet, 0, kClock);
    }

    /// Since time_, 90 kHz: counted in samples, so that rounding does not add up.
    [[nodiscard]] std::int64_t elapsed() const noexcept {
        return samples_ == 0 ? 0 : av_rescale(samples_, kClock.den, sample_rate_);
    }

    JobPipe& pipe_;
    TsMuxer muxer_;
    std::vector<std::uint8_t> buffer_;
    std::size_t begin_ = 0; ///< of what has not been taken
    std::optional<AudioCodec> codec_;
    std::int64_t time_ = 0;
    std::int64_t samples_ = 0; ///< since time_
    int sample_rate_ = 0;
};

} // namespace

Result<JobResult> remux_packed_audio(const Job& job, JobPipe& pipe) {
    return PackedAudio(job, pipe).run();
}

} // namespace plex_tuner::media
