// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection.hpp"

#include "socket_options.hpp"

#include <algorithm>
#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::net {

namespace {

constexpr std::size_t kMaxGather = 32;
/// What a peer may send ahead while its request is being answered; more is misbehaviour.
constexpr std::size_t kMaxPipelinedBytes = 64 * 1024;
constexpr int kMaxReadsPerWakeup = 16;
constexpr std::size_t kScratchBytes = 4096;
constexpr std::size_t kMaxLingerBytes = 1024 * 1024;

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);

bool would_block(const boost::system::error_code& error) noexcept {
    return error == asio::error::would_block || error == asio::error::try_again;
}

PeerAddresses addresses_of(const asio::ip::tcp::socket& socket) {
    boost::system::error_code error;
    PeerAddresses out;
    const auto remote = socket.remote_endpoint(error);
    if (!error) {
        out.remote_address = numeric_address(remote.address());
        out.remote_port = remote.port();
    }
    const auto local = socket.local_endpoint(error);
    if (!error) {
        out.local_address = numeric_address(local.address());
        out.local_port = local.port();
    }
    return out;
}

/// The buffers that are still to be written, as windows of at most kMaxGather.
class GatherCursor {
public:
    explicit GatherCursor(std::span<const asio::const_buffer> buffers) : rest_(buffers) {
        skip_empty();
    }

    [[nodiscard]] bool done() const noexcept { return rest_.empty(); }

    [[nodiscard]] std::span<const asio::const_buffer> window() {
        const std::size_t count = std::min(rest_.size(), window_.size());
        std::copy_n(rest_.begin(), count, window_.begin());
        window_[0] += offset_;
        return {window_.data(), count};
    }

    void advance(std::size_t bytes) {
        while (!rest_.empty() && bytes >= rest_.front().size() - offset_) {
            bytes -= rest_.front().size() - offset_;
            offset_ = 0;
            rest_ = rest_.subspan(1);
        }
        offset_ += bytes;
        skip_empty();
    }

private:
    void skip_empty() {
        while (!rest_.empty() && rest_.front().size() == offset_) {
            offset_ = 0;
            rest_ = rest_.subspan(1);
        }
    }

    std::span<const asio::const_buffer> rest_;
    std::size_t offset_ = 0; // into the first of rest_
    std::array<asio::const_buffer, kMaxGather> window_;
};

} // namespace

Connection::Connection(asio::ip::tcp::socket socket, std::atomic<std::uint64_t>& bytes_sent,
    std::chrono::milliseconds longest_write_deadline)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), total_bytes_sent_(bytes_sent),
      addresses_(addresses_of(socket_)) {
    set_connection_options(socket_, longest_write_deadline);
}

asio::awaitable<Connection::ErrorCode> Connection::fill(std::size_t max_held, Deadline deadline) {
    const asio::mutable_buffer room = input_.prepare(max_held);
    if (room.size() == 0) {
        co_return asio::error::no_buffer_space;
    }
    arm(deadline);
    const auto [error, count] = co_await socket_.async_read_some(room, kAwaitTuple);
    disarm();
    if (!error) {
        input_.commit(count);
        co_return ErrorCode{};
    }
    co_return outcome(error);
}

asio::awaitable<Connection::ErrorCode> Connection::write(
    std::span<const asio::const_buffer> buffers, Duration stall, bool more) {
    const int flags = more ? MSG_MORE : 0;
    std::size_t turn_bytes = 0;
    for (GatherCursor cursor(buffers); !cursor.done();) {
        if (lost_) {
            co_return asio::error::connection_reset;
        }
        ErrorCode error;
        const std::size_t sent = socket_.send(cursor.window(), flags, error);
        if (would_block(error)) {
            error = co_await wait_writable(stall);
            turn_bytes = 0;
            if (error) {
                co_return error;
            }
            continue;
        }
        if (error) {
            co_return error;
        }
        cursor.advance(sent);
        count_sent(sent);
        turn_bytes += sent;
        if (turn_bytes >= kBytesPerTurn) {
            turn_bytes = 0;
            co_await asio::post(executor(), asio::use_awaitable);
        }
    }
    co_return ErrorCode{};
}

asio::awaitable<Connection::ErrorCode> Connection::wait_writable(Duration stall) {
    arm(std::chrono::steady_clock::now() + stall);
    const auto [error] =
        co_await socket_.async_wait(asio::ip::tcp::socket::wait_write, kAwaitTuple);
    disarm();
    const ErrorCode result = outcome(error);
    if (result == asio::error::timed_out) {
        reset();
    }
    co_return result;
}

