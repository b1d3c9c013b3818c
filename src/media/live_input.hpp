// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ffmpeg_handles.hpp"

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace plex_tuner::media {

/// At least one byte, waiting for it; 0 at the end.
using ReadBytes = std::function<std::size_t(std::span<std::uint8_t>)>;

/// The packets of an MPEG transport stream while it comes, without a look ahead: which streams
/// there are shows as they come.
class LiveInput {
public:
    explicit LiveInput(ReadBytes read);

    LiveInput(const LiveInput&) = delete;
    LiveInput& operator=(const LiveInput&) = delete;

    [[nodiscard]] Result<void> open();

    /// False at the end. Times are in units of 1/90000 s and go on where 33 bits end; pts or dts
    /// may be AV_NOPTS_VALUE.
    [[nodiscard]] Result<bool> read(AVPacket& packet);

    /// Of the last packet.
    [[nodiscard]] const AVCodecParameters& parameters(const AVPacket& packet) const noexcept;

    /// The first stream of that type in the order of the program's map that there is a decoder for.
    [[nodiscard]] std::optional<int> first_stream(AVMediaType type) const noexcept;

    /// Whether the program has a stream of that type, or one whose type has not shown yet.
    [[nodiscard]] bool has(AVMediaType type) const noexcept;

private:
    static int fill(void* opaque, std::uint8_t* bytes, int size) noexcept;
    [[nodiscard]] std::int64_t unwrapped(std::int64_t time);

    ReadBytes read_;
    IoPtr io_;
    DemuxerPtr demuxer_;
    std::int64_t last_time_ = AV_NOPTS_VALUE; ///< of any stream
};

} // namespace plex_tuner::media
