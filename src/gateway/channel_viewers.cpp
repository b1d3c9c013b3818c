// SPDX-License-Identifier: GPL-3.0-or-later
// The viewers' side of ChannelSession: where each stands in the ring, and what it gets next.
#include "channel_session.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::gateway {
namespace {

constexpr std::chrono::minutes kLapWindow{1};
/// From the first picture on; what the streams are encoded as is known much earlier, or never.
constexpr std::chrono::seconds kFormatPatience{3};

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

} // namespace

void ChannelSession::attach(std::shared_ptr<Viewer> viewer) {
    assert(strand_.running_in_this_thread());
    viewer->early = !placed_;
    if (!viewer->is_internal) {
        waiting_room_.enter(*viewer, now());
    }
    viewers_.push_back(std::move(viewer));
    release_hold();
}

void ChannelSession::detach(const Viewer& viewer) {
    assert(strand_.running_in_this_thread());
    std::erase_if(viewers_, [&](const auto& other) { return other.get() == &viewer; });
    release_hold();
}

void ChannelSession::disconnect(std::shared_ptr<Viewer> viewer) {
    asio::dispatch(strand_, [self = shared_from_this(), viewer = std::move(viewer)] {
        viewer->gone = true;
        viewer->wake.cancel();
    });
}

asio::awaitable<std::optional<ViewerEnd>> ChannelSession::next(Viewer& viewer) {
    assert(strand_.running_in_this_thread());
    viewer.batch.clear();
    for (;;) {
        if (auto end = fill(viewer)) {
            co_return end;
        }
        if (!viewer.batch.empty()) {
            co_return std::nullopt;
        }
        viewer.wake.expires_at(std::min(
            {viewer.stop_at.value_or(SteadyTime::max()), viewer.keep_alive_at, viewer.choose_at}));
        viewer.waiting = true;
        co_await viewer.wake.async_wait(
            asio::bind_executor(strand_, asio::as_tuple(asio::use_awaitable)));
        viewer.waiting = false;
    }
}

std::optional<ViewerEnd> ChannelSession::fill(Viewer& viewer) {
    if (viewer.gone) {
        return ViewerEnd{.reason = "disconnected"};
    }
    if (viewer.stop_at && now() >= *viewer.stop_at) {
        return ViewerEnd{.reason = "duration over"};
    }
    if (closed_ && !draining_) {
        return end_;
    }
    if (viewer.awaits_format) {
        if (can_choose(viewer)) {
            return ViewerEnd{.must_choose = true};
        }
        keep_waiting(viewer);
        return std::nullopt;
    }
    Ring& ring = output_.ring();
    if (viewer.positioned && viewer.position < ring.begin()) {
        if (auto end = lap(viewer)) {
            return end;
        }
    }
    std::size_t count = 0;
    if (viewer.positioned || place(viewer)) {
        count = ring.slabs_from(viewer.position, viewer.batch.slabs(), Batch::kMaxBytes);
    }
    if (count == 0) {
        if (!closed_) {
            keep_waiting(viewer);
            return std::nullopt;
        }
        ViewerEnd end = end_;
        // Came while a channel that had played was ending: a new session may serve it.
        end.retry = !viewer.positioned && !viewer.jumping && !end.error;
        return end;
    }
    viewer.batch.commit(count, viewer.position);
    viewer.position = viewer.batch.end();
    if (viewer.duration && !viewer.stop_at) {
        viewer.stop_at = now() + *viewer.duration;
    }
    release_hold();
    return std::nullopt;
}

std::optional<ViewerEnd> ChannelSession::lap(Viewer& viewer) {
    const SteadyTime time = now();
    if (!viewer.is_internal) {
        LiveCounters::add(counters_.viewers_lapped);
    }
    ++viewer.laps_total;
    viewer.laps.push_back(time);
    while (time - viewer.laps.front() > kLapWindow) {
        viewer.laps.pop_front();
    }
    log_.info("viewer lapped", {{"viewer", viewer.id}, {"laps", viewer.laps_total},
                                   {"bytes_lost", output_.ring().begin() - viewer.position}});
    if (!viewer.is_internal &&
        viewer.laps.size() > static_cast<std::size_t>(std::max(options_.max_laps, 0))) {
        return ViewerEnd{.reason = "too slow", .dropped = true};
    }
    viewer.positioned = false;
    viewer.jumping = true;
    return std::nullopt;
}

bool ChannelSession::can_choose(Viewer& viewer) const {
    if (format_ || closed_) {
        return true;
    }
    if (output_.first_access() && viewer.choose_at == SteadyTime::max()) {
        viewer.choose_at = now() + kFormatPatience;
    }
    return now() >= viewer.choose_at;
}

void ChannelSession::keep_waiting(Viewer& viewer) {
    if (waiting_room_.serve(viewer, now()) && !std::exchange(viewer.kept_waiting, true)) {
        log_.info(
            "viewer kept waiting", {{"viewer", viewer.id}, {"with", waiting_room_.kind_name()}});
    }
}

bool ChannelSession::place(Viewer& viewer) {
    const Ring& ring = output_.ring();
    // Those who waited for the channel to start get all of it, later ones the newest.
    auto point = viewer.early && !viewer.jumping ? output_.first_access() : ring.access_point();
    if (point && point->offset < ring.begin()) {
        point = ring.access_point();
    }
    if (!point || (viewer.jumping && point->offset < viewer.position)) {
        return false;
    }
    placed_ = true;
    viewer.position = point->offset;
    viewer.positioned = true;
    viewer.batch.set_preamble(
        viewer.jumping ? point->jump_preamble() : waiting_room_.preamble(viewer, *point));
    viewer.jumping = false;
    waiting_room_.leave(viewer);
    return true;
}

void ChannelSession::wake_viewers() {
    for (const auto& viewer : viewers_) {
        if (viewer->waiting) {
            viewer->wake.cancel();
        }
    }
}

} // namespace plex_tuner::gateway
