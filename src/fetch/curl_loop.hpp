// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "curl_handles.hpp"

#include <plex_tuner/log/logger.hpp>

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::fetch {

namespace asio = boost::asio;

/// Who hears of finished transfers. Called on the loop's thread, never from inside libcurl.
class CurlLoopOwner {
public:
    virtual ~CurlLoopOwner() = default;
    virtual void on_transfer_done(CURL* easy, CURLcode result) = 0;
    /// After each round of libcurl's work: what its callbacks produced may be handed on.
    virtual void on_round_done() = 0;
};

/// libcurl's multi handle driven by Asio: libcurl names the sockets and the time-out it wants, Asio
/// waits for them. Everything happens on the one thread that runs the io_context.
class CurlLoop {
public:
    CurlLoop(asio::io_context& context, CurlLoopOwner& owner, std::size_t idle_connections,
        log::Logger logger);
    ~CurlLoop();
    CurlLoop(const CurlLoop&) = delete;
    CurlLoop& operator=(const CurlLoop&) = delete;

    [[nodiscard]] bool valid() const noexcept { return multi_ != nullptr; }

    /// False when libcurl refuses (out of memory).
    [[nodiscard]] bool add(CURL* easy);
    /// Unfinished HTTP/1 transfers lose their connection with this call.
    void remove(CURL* easy) noexcept;
    /// From now on the socket of the transfer, which it has for itself, is read when much has come,
    /// and every Transfer::kGatherWindow what there is.
    void gather(CURL* easy);
    /// Lets libcurl look at its transfers soon, instead of after the next timer tick.
    void kick();

private:
    struct SocketWatch;

    static int socket_callback(
        CURL* easy, curl_socket_t socket, int what, void* user, void* socket_user) noexcept;
    static int timer_callback(CURLM* multi, long timeout_ms, void* user) noexcept;
    /// What a callback threw: libcurl would give up every transfer, now and later, without a word.
    [[noreturn]] void give_up(const char* what) const noexcept;
    void watch(CURL* easy, curl_socket_t socket, int what);
    void start_gathering(SocketWatch& watch);
    void arm(const std::shared_ptr<SocketWatch>& watch);
    void set_timer(long timeout_ms);
    void act(curl_socket_t socket, int events);
    /// On the kernel's word, which comes again: once, and of a gathering transfer as long as a full
    /// read waits. Without hand_on().
    void read(SocketWatch& watch);
    /// On the clock, without hand_on().
    void read_what_waits(SocketWatch& watch);
    [[nodiscard]] static bool is_gathering(const SocketWatch& watch, const CURL* easy) noexcept;
    void perform(curl_socket_t socket, int events);
    void hand_on();
    void tick();
    void read_gathering();

    asio::io_context& context_;
    CurlLoopOwner& owner_;
    log::Logger logger_;
    asio::steady_timer timer_;
    std::unordered_map<curl_socket_t, std::shared_ptr<SocketWatch>> watches_;
    bool kick_posted_ = false;
    asio::steady_timer gather_timer_;
    bool ticking_ = false;
    std::unordered_set<CURL*> gathering_;
    std::vector<curl_socket_t> due_; ///< scratch of read_gathering()
    CurlMulti multi_;                ///< after watches_: its clean-up still calls socket_callback
};

} // namespace plex_tuner::fetch
