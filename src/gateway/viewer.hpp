// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "slab.hpp"
#include "tune_error.hpp"

#include <plex_tuner/base/clock.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::gateway {

namespace asio = boost::asio;

/// Why a viewer's stream is over.
struct ViewerEnd {
    std::string reason{};             ///< for the log
    std::optional<TuneError> error{}; ///< what to answer when nothing has been sent yet
    std::string detail{};             ///< for people, free of secrets
    bool retry = false;               ///< the session ended just before: ask for a tuner again
    bool dropped = false;             ///< our decision, because the viewer was too slow
    bool programme_over = false;      ///< all of it has been given
    bool must_choose = false;         ///< not an end: see Viewer::awaits_format
};

/// What one write sends: tables for a start or a jump, then slabs of the ring.
class Batch {
public:
    static constexpr std::size_t kMaxSlabs = 32;
    /// What a viewer who takes nothing is behind with, beyond what the ring holds. (In memory it
    /// may be more: see ChannelOutput.)
    static constexpr std::size_t kMaxBytes = 8 * kMaxSlabBytes;

    void clear() noexcept;

    void set_preamble(std::vector<std::uint8_t> packets) { preamble_ = std::move(packets); }

    /// Room for slabs to send; the first `count` of it are then sent from `position` on.
    [[nodiscard]] std::span<SlabPtr> slabs() noexcept { return slabs_; }

    void commit(std::size_t count, StreamPosition position) noexcept;

    /// Sends these packets and nothing of the ring.
    void commit_alone(std::vector<std::uint8_t> packets) noexcept;

    [[nodiscard]] std::span<const asio::const_buffer> buffers() const noexcept {
        return {buffers_.data(), buffer_count_};
    }

    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

    [[nodiscard]] bool empty() const noexcept { return buffer_count_ == 0; }

    /// Position behind the last slab.
    [[nodiscard]] StreamPosition end() const noexcept { return end_; }

private:
    void add(asio::const_buffer buffer) noexcept;

    std::vector<std::uint8_t> preamble_;
    std::array<SlabPtr, kMaxSlabs> slabs_;
    std::array<asio::const_buffer, kMaxSlabs + 1> buffers_;
    std::size_t buffer_count_ = 0;
    std::size_t bytes_ = 0;
    StreamPosition end_ = 0;
};

/// One viewer of a channel: a cursor in the ring. Its coroutine alternates between the session's
/// strand, where the batch is filled, and the connection's, where it is written; members say where
/// they belong.
struct Viewer {
    Viewer(
        std::uint64_t number, const asio::any_io_executor& session, asio::any_io_executor exchange)
        : id(number), wake(session), connection(std::move(exchange)) {}

    /// Ends a write that is under way, and all that would follow. On the connection's strand.
    void abort();

    const std::uint64_t id;

    // The session's strand.
    asio::steady_timer wake;
    bool waiting = false; ///< wake is being waited for
    bool gone = false;    ///< the peer closed the connection
    bool early = false;   ///< came before anybody had been given a place to start
    bool positioned = false;
    bool jumping = false; ///< has had data before, position is lost
    /// Of a transcode: waits for nothing but media, and is never dropped for being slow.
    bool is_internal = false;
    /// Is not given anything of the stream before its format is known and it has been decided what
    /// the viewer is to get.
    bool awaits_format = false;
    SteadyTime choose_at = SteadyTime::max(); ///< with what is known by then
    StreamPosition position = 0;
    SteadyTime keep_alive_at = SteadyTime::max(); ///< see WaitingRoom
    bool kept_waiting = false;                    ///< has been sent something by it
    std::optional<StreamPosition> told_until;     ///< has been sent the tables before that
    std::deque<SteadyTime> laps;                  ///< of the last minute
    std::uint64_t laps_total = 0;
    std::optional<SteadyTime::duration> duration;
    std::optional<SteadyTime> stop_at;

    // Whoever runs the coroutine.
    Batch batch;

    // The connection's strand.
    const asio::any_io_executor connection;
    asio::cancellation_signal cancel_write;
    bool writing = false;
    bool aborted = false;
    std::uint64_t bytes = 0;
};

} // namespace plex_tuner::gateway
