// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "body_pipe.hpp"
#include "content_decoder.hpp"
#include "cookie_jar.hpp"
#include "curl_handles.hpp"
#include "hop_plan.hpp"
#include "response_header.hpp"

#include <plex_tuner/fetch/client.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::fetch {

class FetchCore;

/// One request on the fetch thread: an easy handle that is used for each hop of the redirect chain
/// in turn, the time limits, and the way of the body into the pipe. Redirects are done here and not
/// by libcurl, because only so every hop gets its own limits, headers and credentials.
class TransferJob : public std::enable_shared_from_this<TransferJob> {
public:
    TransferJob(FetchCore& core, Request request);

    // Before submit().
    void connect(std::shared_ptr<BodyPipe> pipe) { pipe_ = std::move(pipe); }

    // Fetch thread.
    void start();
    /// The core has given a connection slot.
    void begin_hop();
    void on_done(CURLcode result);
    /// The reader has made room.
    void resume();
    /// See Transfer::gather().
    void gather();
    /// Ends the transfer; closes its connection when it was in the middle of something.
    void fail_with(Error error);

private:
    using Millis = std::chrono::milliseconds;
    using SteadyClock = std::chrono::steady_clock;
    enum class Phase { queued, connecting, waiting_for_header, skipping_redirect, body, over };

    // libcurl's callbacks; each catches what it calls.
    static std::size_t header_callback(
        char* data, std::size_t, std::size_t size, void* user) noexcept;
    static std::size_t write_callback(
        char* data, std::size_t, std::size_t size, void* user) noexcept;
    static int request_callback(void* user, char*, char*, int, int) noexcept;
    static curl_socket_t socket_callback(
        void* user, curlsocktype purpose, curl_sockaddr* address) noexcept;

    [[nodiscard]] bool configure();
    [[nodiscard]] Result<void> configure_hop();
    [[nodiscard]] bool on_header_line(std::string_view line);
    [[nodiscard]] Result<void> on_header_complete();
    [[nodiscard]] Result<void> plan_redirect(std::string_view location);
    [[nodiscard]] std::size_t on_body(std::string_view bytes);
    /// Goes on with begin_hop(), now or later.
    void queue_up();
    void next_hop();
    void leave_hop() noexcept;
    void finish(std::optional<Error> error);
    [[nodiscard]] Error curl_error(CURLcode code) const;

    /// One timer watches the current phase; zero switches it off.
    void watch(Phase phase, Millis limit);
    void watch_until(SteadyClock::time_point deadline);
    void on_watch();

    FetchCore& core_;
    Request request_;
    std::shared_ptr<BodyPipe> pipe_;
    std::shared_ptr<CookieJar> jar_; ///< before easy_, which refers to its share
    CurlList header_list_;
    CurlEasy easy_;
    std::array<char, CURL_ERROR_SIZE> error_text_{};

    Url url_;            ///< of this hop
    std::string origin_; ///< of the slot we hold or wait for
    bool has_slot_ = false;
    bool in_multi_ = false;
    Phase phase_ = Phase::queued;
    int redirects_ = 0;
    std::optional<Url> next_url_;
    std::size_t skipped_ = 0; ///< body bytes of the redirect
    ResponseHeader header_;
    ContentDecoder decoder_;
    std::string decoded_;
    std::optional<Error> own_error_; ///< why a callback made libcurl stop
    int socket_errno_ = 0;           ///< why no socket could be made for this hop
    bool paused_ = false;
    SteadyClock::time_point last_byte_;
    SteadyClock::time_point deadline_; ///< of the phase; the timer may come earlier, for none
    bool watching_ = false;            ///< the timer runs
    asio::steady_timer watch_timer_;
    asio::steady_timer total_timer_;
};

} // namespace plex_tuner::fetch
