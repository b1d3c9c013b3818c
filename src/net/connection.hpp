// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "read_buffer.hpp"

#include <plex_tuner/net/exchange.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

namespace plex_tuner::net {

namespace asio = boost::asio;

struct PeerAddresses {
    std::string remote_address;
    std::uint16_t remote_port = 0;
    std::string local_address;
    std::uint16_t local_port = 0;
};

/// One accepted TCP connection: deadlines on every wait, gathering writes, files, and notice of a
/// peer that leaves. Everything runs on the socket's executor, a strand. One coroutine reads and
/// writes; watching goes on beside it. Pending operations keep the object alive.
///
/// One lazy timer serves all deadlines: moving a deadline is an assignment, and the timer that
/// fires early looks again. So a request costs no timer operation.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    using Duration = std::chrono::steady_clock::duration;
    using Deadline = std::chrono::steady_clock::time_point;
    using ErrorCode = boost::system::error_code;

    /// Sets the socket options; `bytes_sent` outlives the connection.
    Connection(asio::ip::tcp::socket socket, std::atomic<std::uint64_t>& bytes_sent,
        std::chrono::milliseconds longest_write_deadline);

    [[nodiscard]] asio::any_io_executor executor() { return socket_.get_executor(); }

    [[nodiscard]] const PeerAddresses& addresses() const noexcept { return addresses_; }

    [[nodiscard]] ReadBuffer& input() noexcept { return input_; }

    [[nodiscard]] std::uint64_t bytes_written() const noexcept { return bytes_written_; }

    /// Appends what arrives next to input(). eof, timed_out, no_buffer_space (max_held reached),
    /// operation_aborted (interrupt), or what the socket says.
    [[nodiscard]] asio::awaitable<ErrorCode> fill(std::size_t max_held, Deadline deadline);

    /// Writes everything; `more` says that another write follows at once. No progress for `stall`
    /// resets the connection: timed_out.
    [[nodiscard]] asio::awaitable<ErrorCode> write(
        std::span<const asio::const_buffer> buffers, Duration stall, bool more = false);

    /// Writes a part of an open file. A file that is shorter meanwhile: eof; one that cannot be
    /// read: what the system says. What is not in memory is read by the disk thread first.
    [[nodiscard]] asio::awaitable<ErrorCode> write_file(FileBody body, Duration stall);

    /// Begins to look for the peer's FIN or RST; `lost` (may be empty) runs once when it comes, or
    /// when the connection is reset by us. Bytes that arrive meanwhile are kept in input(), up to a
    /// bound, or thrown away (discard_input). Replaces an earlier callback.
    void watch(std::function<void()> lost);
    /// From now on nothing the peer sends matters. Implies watching.
    void discard_input();
    /// Drops the callback and stops to treat a FIN as the end.
    void end_watch();

    /// The peer is gone, or the connection was reset.
    [[nodiscard]] bool lost() const noexcept { return lost_; }

    /// Lets a pending fill() return operation_aborted.
    void interrupt();
    /// Sends FIN and reads until the peer has closed too, so that unread bytes do not turn our
    /// answer into a reset (RFC 9112 section 9.6); bounded in bytes, and in time by `patience`.
    [[nodiscard]] asio::awaitable<void> close_gracefully(Duration patience);
    /// Sends RST, drops what is unsent, and reports the loss to the watcher.
    void reset();
    /// Closes now, without reset where nothing is unread.
    void close();

private:
    /// After this many bytes without a wait other connections of the thread get their turn.
    static constexpr std::size_t kBytesPerTurn = 4 * 1024 * 1024;

    [[nodiscard]] asio::awaitable<ErrorCode> wait_writable(Duration stall);
    [[nodiscard]] ErrorCode outcome(ErrorCode error) const noexcept;
    void count_sent(std::size_t bytes) noexcept;
    void arm(Deadline deadline);

    void disarm() noexcept { deadline_ = Deadline::max(); }

    void start_timer(Deadline when);
    void on_timer(std::uint64_t generation);
    void start_watching();
    void on_readable();
    [[nodiscard]] bool drain_input();
    void mark_lost();

    asio::ip::tcp::socket socket_;
    asio::steady_timer timer_;
    std::atomic<std::uint64_t>& total_bytes_sent_;
    PeerAddresses addresses_;
    ReadBuffer input_;
    std::uint64_t bytes_written_ = 0;

    Deadline deadline_ = Deadline::max();
    Deadline timer_at_ = Deadline::max(); // max: not running
    std::uint64_t timer_generation_ = 0;
    bool timed_out_ = false;

    std::function<void()> lost_callback_;
    bool watch_wanted_ = false;
    bool watch_pending_ = false;
    bool discard_input_ = false;
    bool lost_ = false;
};

} // namespace plex_tuner::net
