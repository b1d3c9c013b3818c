// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/ts/splicer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::gateway {

namespace asio = boost::asio;

/// Where a source puts the transport stream it fetches. Confined to the session's strand.
class MediaSink {
public:
    virtual ~MediaSink() = default;

    /// A new piece of the stream follows: how it joins what came before.
    virtual void seam(ts::Seam kind) = 0;
    /// Bytes of a transport stream in any chunking and framing. They are the sink's, so what comes
    /// out of them need not be copied.
    virtual void feed(std::string bytes) = 0;
    /// The piece ended where it should: what is under way is whole.
    virtual void finish_piece() = 0;
    /// The piece broke off: what is under way is of no use.
    virtual void abandon_piece() = 0;
    /// So many segments of the source were gone before they could be fetched.
    virtual void segments_missed(std::uint64_t count) = 0;
    /// So many segments of sound beside the pictures could not be had.
    virtual void sound_lost(std::uint64_t segments) = 0;
    /// So many datagrams of the source never came.
    virtual void datagrams_lost(std::uint64_t count) = 0;
    /// False while the bytes fed in this piece look like no transport stream at all.
    [[nodiscard]] virtual bool plausible() const = 0;

    /// What comes is kept for good: all of a title that has its end, in its best variant, or
    /// nothing.
    [[nodiscard]] virtual bool keeps_all() const { return false; }

    /// Viewers have what they need to play, so bytes may come in larger parts and a little later.
    [[nodiscard]] virtual bool may_gather() const = 0;
    /// To be awaited after every read: holds back a source that delivers faster than it plays while
    /// no viewer keeps up. Fails when the attempt is cancelled.
    [[nodiscard]] virtual asio::awaitable<Result<void>> wait_for_room() = 0;
    /// The same for a source whose small reads nobody else gathers: `bytes` were read.
    [[nodiscard]] virtual asio::awaitable<Result<void>> pace(std::size_t bytes) = 0;

    /// Without media for so long the source has stalled.
    virtual void set_patience(std::chrono::milliseconds patience) = 0;
};

} // namespace plex_tuner::gateway
