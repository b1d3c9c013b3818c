// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/fetch/governor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::gateway {

namespace asio = boost::asio;

/// One try of one source: every wait of its coroutine ends when the try is cancelled, by us or by
/// its deadline, and from then on each further wait fails at once with the same error. One
/// coroutine waits at a time. Confined to the session's strand.
class Attempt : public std::enable_shared_from_this<Attempt> {
public:
    /// With a `governor`, which outlives it, each request waits for its permit. Null: none is
    /// needed.
    Attempt(const asio::any_io_executor& strand, fetch::Client& client,
        fetch::Governor* governor = nullptr);

    [[nodiscard]] asio::any_io_executor strand() { return sleep_.get_executor(); }

    /// Closes the running transfer. The first reason stays.
    void cancel(Error why);

    [[nodiscard]] const std::optional<Error>& cancelled() const noexcept { return cancelled_; }

    /// Cancelled by its deadline.
    [[nodiscard]] bool timed_out() const noexcept {
        return cancelled_ && cancelled_->code() == ErrorCode::timeout;
    }

    /// Cancels with a timeout error of that text unless the deadline is moved before it passes.
    void set_deadline(SteadyTime deadline, std::string text);
    /// Moves the deadline, keeping its text; cheap enough to be called for every chunk.
    void move_deadline(SteadyTime deadline);

    /// The server named a time before which it is not to be asked again (RFC 9110 10.2.3).
    void told_to_wait(std::optional<std::chrono::seconds> time) noexcept { told_to_wait_ = time; }

    [[nodiscard]] std::optional<std::chrono::seconds> told_to_wait() const noexcept {
        return told_to_wait_;
    }

    /// Waits; wake() ends it early.
    [[nodiscard]] asio::awaitable<Result<void>> sleep_until(SteadyTime time);
    void wake();

    /// Calls `stop` when the attempt is cancelled, for waits of other kinds; at once when it is
    /// already. One at a time.
    class OnCancel {
    public:
        OnCancel(Attempt& attempt, std::function<void()> stop);
        ~OnCancel();
        OnCancel(const OnCancel&) = delete;
        OnCancel& operator=(const OnCancel&) = delete;

    private:
        Attempt& attempt_;
    };

    /// A running request of this attempt. Destroying it closes the socket.
    class Transfer {
    public:
        Transfer(Attempt& attempt, fetch::Request request);
        ~Transfer();
        Transfer(const Transfer&) = delete;
        Transfer& operator=(const Transfer&) = delete;

        [[nodiscard]] asio::awaitable<Result<fetch::ResponseHead>> head();
        [[nodiscard]] asio::awaitable<Result<std::string>> read();
        /// Reads come in larger parts and later; see fetch::Transfer.
        void gather();

    private:
        [[nodiscard]] asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> permit();
        void start();

        Attempt& attempt_;
        std::optional<fetch::Request> request_; ///< that is not begun yet
        std::unique_ptr<fetch::Transfer> transfer_;
    };

private:
    void watch();

    fetch::Client& client_;
    fetch::Governor* const governor_;
    asio::steady_timer sleep_;
    asio::steady_timer permit_wait_; ///< ended when the attempt is cancelled
    asio::steady_timer watchdog_;
    std::optional<SteadyTime> deadline_;
    std::optional<SteadyTime> watching_until_; ///< what watchdog_ is set to
    std::string deadline_text_;
    std::optional<Error> cancelled_;
    std::optional<std::chrono::seconds> told_to_wait_;
    fetch::Transfer* transfer_ = nullptr;
    bool was_answered_ = false;  ///< a request, whatever the answer
    std::function<void()> stop_; ///< of OnCancel
};

} // namespace plex_tuner::gateway
