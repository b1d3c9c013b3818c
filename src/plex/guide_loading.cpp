// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_loading.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::plex {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr int kMaxPollGrowth = 10;
/// A map that Plex took but does not show is sent once more.
constexpr int kMapTries = 2;
/// Single channels that Plex will not have are no reason to begin anew.
constexpr double kMostOfAMap = 0.9;

std::vector<std::string> numbers_of(const std::vector<ChannelMapping>& map) {
    std::vector<std::string> numbers;
    numbers.reserve(map.size());
    for (const ChannelMapping& mapping : map) {
        numbers.push_back(mapping.device_identifier);
    }
    return numbers;
}

std::size_t count_enabled(const std::vector<ChannelMapping>& mappings) {
    return static_cast<std::size_t>(std::ranges::count_if(mappings, &ChannelMapping::enabled));
}

/// Whether `present` shows each channel of the tuner what `map` wants.
bool shows(const std::vector<ChannelMapping>& present, const std::vector<ChannelMapping>& map) {
    if (!maps_exactly(present, numbers_of(map))) {
        return false;
    }
    return std::ranges::all_of(map, [&](const ChannelMapping& wanted) {
        return std::ranges::any_of(present, [&](const ChannelMapping& row) {
            return row.enabled && row.device_identifier == wanted.device_identifier &&
                   row.channel_key == wanted.channel_key;
        });
    });
}

} // namespace

asio::awaitable<std::vector<GuideLoading::Outcome>> GuideLoading::run() {
    for (Load& load : loads_) {
        if (load.target.reload) {
            co_await reload(load);
        }
    }
    co_await wait_for_all();
    std::vector<Outcome> outcomes;
    for (Load& load : loads_) {
        if (load.outcome.error.empty() && load.target.map) {
            co_await set_map(load);
        }
        outcomes.push_back(std::move(load.outcome));
    }
    co_return outcomes;
}

asio::awaitable<void> GuideLoading::reload(Load& load) {
    auto activity = co_await server_.reload_guide(load.target.plan->dvr_key);
    if (!activity) {
        load.outcome.error = activity.error().message();
        co_return;
    }
    load.activity = std::move(*activity);
}

asio::awaitable<void> GuideLoading::wait_for_all() {
    const auto end = SteadyClock::now() + options_.wait;
    milliseconds wait = options_.first_poll;
    while (true) {
        // Not every server tells what it is doing; the guide itself is the proof.
        const auto running = co_await server_.activities();
        for (Load& load : loads_) {
            if (load.outcome.error.empty() && !load.complete) {
                co_await look(load, running.value_or(std::vector<std::string>{}));
                load.complete = load.complete || !load.target.reload;
            }
        }
        const bool all = std::ranges::all_of(
            loads_, [](const Load& load) { return load.complete || !load.outcome.error.empty(); });
        if (all || SteadyClock::now() + wait > end) {
            co_return;
        }
        asio::steady_timer timer(co_await asio::this_coro::executor, wait);
        co_await timer.async_wait(asio::use_awaitable);
        wait = std::min(wait + wait / 2, options_.first_poll * kMaxPollGrowth);
    }
}

asio::awaitable<void> GuideLoading::look(Load& load, const std::vector<std::string>& running) {
    const TunerPlan& plan = *load.target.plan;
    const auto& channels = *load.target.channels;
    const auto rows = co_await server_.channel_map(plan.device_uuid, plan.lineup);
    if (!rows) {
        if (rows.error().code() != ErrorCode::not_found) {
            load.outcome.error = rows.error().message();
        }
        co_return;
    }
    auto map = map_to_set(*rows, channels);
    const bool is_running = std::ranges::find(running, load.activity) != running.end();
    load.was_running = load.was_running || is_running;
    // A guide may lack channels, and the tuner may not be known: done when Plex is, and shows the
    // same twice. An activity that never showed has ended for a tuner that cannot be asked only.
    const bool settled =
        !is_running && (load.was_running || !channels) && !map.empty() && map == load.map;
    load.complete = settled || (channels && map.size() == channels->size());
    load.map = std::move(map);
    load.outcome.rows = *rows;
}

asio::awaitable<void> GuideLoading::set_map(Load& load) {
    const TunerPlan& plan = *load.target.plan;
    const std::string& name = load.target.name;
    if (load.map.empty()) {
        logger_.warn("Plex has not loaded the guide yet; run this again to map the channels",
            {{"tuner", name}});
        load.outcome.channels = count_enabled(plan.channels);
        co_return;
    }
    if (!load.complete) {
        logger_.warn("the guide in Plex does not have all channels of the tuner",
            {{"tuner", name}, {"mapped", load.map.size()}});
    }
    for (int tries = 0;; ++tries) {
        auto present = co_await read_back(load);
        if (!present) {
            load.outcome.error = present.error().message();
            co_return;
        }
        load.outcome.channels = count_enabled(*present);
        if (shows(*present, load.map)) {
            co_return;
        }
        const bool has_most = static_cast<double>(load.outcome.channels) >=
                              kMostOfAMap * static_cast<double>(load.map.size());
        if (tries == kMapTries && has_most) {
            logger_.warn("Plex does not show all channels of the map that it took",
                {{"tuner", name}, {"map", load.map.size()}, {"shown", load.outcome.channels}});
            co_return;
        }
        if (tries == kMapTries) {
            load.outcome.error = "Plex took a map of " + std::to_string(load.map.size()) +
                                 " channels, but shows " + std::to_string(load.outcome.channels);
            co_return;
        }
        if (auto set = co_await server_.set_channel_map(plan.device_key, load.map); !set) {
            load.outcome.error = set.error().message();
            co_return;
        }
    }
}

asio::awaitable<Result<std::vector<ChannelMapping>>> GuideLoading::read_back(const Load& load) {
    auto present = co_await server_.present();
    if (!present) {
        co_return std::unexpected(std::move(present).error());
    }
    for (const Device& device : present->devices) {
        if (device.key == load.target.plan->device_key) {
            co_return mapped_channels(device, *present);
        }
    }
    co_return fail(ErrorCode::not_found, "Plex does not know the tuner any more");
}

} // namespace plex_tuner::plex
