// SPDX-License-Identifier: GPL-3.0-or-later
#include "stream_test.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/fetch/content_check.hpp>
#include <plex_tuner/ts/format_scanner.hpp>
#include <plex_tuner/ts/packetizer.hpp>

#include <chrono>
#include <memory>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace plex_tuner::engine {

namespace {

using std::chrono::milliseconds;

/// Enough to see whether it is a stream.
constexpr std::uint64_t kStreamStart = 4096;
/// Enough to see a key frame and some sound, mostly.
constexpr std::size_t kFormatStart = std::size_t{4} << 20;
constexpr std::size_t kMaxPlaylist = std::size_t{64} * 1024;
/// For a connection that others hold: longer than one of our own lingers.
constexpr std::chrono::seconds kSlotPatience{5};
/// For the provider, besides one's turn.
constexpr std::chrono::seconds kPatience{15};
constexpr milliseconds kSlotPoll{500};
constexpr milliseconds kYieldPoll{300};
constexpr int kGone = 410;

bool is_playlist(const Url& url) {
    return ascii::iends_with(url.path(), ".m3u8");
}

/// The account has as many connections open as it may.
bool is_over_limit(int status) {
    return status == 458 || status == 509;
}

/// What the provider minds about how often it is asked. What a single stream lacks is no news of
/// the provider.
bool is_about_us(int status) {
    return status == 403 || status == 429 || is_over_limit(status);
}

} // namespace

/// What a look needs, given back when it goes.
struct StreamTest::Right {
    std::unique_ptr<fetch::RequestPermit> permit;
    std::unique_ptr<ProbeSlot> slot; ///< may be null
};

std::optional<TestedStream> tested_stream(const catalog::StreamSource& source) {
    auto url = Url::parse(source.url.str());
    if (!url || !url->is_http()) {
        return std::nullopt;
    }
    TestedStream stream{std::move(*url), {}};
    for (const catalog::NamedText& header : source.headers) {
        stream.headers.emplace_back(header.name, header.value);
    }
    return stream;
}

fetch::Request StreamTest::request_of(TestedStream stream) const {
    fetch::Request request(std::move(stream.url));
    request.headers = std::move(stream.headers);
    request.accept_compressed = false;
    request.limits = options_.limits;
    request.limits.total = options_.streams.timeout;
    return request;
}

asio::awaitable<std::optional<StreamTest::Right>> StreamTest::ask_for(
    const fetch::Request& request) {
    Right right;
    const std::string account(
        slots_ == nullptr ? std::string_view() : slots_->account_key_of(request.url));
    if (full_.contains(account)) {
        co_return std::nullopt;
    }
    if (!account.empty()) {
        const auto give_up = std::chrono::steady_clock::now() + kSlotPatience;
        asio::steady_timer timer(co_await asio::this_coro::executor);
        for (;;) {
            ProbeSlotOffer offer = co_await slots_->take_for_probe(request.url);
            if (!offer.full) {
                right.slot = std::move(offer.slot);
                break;
            }
            if (std::chrono::steady_clock::now() >= give_up) {
                full_.insert(account);
                co_return std::nullopt;
            }
            timer.expires_after(kSlotPoll);
            const auto [cancelled] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
            // A cancellation that came while the ledger was asked has met no wait to end.
            const auto state = co_await asio::this_coro::cancellation_state;
            if (cancelled || state.cancelled() != asio::cancellation_type::none) {
                co_return std::nullopt;
            }
        }
    }
    auto permit = co_await governor_.acquire(
        SharedGovernor::key_of(request.url, account), governor_limits(options_), 1, kPatience);
    if (!permit) {
        co_return std::nullopt;
    }
    right.permit = std::move(*permit);
    co_return right;
}

asio::awaitable<void> StreamTest::until_asked_to_yield(ProbeSlot& slot) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    do {
        timer.expires_after(kYieldPoll);
        co_await timer.async_wait(asio::use_awaitable);
    } while (!co_await slot.asked_to_yield());
}

