// SPDX-License-Identifier: GPL-3.0-or-later
#include "host_ranking.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace plex_tuner::engine {

namespace {

using std::chrono::milliseconds;

/// Faster than twice that, and by so much, is much faster.
constexpr milliseconds kMargin{200};

} // namespace

std::vector<std::size_t> rank_hosts(
    const std::vector<HostHealth>& hosts, const std::string& best_before) {
    std::vector<std::size_t> order(hosts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t index) {
        const HostHealth& host = hosts[index];
        return std::tuple(!host.good(), host.good() ? host.latency : milliseconds(0), index);
    });
    const auto bad =
        std::ranges::find_if(order, [&](std::size_t index) { return !hosts[index].good(); });
    const auto before = std::ranges::find_if(
        order.begin(), bad, [&](std::size_t index) { return hosts[index].base == best_before; });
    if (before != bad && hosts[*before].latency <= 2 * hosts[order.front()].latency + kMargin) {
        std::rotate(order.begin(), before, before + 1);
    }
    return order;
}

} // namespace plex_tuner::engine
