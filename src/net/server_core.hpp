// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http_session.hpp"

#include <chrono>
#include <unordered_set>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

namespace plex_tuner::net {

/// Accepts connections and keeps the list of sessions. Everything runs on strand(), but for the
/// methods that say otherwise; sessions run on strands of their own and report their end.
class ServerCore : public std::enable_shared_from_this<ServerCore> {
public:
    using Duration = std::chrono::steady_clock::duration;

    ServerCore(asio::io_context& io, std::shared_ptr<ServerContext> context,
        asio::strand<asio::io_context::executor_type> strand,
        std::vector<asio::ip::tcp::acceptor> acceptors);

    /// Any thread.
    void start();
    /// Any thread: close everything at once and forget it.
    void abandon();
    /// See HttpServer::stop. Any executor.
    [[nodiscard]] static asio::awaitable<void> stop(
        std::shared_ptr<ServerCore> self, Duration grace);

    [[nodiscard]] const ServerContext& context() const noexcept { return *context_; }

private:
    struct Listener {
        asio::ip::tcp::acceptor acceptor;
        /// One each: setting it anew would end the pause of another loop.
        asio::steady_timer pause;
    };

    [[nodiscard]] static asio::awaitable<void> accept_loop(
        std::shared_ptr<ServerCore> self, Listener& listener);
    [[nodiscard]] static asio::awaitable<void> stop_on_strand(
        std::shared_ptr<ServerCore> self, Duration grace);
    void admit(asio::ip::tcp::socket socket);
    void note_refusal();
    void session_ended(const std::shared_ptr<HttpSession>& session, HttpSession::Purpose purpose);
    void close_acceptors();
    [[nodiscard]] asio::awaitable<void> pause_accepting(
        Listener& listener, const boost::system::error_code& error);
    /// Waits until no session and no accept loop is left, or `limit` has passed.
    [[nodiscard]] asio::awaitable<bool> wait_until_empty(Duration limit);

    [[nodiscard]] bool is_empty() const noexcept { return sessions_.empty() && accept_loops_ == 0; }

    void wake_if_empty();

    asio::io_context& io_;
    std::shared_ptr<ServerContext> context_;
    asio::strand<asio::io_context::executor_type> strand_;
    std::vector<Listener> listeners_; ///< none is added or removed while loops refer to them
    asio::steady_timer empty_timer_;
    std::unordered_set<std::shared_ptr<HttpSession>> sessions_; // the refusing ones too
    std::size_t served_ = 0;
    std::size_t refusing_ = 0;
    std::size_t accept_loops_ = 0;
    std::chrono::steady_clock::time_point next_refusal_log_{};
    std::chrono::steady_clock::time_point next_accept_log_{};
    bool stopping_ = false;
};

} // namespace plex_tuner::net
