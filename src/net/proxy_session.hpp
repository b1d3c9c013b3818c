// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "message_head.hpp"
#include "read_buffer.hpp"

#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/reverse_proxy.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

namespace plex_tuner::net {

/// What all sessions of a proxy share. Outlives them.
struct ProxyContext {
    ProxyContext(ReverseProxyOptions o, AnswerRewriter r, log::Logger l);

    /// One line when the server goes away, and one when it is back; any thread.
    void note_failure(const std::string& reason);
    void note_success();

    ReverseProxyOptions options;
    AnswerRewriter rewriter;
    log::Logger logger;
    std::string host;        ///< for the Host field
    std::string path_prefix; ///< of the server
    std::atomic<bool> is_down{false};
};

/// One client's connection, and the one to the server that goes with it. All of it runs on the
/// client's socket's executor, a strand; start(), stop() and reset() come from anywhere.
class ProxySession : public std::enable_shared_from_this<ProxySession> {
public:
    ProxySession(std::shared_ptr<ProxyContext> context, asio::ip::tcp::socket client);

    /// `refused`: there are too many connections already. `ended` runs once.
    void start(bool refused, std::function<void()> ended);
    /// No request after the one that runs.
    void stop();
    void reset();

private:
    using Socket = asio::ip::tcp::socket;
    using ErrorCode = boost::system::error_code;

    /// What a client may send ahead while its request is served.
    static constexpr std::size_t kMaxAhead = std::size_t{64} * 1024;
    /// A player that is paused takes nothing; one that is gone does not answer the kernel either.
    static constexpr std::chrono::milliseconds kSlowestReader = std::chrono::minutes(10);

    /// Why an exchange could not be begun, or that the server closed a connection that was kept.
    enum class Sent : std::uint8_t { yes, stale, no };

    struct Exchange {
        MessageHead request;
        bool rewriting = false;
        bool reused = false;    ///< the server's connection served others before
        bool body_sent = false; ///< or that is not to be waited for any more
        bool body_broken = false;
        bool over = false; ///< nobody is to read from the client any more
    };

    [[nodiscard]] asio::awaitable<void> run();
    [[nodiscard]] asio::awaitable<std::optional<MessageHead>> read_request();
    /// True: another request may follow.
    [[nodiscard]] asio::awaitable<bool> serve(MessageHead request);
    [[nodiscard]] asio::awaitable<void> end_exchange(std::shared_ptr<Exchange> exchange);
    [[nodiscard]] asio::awaitable<Sent> send_request(std::shared_ptr<Exchange> exchange);
    [[nodiscard]] asio::awaitable<ErrorCode> connect();
    [[nodiscard]] asio::awaitable<void> send_body(std::shared_ptr<Exchange> exchange);
    [[nodiscard]] asio::awaitable<void> watch_client(std::uint64_t generation);
    /// Passes interim answers on. nullopt: none came, and `problem` is why.
    [[nodiscard]] asio::awaitable<std::optional<MessageHead>> read_answer(
        std::shared_ptr<Exchange> exchange, std::string& problem);
    [[nodiscard]] asio::awaitable<bool> pass_answer(
        std::shared_ptr<Exchange> exchange, MessageHead answer);
    [[nodiscard]] asio::awaitable<bool> pass_body(MessageHead answer, bool close, std::string seen);
    [[nodiscard]] asio::awaitable<bool> rewrite(
        std::shared_ptr<Exchange> exchange, MessageHead answer, bool close);
    [[nodiscard]] asio::awaitable<void> tunnel();
    [[nodiscard]] static asio::awaitable<void> pump(std::shared_ptr<ProxySession> self,
        Socket& from, Socket& to, ReadBuffer& first, std::shared_ptr<int> running);
    [[nodiscard]] asio::awaitable<void> refuse(int status, std::string reason);
    [[nodiscard]] asio::awaitable<void> linger();

    [[nodiscard]] asio::awaitable<ErrorCode> fill(
        Socket& socket, ReadBuffer& input, std::size_t max_held);
    [[nodiscard]] static asio::awaitable<ErrorCode> write(Socket& socket, std::string_view bytes);
    [[nodiscard]] bool is_stale();
    void drop_upstream();
    void drop_client();
    void lose_client();
    void arm(std::chrono::milliseconds time, bool of_upstream);
    void disarm();

    std::shared_ptr<ProxyContext> context_;
    Socket client_;
    Socket upstream_;
    std::string client_address_;
    ReadBuffer client_input_;
    ReadBuffer upstream_input_;
    asio::steady_timer deadline_;
    asio::steady_timer body_ended_; ///< never expires; cancelled when the body's coroutine ends
    std::uint64_t deadline_generation_ = 0;
    std::uint64_t watch_generation_ = 0;
    bool timed_out_ = false;
    bool waiting_ = true; ///< for a request
    bool tunnelling_ = false;
    bool stopping_ = false;
    bool client_lost_ = false;
};

} // namespace plex_tuner::net
