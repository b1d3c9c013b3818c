// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "live_input.hpp"
#include "live_muxer.hpp"
#include "picture_chain.hpp"
#include "sound_chain.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/media/profile.hpp>

#include <optional>
#include <vector>

namespace plex_tuner::media {

/// One transport stream into another one, as a profile wants it, while it comes. Picture and sound
/// keep the times they have in the source, so they stay together. The input is what ts::Splicer
/// gives: one clock that never steps back by more than moments, and PIDs that stay.
class Transcoder {
public:
    Transcoder(Profile profile, ReadBytes read, TakeBytes take);

    /// Until the input ends, or nobody takes what comes out. Errors: unsupported for what no
    /// decoder or encoder of this build is for, parse for what is no transport stream.
    [[nodiscard]] Result<void> run();

private:
    /// One of the two streams that come out.
    struct Output {
        bool is_wanted = false;
        int input = -1; ///< the stream that it is made of; -1: none has shown yet
        bool is_ready = false;
        std::optional<int> number; ///< in the muxer
        CodecParametersPtr copied; ///< of a stream that is only copied
        std::int64_t next_dts = AV_NOPTS_VALUE;
    };

    struct Waiting {
        bool is_video = false;
        PacketPtr packet;
    };

    [[nodiscard]] Result<void> take(const AVPacket& packet);
    [[nodiscard]] Result<void> copy(
        Output& output, const AVPacket& packet, const AVCodecParameters& parameters);
    [[nodiscard]] Result<void> put(bool is_video, PacketPtr packet);
    [[nodiscard]] Result<void> start_if_ready(bool is_end);
    [[nodiscard]] bool is_complete() const;
    [[nodiscard]] Result<void> add(Output& output, const AVCodecContext* encoder);

    Profile profile_;
    LiveInput input_;
    LiveMuxer muxer_;
    PictureChain pictures_;
    SoundChain sounds_;
    Output video_;
    Output audio_;
    bool is_started_ = false;
    std::vector<Waiting> waiting_; ///< for the muxer to begin
    std::int64_t first_time_ = AV_NOPTS_VALUE;
    std::int64_t time_ = AV_NOPTS_VALUE; ///< of the input
};

} // namespace plex_tuner::media
