// SPDX-License-Identifier: GPL-3.0-or-later
#include "native_device.hpp"

#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

NativeDevice::NativeDevice(asio::io_context& io, const ServiceOptions& options,
    const Publication& publication, gateway::Gateway& gateway, std::uint16_t http_port,
    log::Logger logger)
    : strand_(asio::make_strand(io)), logger_(std::move(logger)) {
    const NativeOptions& native = options.native;
    control_ = std::make_shared<ControlServer>(strand_, options,
        std::make_shared<NativeTuners>(
            strand_, publication, gateway, options.gateway.tuner_count, logger_),
        logger_);
    if (!native.is_on && !native.ssdp) {
        return;
    }
    const AnnouncedUrl announced(options.base_url, options.http.listen, http_port);
    if (native.is_on) {
        if (options.base_url.size() > AnnouncedUrl::kLongest) {
            logger_.warn(
                "Kodi and tvheadend take no base URL of this length from discovery; an address "
                "in place of the name is shorter",
                {{"setting", "PLEX_TUNER_BASE_URL"}, {"longest", AnnouncedUrl::kLongest}});
        }
        discovery_ = std::make_shared<DiscoveryResponder>(
            strand_, native.discovery_port, options.device, announced, logger_);
    }
    if (native.ssdp) {
        ssdp_ = std::make_shared<SsdpResponder>(
            strand_, options.device, options.version, announced, logger_);
    }
    auto network = net::NetworkWatch::open(strand_);
    if (network) {
        network_ = std::move(*network);
    } else {
        logger_.warn("networks that come later are not noticed", {{"error", network.error()}});
    }
}

void NativeDevice::start() {
    if (discovery_) {
        discovery_->start();
    }
    control_->start();
    if (ssdp_) {
        ssdp_->start();
    }
    if (network_) {
        asio::co_spawn(strand_, watch_network(), asio::detached);
    }
}

asio::awaitable<std::vector<hdhr::TunerState>> NativeDevice::tuners() const {
    co_return co_await asio::co_spawn(
        strand_,
        [](std::shared_ptr<ControlServer> control)
            -> asio::awaitable<std::vector<hdhr::TunerState>> {
            co_return control->tuners();
        }(control_),
        asio::use_awaitable);
}

asio::awaitable<void> NativeDevice::watch_network() {
    for (;;) {
        co_await network_->wait();
        if (stopping_) {
            co_return;
        }
        if (discovery_) {
            discovery_->interfaces_changed();
        }
        if (ssdp_) {
            ssdp_->interfaces_changed();
        }
    }
}

asio::awaitable<void> NativeDevice::stop() {
    co_await asio::dispatch(asio::bind_executor(strand_, asio::use_awaitable));
    stopping_ = true;
    if (network_) {
        network_->cancel();
    }
    if (discovery_) {
        discovery_->stop();
    }
    control_->stop();
    if (ssdp_) {
        ssdp_->stop();
    }
}

} // namespace plex_tuner::engine
