// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::fetch {

/// The one crossing between the fetch thread, which puts a response in, and a coroutine on any
/// executor, which takes it out. One mutex, never held while calling out. Bounded: above kHighMark
/// unread bytes the producer is told to pause, below kLowMark it is asked to go on.
class BodyPipe : public std::enable_shared_from_this<BodyPipe> {
public:
    static constexpr std::size_t kHighMark = 1024 * 1024;
    static constexpr std::size_t kLowMark = 256 * 1024;
    /// Largest string handed out by one read.
    static constexpr std::size_t kBlock = Transfer::kFullRead;

    /// `resume` is called on the consumer's thread when a paused producer may go on.
    explicit BodyPipe(std::function<void()> resume) : resume_(std::move(resume)) {}

    // Fetch thread.
    void set_head(ResponseHead head);
    /// False: full; `resume` will be called once there is room.
    [[nodiscard]] bool has_room();
    /// Takes the bytes in any case; ask has_room() before producing them.
    void append(std::string_view bytes);
    /// The regular end, or the error that ended the transfer. Later calls change nothing.
    void finish(std::optional<Error> error);
    /// Completes the wait of the consumer if there is anything new for it.
    void wake();

    // Consumer.
    [[nodiscard]] static asio::awaitable<Result<ResponseHead>> head(std::shared_ptr<BodyPipe> self);
    [[nodiscard]] static asio::awaitable<Result<std::string>> read(std::shared_ptr<BodyPipe> self);
    /// Ends everything with `cancelled`; unread bytes are dropped. Any thread.
    void cancel();
    [[nodiscard]] bool finished() const;

private:
    /// The parked coroutine. (any_completion_handler of Asio 1.26 cannot be posted.)
    class Waiter {
    public:
        virtual ~Waiter() = default;
        /// Posts the completion to the handler's executor; once.
        virtual void complete(bool ok) = 0;
    };
    template <class Handler>
    class WaiterOf;

    [[nodiscard]] std::optional<Result<ResponseHead>> try_head();
    [[nodiscard]] std::optional<Result<std::string>> try_read();
    /// Completes with false when the wait itself was cancelled.
    [[nodiscard]] static asio::awaitable<bool> wait(std::shared_ptr<BodyPipe> self);
    [[nodiscard]] std::uint64_t new_ticket();
    void park(std::unique_ptr<Waiter> waiter);
    void cancel_wait(std::uint64_t ticket);

    const std::function<void()> resume_;

    mutable std::mutex mutex_;
    std::optional<ResponseHead> head_;
    std::deque<std::string> blocks_;
    std::size_t unread_ = 0;
    std::optional<Error> error_;
    bool finished_ = false;
    bool paused_ = false;
    bool news_ = false; ///< something changed since the consumer last looked
    std::unique_ptr<Waiter> waiter_;
    std::uint64_t ticket_ = 0; ///< of waiter_
};

} // namespace plex_tuner::fetch
