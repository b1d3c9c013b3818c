// SPDX-License-Identifier: GPL-3.0-or-later
#include "datagram_source.hpp"

#include "rtp_order.hpp"

#include <plex_tuner/ts/packet.hpp>

#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/this_coro.hpp>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

/// What comes in so long is taken together. The least buffer a kernel grants holds more than that
/// at 50 Mb/s.
constexpr milliseconds kGather{20};
/// So many datagrams without a transport stream, and there will be none.
constexpr std::size_t kMaxForeign = 200;
/// How often losses are logged.
constexpr std::chrono::seconds kLossReport{60};

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

[[nodiscard]] bool is_transport_stream(std::string_view payload) noexcept {
    return !payload.empty() && static_cast<std::uint8_t>(payload.front()) == ts::kSyncByte;
}

/// Takes the transport stream out of datagrams.
class Unpacker {
public:
    void take(std::string_view datagram, SteadyTime time, std::string& out) {
        if (is_transport_stream(datagram)) {
            ++useful_;
            out.append(datagram);
            return;
        }
        const auto packet = parse_rtp(datagram);
        if (!packet || !(packet->payload_type == kRtpTransportStream ||
                           is_transport_stream(packet->payload))) {
            ++foreign_;
            return;
        }
        ++useful_;
        rtp_ = true;
        order_.add(*packet, time, out);
    }

    void release(SteadyTime time, std::string& out) { order_.release(time, out); }

    [[nodiscard]] bool is_foreign() const noexcept {
        return useful_ == 0 && foreign_ >= kMaxForeign;
    }

    [[nodiscard]] bool is_rtp() const noexcept { return rtp_; }

    [[nodiscard]] const RtpOrder& order() const noexcept { return order_; }

private:
    RtpOrder order_;
    std::uint64_t useful_ = 0;
    std::uint64_t foreign_ = 0;
    bool rtp_ = false;
};

/// Tells of lost packets, seldom.
class LossReport {
public:
    LossReport(MediaSink& sink, log::Logger log) : sink_(sink), log_(std::move(log)) {}

    void look_at(const RtpOrder& order, SteadyTime time) {
        if (order.lost() != counted_) {
            sink_.datagrams_lost(order.lost() - std::exchange(counted_, order.lost()));
        }
        if (counted_ != reported_ && time >= next_) {
            log_.warn(
                "RTP packets lost", {{"packets", counted_ - std::exchange(reported_, counted_)},
                                        {"late_or_twice", order.dropped()}});
            next_ = time + kLossReport;
        }
    }

private:
    MediaSink& sink_;
    log::Logger log_;
    std::uint64_t counted_ = 0;
    std::uint64_t reported_ = 0;
    SteadyTime next_{};
};

} // namespace

asio::awaitable<Result<void>> play_datagram_source(Attempt& attempt, MediaSink& sink,
    net::DatagramAddress address, log::Logger log,
    std::function<void(const SourceOpened&)> opened) {
    auto receiver = net::DatagramReceiver::open(co_await asio::this_coro::executor, address);
    if (!receiver) {
        co_return fail(std::move(receiver).error());
    }
    if ((*receiver)->buffer_bytes() < net::DatagramReceiver::kWantedBuffer) {
        log.info("the kernel holds less for a UDP source than wanted; net.core.rmem_max limits it",
            {{"wanted", net::DatagramReceiver::kWantedBuffer},
                {"granted", (*receiver)->buffer_bytes()}});
    }
    const Attempt::OnCancel stop(attempt, [&] { (*receiver)->cancel(); });
    Unpacker unpacker;
    LossReport losses(sink, log);
    bool begun = false;
    while (!attempt.cancelled()) {
        co_await (*receiver)->wait();
        std::string bytes;
        std::size_t batch = 0;
        do {
            const auto datagrams = (*receiver)->receive();
            batch = datagrams.size();
            for (const std::string_view datagram : datagrams) {
                unpacker.take(datagram, now(), bytes);
            }
        } while (
            batch == net::DatagramReceiver::kMaxBatch && bytes.size() < fetch::Transfer::kFullRead);
        unpacker.release(now(), bytes);
        if (unpacker.is_foreign()) {
            co_return fail(ErrorCode::parse, "the datagrams carry no MPEG transport stream");
        }
        losses.look_at(unpacker.order(), now());
        if (!bytes.empty()) {
            if (!std::exchange(begun, true)) {
                opened({0, unpacker.is_rtp() ? "rtp" : "udp"});
            }
            sink.feed(std::move(bytes));
        }
        if (batch < net::DatagramReceiver::kMaxBatch) {
            (void)co_await attempt.sleep_until(now() + kGather);
        }
    }
    sink.abandon_piece();
    co_return fail(*attempt.cancelled());
}

} // namespace plex_tuner::gateway
