// SPDX-License-Identifier: GPL-3.0-or-later
#include "curl_loop.hpp"

#include <plex_tuner/fetch/client.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace plex_tuner::fetch {

namespace {

/// Enough for what was waited for even over TLS, where one read gives one record of at most 16 KiB
/// (RFC 8446 section 5.1). Other streams wait meanwhile.
constexpr int kReadsOfGathered = Transfer::kGathered / (16 * 1024);

/// The kernel says "readable" when so many bytes are there, or the end. It is a saving only, so a
/// kernel that refuses changes nothing.
void set_low_water(curl_socket_t socket, int bytes) noexcept {
    static_cast<void>(::setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes));
}

/// What the kernel has for us; empty where it does not say.
[[nodiscard]] std::optional<curl_off_t> waiting_bytes(curl_socket_t socket) noexcept {
    int bytes = 0;
    return ::ioctl(socket, FIONREAD, &bytes) == 0 ? std::optional<curl_off_t>(bytes) : std::nullopt;
}

/// Of its body, since it began.
[[nodiscard]] curl_off_t received_bytes(CURL* easy) noexcept {
    curl_off_t bytes = 0;
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
    return bytes;
}

} // namespace

struct CurlLoop::SocketWatch {
    SocketWatch(asio::io_context& context, curl_socket_t fd)
        : descriptor(context, fd), socket(fd) {}

    asio::posix::stream_descriptor descriptor;
    curl_socket_t socket;
    CURL* easy = nullptr; ///< one of those that use it
    bool want_read = false;
    bool want_write = false;
    bool read_armed = false;
    bool write_armed = false;
    bool gathering = false;
    bool dead = false;
};

CurlLoop::CurlLoop(asio::io_context& context, CurlLoopOwner& owner, std::size_t idle_connections,
    log::Logger logger)
    : context_(context), owner_(owner), logger_(std::move(logger)), timer_(context),
      gather_timer_(context), multi_(curl_multi_init()) {
    if (multi_ == nullptr) {
        return;
    }
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &CurlLoop::socket_callback);
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &CurlLoop::timer_callback);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(idle_connections));
}

CurlLoop::~CurlLoop() {
    multi_.reset();
    for (auto& [socket, watch] : watches_) {
        watch->dead = true;
        watch->descriptor.release();
    }
}

bool CurlLoop::add(CURL* easy) {
    kick(); // before libcurl asks for a time-out of zero, which then needs no timer
    return curl_multi_add_handle(multi_.get(), easy) == CURLM_OK;
}

void CurlLoop::remove(CURL* easy) noexcept {
    gathering_.erase(easy);
    curl_multi_remove_handle(multi_.get(), easy);
}

void CurlLoop::kick() {
    if (kick_posted_) {
        return;
    }
    kick_posted_ = true;
    asio::post(context_, [this] {
        kick_posted_ = false;
        act(CURL_SOCKET_TIMEOUT, 0);
    });
}

int CurlLoop::socket_callback(
    CURL* easy, curl_socket_t socket, int what, void* user, void* /*socket_user*/) noexcept {
    auto* self = static_cast<CurlLoop*>(user);
    try {
        self->watch(easy, socket, what);
        return 0;
    } catch (const std::exception& error) {
        self->give_up(error.what());
    }
}

int CurlLoop::timer_callback(CURLM* /*multi*/, long timeout_ms, void* user) noexcept {
    auto* self = static_cast<CurlLoop*>(user);
    try {
        self->set_timer(timeout_ms);
        return 0;
    } catch (const std::exception& error) {
        self->give_up(error.what());
    }
}

void CurlLoop::give_up(const char* what) const noexcept {
    logger_.error("the sockets of the fetch thread cannot be watched", {{"error", what}});
    std::abort();
}

void CurlLoop::watch(CURL* easy, curl_socket_t socket, int what) {
    const auto found = watches_.find(socket);
    if (what == CURL_POLL_REMOVE) {
        if (found != watches_.end()) {
            // libcurl closes the socket itself, so Asio only forgets it.
            found->second->dead = true;
            if (found->second->gathering) {
                set_low_water(socket, 1); // the connection may serve others next
            }
            found->second->descriptor.release();
            watches_.erase(found);
        }
        return;
    }
    std::shared_ptr<SocketWatch> entry;
    if (found != watches_.end()) {
        entry = found->second;
    } else {
        entry = std::make_shared<SocketWatch>(context_, socket);
        watches_.emplace(socket, entry);
    }
    entry->want_read = (what & CURL_POLL_IN) != 0;
    entry->want_write = (what & CURL_POLL_OUT) != 0;
    entry->easy = easy;
    if (!gathering_.empty() && gathering_.contains(easy)) {
        start_gathering(*entry);
    }
    arm(entry);
}

