// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/datagram_exchange.hpp>

#include <algorithm>
#include <cerrno>
#include <random>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>

namespace plex_tuner::net {
namespace {

using asio::ip::udp;

constexpr std::size_t kRtpHeader = 12;
constexpr std::size_t kPacket = 188;
constexpr std::size_t kPayload = 7 * kPacket;
constexpr std::uint8_t kRtpVersion = 0x80;
constexpr std::uint8_t kMp2t = 33; ///< RTP payload type of a transport stream

/// Datagrams sent without a pause, and the pause: a channel's first second comes in one piece, and
/// receivers hold about 90 datagrams unless they ask for more. Together 84 Mbit/s.
constexpr int kBurst = 8;
constexpr std::chrono::milliseconds kPause{1};

class Sender final : public DatagramExchange {
public:
    Sender(const asio::any_io_executor& executor, bool is_rtp, std::string client, std::string id)
        : socket_(executor), is_rtp_(is_rtp) {
        request_.remote_address = std::move(client);
        request_.id = std::move(id);
        std::random_device random;
        rtp_source_ = random();
        sequence_ = static_cast<std::uint16_t>(random());
        datagram_.reserve(kRtpHeader + kPayload);
    }

    Result<void> connect(const udp::endpoint& target) {
        boost::system::error_code error;
        socket_.open(target.protocol(), error);
        if (!error) {
            socket_.connect(target, error);
        }
        if (error) {
            return fail(
                Error::from_errno(error.value(), "sending to " + target.address().to_string()));
        }
        request_.local_address = socket_.local_endpoint(error).address().to_string();
        return {};
    }

    [[nodiscard]] const Request& request() const noexcept override { return request_; }

    [[nodiscard]] asio::any_io_executor executor() override { return socket_.get_executor(); }

    asio::awaitable<Result<void>> send(Response) override {
        started_ = true; // a refusal; the gateway has said it in the log
        co_return Result<void>();
    }

    asio::awaitable<Result<void>> send_file(Response, FileBody) override {
        co_return fail(ErrorCode::internal, "a file is not sent in datagrams");
    }

    asio::awaitable<Result<void>> start_stream(int, Headers) override {
        started_ = true;
        co_return Result<void>();
    }

    asio::awaitable<Result<void>> write(
        std::span<const asio::const_buffer> buffers, std::chrono::steady_clock::duration) override;

    void on_disconnect(std::function<void()> callback) override {
        disconnect_ = std::move(callback);
    }

    [[nodiscard]] bool started() const noexcept override { return started_; }

    void pass(const Pids& pids) override {
        passed_ = pids;
        passes_all_ = pids.all();
    }

    void stop() override {
        if (std::exchange(stopped_, true)) {
            return;
        }
        if (const auto callback = std::exchange(disconnect_, {})) {
            callback();
        }
    }

    [[nodiscard]] bool target_gone() const noexcept override { return target_gone_; }

private:
    /// Buffers hold whole packets.
    [[nodiscard]] bool is_filtered_out(const std::uint8_t* packet, std::size_t rest) const {
        return rest >= kPacket && !passed_[(packet[1] & 0x1FU) << 8U | packet[2]];
    }

    void begin_datagram();
    [[nodiscard]] asio::awaitable<bool> send_datagram();

    udp::socket socket_;
    Request request_;
    std::function<void()> disconnect_;
    std::vector<std::uint8_t> datagram_; ///< being filled
    std::size_t filled_ = 0;             ///< of its payload
    int sent_since_pause_ = 0;
    Pids passed_;
    bool passes_all_ = true;
    const bool is_rtp_;
    std::uint32_t rtp_source_ = 0;
    std::uint16_t sequence_ = 0;
    bool started_ = false;
    bool stopped_ = false;
    bool target_gone_ = false;
};

void Sender::begin_datagram() {
    datagram_.clear();
    filled_ = 0;
    if (!is_rtp_) {
        return;
    }
    // RFC 2250, 2: 90 kHz, when it goes out.
    using Ticks = std::chrono::duration<std::uint64_t, std::ratio<1, 90'000>>;
    const auto time = static_cast<std::uint32_t>(
        std::chrono::duration_cast<Ticks>(std::chrono::steady_clock::now().time_since_epoch())
            .count());
    datagram_ = {kRtpVersion, kMp2t};
    const auto add = [this](std::uint32_t value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            datagram_.push_back(static_cast<std::uint8_t>(value >> shift));
        }
    };
    add(sequence_++, 2);
    add(time, 4);
    add(rtp_source_, 4);
}

asio::awaitable<bool> Sender::send_datagram() {
    for (;;) {
        const ssize_t sent = ::send(socket_.native_handle(), datagram_.data(), datagram_.size(),
            MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) {
            co_return true;
        }
        if (errno == EAGAIN) {
            const auto [error] = co_await socket_.async_wait(
                udp::socket::wait_write, asio::as_tuple(asio::use_awaitable));
            if (error || stopped_) {
                co_return false;
            }
            continue;
        }
        if (errno == ENOBUFS) {
            co_return true; // lost, as any datagram may be
        }
        // ECONNREFUSED is what became of an earlier one: nobody listens there.
        target_gone_ = true;
        co_return false;
    }
}

asio::awaitable<Result<void>> Sender::write(
    std::span<const asio::const_buffer> buffers, std::chrono::steady_clock::duration) {
    for (const asio::const_buffer& buffer : buffers) {
        const auto* next = static_cast<const std::uint8_t*>(buffer.data());
        for (std::size_t rest = buffer.size(); rest > 0;) {
            if (stopped_) {
                co_return fail(ErrorCode::network, "stopped");
            }
            if (!passes_all_ && is_filtered_out(next, rest)) {
                next += kPacket;
                rest -= kPacket;
                continue;
            }
            if (filled_ == 0) {
                begin_datagram();
            }
            const std::size_t part =
                std::min({rest, kPayload - filled_, passes_all_ ? rest : kPacket});
            datagram_.insert(datagram_.end(), next, next + part);
            filled_ += part;
            next += part;
            rest -= part;
            if (filled_ < kPayload) {
                continue;
            }
            filled_ = 0;
            if (!co_await send_datagram()) {
                co_return fail(ErrorCode::network, "the target cannot be reached");
            }
            if (++sent_since_pause_ >= kBurst) {
                sent_since_pause_ = 0;
                asio::steady_timer pause(socket_.get_executor(), kPause);
                const auto [error] = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
                if (error) {
                    co_return fail(ErrorCode::cancelled, "cancelled");
                }
            }
        }
    }
    co_return Result<void>();
}

} // namespace

Result<std::unique_ptr<DatagramExchange>> DatagramExchange::open(
    const asio::any_io_executor& executor, const udp::endpoint& target, bool is_rtp,
    std::string client, std::string id) {
    auto sender = std::make_unique<Sender>(executor, is_rtp, std::move(client), std::move(id));
    if (auto connected = sender->connect(target); !connected) {
        return fail(std::move(connected).error());
    }
    return sender;
}

} // namespace plex_tuner::net