/// Names the reason behind an aborted operation.
Connection::ErrorCode Connection::outcome(ErrorCode error) const noexcept {
    if (lost_) {
        return asio::error::connection_reset;
    }
    if (error == asio::error::operation_aborted && timed_out_) {
        return asio::error::timed_out;
    }
    return error;
}

void Connection::count_sent(std::size_t bytes) noexcept {
    bytes_written_ += bytes;
    total_bytes_sent_.fetch_add(bytes, std::memory_order_relaxed);
}

void Connection::arm(Deadline deadline) {
    timed_out_ = false;
    deadline_ = deadline;
    if (deadline < timer_at_) {
        start_timer(deadline);
    }
}

void Connection::start_timer(Deadline when) {
    timer_at_ = when;
    timer_.expires_at(when);
    // The number tells this wait from a replaced one whose handler was queued already.
    timer_.async_wait(
        [self = shared_from_this(), generation = ++timer_generation_](const ErrorCode& error) {
            if (!error) {
                self->on_timer(generation);
            }
        });
}

void Connection::on_timer(std::uint64_t generation) {
    if (generation != timer_generation_) {
        return;
    }
    timer_at_ = Deadline::max();
    if (deadline_ == Deadline::max() || !socket_.is_open()) {
        return;
    }
    if (std::chrono::steady_clock::now() < deadline_) {
        start_timer(deadline_);
        return;
    }
    timed_out_ = true;
    interrupt();
}

void Connection::watch(std::function<void()> lost) {
    lost_callback_ = std::move(lost);
    watch_wanted_ = true;
    if (!lost_) {
        start_watching();
        return;
    }
    asio::post(executor(), [self = shared_from_this()] {
        if (const auto callback = std::exchange(self->lost_callback_, nullptr)) {
            callback();
        }
    });
}

void Connection::discard_input() {
    discard_input_ = true;
    input_.clear();
    watch_wanted_ = true;
    if (!lost_) {
        start_watching();
    }
}

void Connection::end_watch() {
    lost_callback_ = nullptr;
    watch_wanted_ = false;
}

void Connection::start_watching() {
    if (watch_pending_ || !socket_.is_open()) {
        return;
    }
    watch_pending_ = true;
    socket_.async_wait(asio::ip::tcp::socket::wait_read,
        [self = shared_from_this()](const ErrorCode&) { self->on_readable(); });
}

/// Also runs when interrupt() aborted the wait: looking again does no harm.
void Connection::on_readable() {
    watch_pending_ = false;
    if (!watch_wanted_ || lost_ || !socket_.is_open()) {
        return;
    }
    if (drain_input()) {
        start_watching();
    } else {
        mark_lost();
    }
}

/// False when the peer is gone.
bool Connection::drain_input() {
    std::array<char, kScratchBytes> scratch; // NOLINT: filled by the read
    for (int reads = 0; reads < kMaxReadsPerWakeup; ++reads) {
        const asio::mutable_buffer room =
            discard_input_ ? asio::buffer(scratch) : input_.prepare(kMaxPipelinedBytes);
        if (room.size() == 0) {
            return false;
        }
        ErrorCode error;
        const std::size_t count = socket_.receive(asio::mutable_buffer(room), 0, error);
        if (would_block(error)) {
            return true;
        }
        if (error) {
            return false;
        }
        if (!discard_input_) {
            input_.commit(count);
        }
    }
    return true;
}

void Connection::mark_lost() {
    lost_ = true;
    interrupt(); // a write that waits for the peer need not wait longer
    if (const auto callback = std::exchange(lost_callback_, nullptr)) {
        callback();
    }
}

void Connection::interrupt() {
    ErrorCode ignored;
    socket_.cancel(ignored);
}

asio::awaitable<void> Connection::close_gracefully(Duration patience) {
    end_watch();
    ErrorCode error;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    const Deadline deadline = std::chrono::steady_clock::now() + patience;
    for (std::size_t drained = 0; !error && !lost_ && drained < kMaxLingerBytes;) {
        input_.clear();
        error = co_await fill(kScratchBytes, deadline);
        drained += input_.view().size();
    }
    close();
}

void Connection::reset() {
    if (!socket_.is_open()) {
        return;
    }
    ErrorCode ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    close();
    if (!lost_) {
        lost_ = true;
        if (lost_callback_) {
            watch(
                std::move(lost_callback_)); // posts it: the caller may be in the middle of a write
        }
    }
}

void Connection::close() {
    ErrorCode ignored;
    socket_.close(ignored);
    timer_.cancel();
    timer_at_ = Deadline::max();
    ++timer_generation_;
}

} // namespace plex_tuner::net