asio::awaitable<StreamState> StreamTest::open(TestedStream stream, std::string_view channel_id) {
    using namespace asio::experimental::awaitable_operators;
    fetch::Request request = request_of(std::move(stream));
    const bool wanted = observer_ != nullptr && observer_->wants(channel_id);
    if (!is_playlist(request.url) && !wanted) {
        request.range = {0, kStreamStart - 1};
    }
    auto right = co_await ask_for(request);
    if (!right) {
        co_return StreamState::unknown;
    }
    if (!right->slot) {
        co_return co_await look(std::move(request), *right, channel_id);
    }
    auto ended = co_await (
        look(std::move(request), *right, channel_id) || until_asked_to_yield(*right->slot));
    co_return ended.index() == 0 ? std::get<0>(ended) : StreamState::unknown;
}

asio::awaitable<StreamState> StreamTest::look(
    fetch::Request request, Right& right, std::string_view channel_id) {
    const bool playlist = is_playlist(request.url);
    const auto transfer = client_.start(std::move(request));
    auto head = co_await transfer->head();
    if (!head) {
        co_return head.error().code() == ErrorCode::network ? StreamState::dead
                                                            : StreamState::unknown;
    }
    if (is_about_us(head->status)) {
        right.permit->report(fetch::outcome_of(*head));
        if (is_over_limit(head->status) && right.slot) {
            right.slot->refused();
        }
        co_return StreamState::unknown;
    }
    if (head->status == 404 || head->status == kGone) {
        co_return StreamState::dead;
    }
    if (head->status != 200 && head->status != 206) {
        co_return StreamState::unknown;
    }
    std::string body;
    const std::size_t wanted = playlist ? kMaxPlaylist : kStreamStart;
    while (body.size() < wanted) {
        auto bytes = co_await transfer->read();
        if (!bytes && body.empty()) {
            co_return bytes.error().code() == ErrorCode::network ? StreamState::dead
                                                                 : StreamState::unknown;
        }
        if (!bytes || bytes->empty()) {
            break;
        }
        body += *bytes;
    }
    switch (fetch::classify_body(head->status, head->headers, body)) {
    case fetch::BodyKind::other:
        right.permit->report(fetch::outcome_of(*head));
        if (!playlist && observer_ != nullptr && observer_->wants(channel_id)) {
            co_await learn(*transfer, std::move(body), channel_id);
        }
        co_return StreamState::alive;
    case fetch::BodyKind::cloudflare_challenge:
        co_return StreamState::unknown;
    case fetch::BodyKind::empty:
    case fetch::BodyKind::html:
    case fetch::BodyKind::json:
        break;
    }
    co_return StreamState::dead;
}

asio::awaitable<void> StreamTest::learn(
    fetch::Transfer& transfer, std::string body, std::string_view channel_id) {
    ts::Packetizer packetizer;
    ts::ProgramTracker tracker;
    ts::FormatScanner scanner;
    bool found = false;
    for (std::size_t seen = body.size(); !found && !packetizer.not_ts(); seen += body.size()) {
        packetizer.feed(ts::bytes_of(body), [&](ts::Bytes run) {
            for (ts::Bytes rest = run; !rest.empty(); rest = rest.subspan(ts::kPacketSize)) {
                static_cast<void>(tracker.feed(ts::PacketView(rest.data())));
            }
            found = scanner.feed(run, tracker.tables()) || found;
        });
        if (found || seen >= kFormatStart) {
            break;
        }
        auto bytes = co_await transfer.read();
        if (!bytes || bytes->empty()) {
            break;
        }
        body = std::move(*bytes);
    }
    if (found) {
        observer_->stream_format(channel_id, scanner.format());
    }
}

asio::awaitable<std::optional<bool>> StreamTest::is_behind_cloudflare(TestedStream stream) {
    fetch::Request request = request_of(std::move(stream));
    request.method = fetch::Method::head;
    auto right = co_await ask_for(request);
    if (!right) {
        co_return std::nullopt;
    }
    const auto transfer = client_.start(std::move(request));
    const auto head = co_await transfer->head();
    if (!head) {
        co_return std::nullopt;
    }
    if (is_about_us(head->status)) {
        right->permit->report(fetch::outcome_of(*head));
    }
    co_return fetch::is_from_cloudflare(head->headers);
}

} // namespace plex_tuner::engine