void CurlLoop::arm(const std::shared_ptr<SocketWatch>& watch) {
    using Descriptor = asio::posix::stream_descriptor;
    if (watch->want_read && !watch->read_armed) {
        watch->read_armed = true;
        watch->descriptor.async_wait(
            Descriptor::wait_read, [this, watch](const boost::system::error_code& error) {
                watch->read_armed = false;
                if (error || watch->dead || !watch->want_read) {
                    return;
                }
                read(*watch);
                hand_on();
                if (!watch->dead) {
                    arm(watch);
                }
            });
    }
    if (watch->want_write && !watch->write_armed) {
        watch->write_armed = true;
        watch->descriptor.async_wait(
            Descriptor::wait_write, [this, watch](const boost::system::error_code& error) {
                watch->write_armed = false;
                if (error || watch->dead || !watch->want_write) {
                    return;
                }
                act(watch->socket, CURL_CSELECT_OUT);
                if (!watch->dead) {
                    arm(watch);
                }
            });
    }
}

void CurlLoop::set_timer(long timeout_ms) {
    if (timeout_ms < 0 || (timeout_ms == 0 && kick_posted_)) {
        timer_.cancel();
        return;
    }
    // libcurl's threaded resolver asks for 0 ms again and again, which would be a busy loop.
    timer_.expires_after(std::chrono::milliseconds(std::max(timeout_ms, 1L)));
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            act(CURL_SOCKET_TIMEOUT, 0);
        }
    });
}

void CurlLoop::act(curl_socket_t socket, int events) {
    perform(socket, events);
    hand_on();
}

void CurlLoop::read(SocketWatch& watch) {
    const CURL* const easy = watch.easy;
    int reads = 0;
    do {
        perform(watch.socket, CURL_CSELECT_IN);
    } while (++reads < kReadsOfGathered && is_gathering(watch, easy) &&
             std::cmp_greater_equal(waiting_bytes(watch.socket).value_or(0), Transfer::kFullRead));
}

/// Nothing is left of what waits now; what comes meanwhile has time until the next tick.
void CurlLoop::read_what_waits(SocketWatch& watch) {
    const auto waiting = waiting_bytes(watch.socket);
    if (waiting == 0) {
        return; // of an end the kernel tells
    }
    CURL* const easy = watch.easy;
    const curl_off_t goal = received_bytes(easy) + waiting.value_or(1);
    int reads = 0;
    do {
        perform(watch.socket, CURL_CSELECT_IN);
    } while (++reads < kReadsOfGathered && is_gathering(watch, easy) &&
             received_bytes(easy) < goal && waiting_bytes(watch.socket).value_or(0) > 0);
}

bool CurlLoop::is_gathering(const SocketWatch& watch, const CURL* easy) noexcept {
    return watch.gathering && !watch.dead && watch.want_read && watch.easy == easy;
}

void CurlLoop::gather(CURL* easy) {
    if (!gathering_.insert(easy).second) {
        return;
    }
    for (const auto& [socket, watch] : watches_) {
        if (watch->easy == easy) {
            start_gathering(*watch);
            return;
        }
    }
}

void CurlLoop::start_gathering(SocketWatch& watch) {
    if (watch.gathering) {
        return;
    }
    watch.gathering = true;
    set_low_water(watch.socket, static_cast<int>(Transfer::kGathered));
    if (!ticking_) {
        ticking_ = true;
        gather_timer_.expires_after(Transfer::kGatherWindow);
        tick();
    }
}

void CurlLoop::tick() {
    gather_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) {
            return;
        }
        read_gathering();
        ticking_ = !due_.empty();
        if (ticking_) {
            const auto next = gather_timer_.expiry() + Transfer::kGatherWindow;
            gather_timer_.expires_at(std::max(next, std::chrono::steady_clock::now()));
            tick();
        }
    });
}

/// One wake-up of the thread for the sockets of all streams.
void CurlLoop::read_gathering() {
    due_.clear();
    for (const auto& [socket, watch] : watches_) {
        if (watch->gathering) {
            due_.push_back(socket);
        }
    }
    for (const curl_socket_t socket : due_) {
        // What libcurl did for one may have ended another.
        const auto found = watches_.find(socket);
        if (found != watches_.end() && found->second->gathering && found->second->want_read) {
            const std::shared_ptr<SocketWatch> watch = found->second;
            read_what_waits(*watch);
        }
    }
    if (!due_.empty()) {
        hand_on();
    }
}

void CurlLoop::perform(curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(multi_.get(), socket, events, &running);
}

void CurlLoop::hand_on() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg == CURLMSG_DONE) {
            // The message dies with the removal of its handle, so take its values first.
            CURL* const easy = message->easy_handle;
            const CURLcode result = message->data.result;
            owner_.on_transfer_done(easy, result);
        }
    }
    owner_.on_round_done();
}

} // namespace plex_tuner::fetch
