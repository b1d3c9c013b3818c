// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/stream_format.hpp>

#include <string_view>

namespace plex_tuner::gateway {

/// Is told what the streams of channels turn out to be.
class StreamObserver {
public:
    virtual ~StreamObserver() = default;

    /// Nothing is known of the channel yet. Thread-safe.
    [[nodiscard]] virtual bool wants(std::string_view channel_id) const = 0;

    /// `format` has been found in what the channel sends, for the first time since it was opened or
    /// because it has changed. Called on the strand of the channel, for several channels at once;
    /// does not block.
    virtual void stream_format(std::string_view channel_id, const ts::StreamFormat& format) = 0;
};

} // namespace plex_tuner::gateway
