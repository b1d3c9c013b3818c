// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ffmpeg_handles.hpp"
#include "job_pipe.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/media/job.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace plex_tuner::media {

/// Writes one job's MPEG transport stream (ISO/IEC 13818-1) into the pipe: program 1 with its PMT
/// on PID 0x1000, video on 0x100, audio from 0x101 on, PCR on the first stream, SDT, PAT and PMT
/// first and the latter ten times a second. Time stamps are those of the packets, modulo 2^33; the
/// PCR runs 700 ms before them. Whoever writes the same packets gets the same bytes.
class TsMuxer {
public:
    TsMuxer(JobPipe& pipe, const Job& job);

    /// Video before audio. Returns the number to be given to write().
    [[nodiscard]] Result<int> add_stream(
        const AVCodecParameters& parameters, const std::string& language = {});
    [[nodiscard]] Result<void> start();

    /// Takes what is in `packet`: times in units of `time_base`, dts and pts known. Streams are
    /// put in order of their dts. Times that do not rise are made to.
    [[nodiscard]] Result<void> write(AVPacket& packet, int stream, AVRational time_base);

    /// Writes out what waits.
    [[nodiscard]] Result<void> finish();

    /// Packets written so far.
    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }

    /// When the last sample ends, 90 kHz and modulo 2^33.
    [[nodiscard]] std::int64_t end_time() const noexcept;

private:
    struct Stream {
        std::int64_t last_dts = 0;
        bool written = false;
    };

    Dictionary options_;
    IoPtr io_;
    MuxerPtr muxer_;
    std::vector<Stream> streams_;
    std::uint64_t packets_ = 0;
    std::int64_t end_ = 0;
    int audio_streams_ = 0;
};

} // namespace plex_tuner::media
