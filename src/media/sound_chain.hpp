// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "decoder.hpp"
#include "encoder.hpp"
#include "filter_chain.hpp"

#include <optional>

namespace plex_tuner::media {

/// Two channels at 48 kHz, encoded as a profile wants them, out of whatever sound a source has,
/// which may change on the way.
class SoundChain {
public:
    /// `take` gets packets with times in units of 1/90000 s.
    SoundChain(const Profile& profile, TakePacket take)
        : profile_(profile), take_(std::move(take)) {}

    /// Times in units of 1/90000 s.
    [[nodiscard]] Result<void> feed(const AVCodecParameters& parameters, const AVPacket& packet);
    [[nodiscard]] Result<void> finish();

    /// Null until the first sound.
    [[nodiscard]] const AVCodecContext* encoder() const noexcept { return encoder_.get(); }

private:
    [[nodiscard]] Result<void> filter(FramePtr frame);
    [[nodiscard]] Result<void> make_filters(const AVFrame& first);
    [[nodiscard]] Result<void> end_filters();
    [[nodiscard]] Result<void> drain();
    [[nodiscard]] Result<void> encode(FramePtr frame);

    const Profile& profile_;
    TakePacket take_;
    Decoder decoder_;
    std::optional<FilterChain> filters_;
    CodecContextPtr encoder_;
    std::int64_t next_input_ = AV_NOPTS_VALUE; ///< when the sound goes on
    std::int64_t next_output_ = AV_NOPTS_VALUE;
};

} // namespace plex_tuner::media
