// SPDX-License-Identifier: GPL-3.0-or-later
#include "clip_store.hpp"

#include <plex_tuner/net/io_runtime.hpp>

#include <algorithm>
#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::demo {
namespace {

std::unexpected<Error> stopped() {
    return fail(ErrorCode::cancelled, "the demo provider is shutting down");
}

} // namespace

ClipStore::ClipStore(
    const std::vector<media::DemoPicture>& pictures, Maker maker, log::Logger logger)
    : maker_(std::move(maker)), logger_(std::move(logger)) {
    for (const media::DemoPicture picture : pictures) {
        slots_.push_back({.picture = picture, .result = std::nullopt, .waiters = {}});
    }
    thread_ = std::thread([this] { run(); });
}

ClipStore::~ClipStore() {
    stop();
    thread_.join();
}

asio::awaitable<ClipResult> ClipStore::get(std::size_t index) {
    const auto executor = co_await asio::this_coro::executor;
    // The timer is only an event: the waiter cancels it. Being posted to this coroutine's executor,
    // that happens after the wait below has begun.
    const auto made =
        std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
    {
        const std::scoped_lock lock(mutex_);
        Slot& slot = slots_.at(index);
        if (slot.result) {
            co_return *slot.result;
        }
        if (stopping_) {
            co_return stopped();
        }
        slot.waiters.emplace_back(
            [executor, made] { asio::post(executor, [made] { made->cancel(); }); });
    }
    co_await made->async_wait(asio::as_tuple(asio::use_awaitable));
    const std::scoped_lock lock(mutex_);
    const Slot& slot = slots_.at(index);
    co_return slot.result ? *slot.result : ClipResult(stopped());
}

void ClipStore::stop() {
    std::vector<std::function<void()>> waiters;
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        for (Slot& slot : slots_) {
            std::ranges::move(slot.waiters, std::back_inserter(waiters));
            slot.waiters.clear();
        }
    }
    for (const auto& waiter : waiters) {
        waiter();
    }
}

void ClipStore::run() {
    net::name_thread("demo");
    for (;;) {
        std::size_t index = 0;
        media::DemoPicture picture{};
        {
            const std::scoped_lock lock(mutex_);
            const auto next = next_slot();
            if (!next) {
                return;
            }
            index = *next;
            picture = slots_.at(index).picture;
        }
        finish(index, make(picture));
    }
}

std::optional<std::size_t> ClipStore::next_slot() const {
    if (stopping_) {
        return std::nullopt;
    }
    std::optional<std::size_t> next;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        const Slot& slot = slots_[i];
        if (!slot.result && (!next || (slots_[*next].waiters.empty() && !slot.waiters.empty()))) {
            next = i;
        }
    }
    return next;
}

ClipResult ClipStore::make(media::DemoPicture picture) const {
    const auto start = std::chrono::steady_clock::now();
    auto clip = maker_(picture);
    if (!clip) {
        return fail(std::move(clip).error());
    }
    const std::size_t bytes = clip->transport_stream.size();
    auto loop = LoopClip::create(std::move(*clip));
    if (!loop) {
        return fail(std::move(loop).error());
    }
    const auto took =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    logger_.debug("clip encoded",
        {{"picture", static_cast<int>(picture)}, {"bytes", bytes}, {"took_ms", took.count()}});
    return std::make_shared<const LoopClip>(std::move(*loop));
}

void ClipStore::finish(std::size_t index, ClipResult result) {
    if (!result) {
        logger_.error("clip failed", {{"error", result.error()}});
    }
    std::vector<std::function<void()>> waiters;
    {
        const std::scoped_lock lock(mutex_);
        Slot& slot = slots_.at(index);
        slot.result = std::move(result);
        waiters.swap(slot.waiters);
    }
    for (const auto& waiter : waiters) {
        waiter();
    }
}

} // namespace plex_tuner::demo
