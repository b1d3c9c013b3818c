// SPDX-License-Identifier: GPL-3.0-or-later
#include "tuner_registration.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::plex {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kDiscoveryPause{500};

asio::awaitable<bool> appears(Server& server, const TunerRegistration& registration) {
    const auto end = SteadyClock::now() + registration.wait / 2;
    while (true) {
        const auto devices = co_await server.devices();
        if (devices && std::ranges::any_of(*devices, [&](const Device& device) {
                return ascii::iequals(device.device_id, registration.device_id);
            })) {
            co_return true;
        }
        if (!devices || SteadyClock::now() > end) {
            co_return false;
        }
        asio::steady_timer timer(
            co_await asio::this_coro::executor, std::min(kDiscoveryPause, registration.pause));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

} // namespace

asio::awaitable<Result<void>> register_tuner(Server& server, TunerRegistration registration) {
    Result<void> last{};
    for (const Server::Registration how : Server::kRegistrations) {
        last = co_await server.register_device(how, registration.base_url);
        if (!last && is_passing(last.error())) {
            co_return last;
        }
        if (last && co_await appears(server, registration)) {
            co_return last;
        }
    }
    if (last) {
        co_return fail(
            ErrorCode::not_found, "Plex does not find the tuner at its base URL; can it reach " +
                                      registration.base_url + "/discover.json from where it runs?");
    }
    co_return last;
}

} // namespace plex_tuner::plex
