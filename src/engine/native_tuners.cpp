// SPDX-License-Identifier: GPL-3.0-or-later
#include "native_tuners.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

namespace plex_tuner::engine {

namespace {

/// Percent of a stream's quality that a damage costs, as long as it shows.
constexpr int kDamagePenalty = 5;
constexpr int kWorstQuality = 50; ///< clients take less than 45 for no signal

[[nodiscard]] int quality_of(const gateway::TunerStatus& status) {
    const std::uint64_t damages =
        std::min<std::uint64_t>(status.insight.continuity_errors + status.insight.sync_losses, 10);
    return std::max(kWorstQuality, 100 - kDamagePenalty * static_cast<int>(damages));
}

} // namespace

NativeTuners::NativeTuners(const asio::any_io_executor& strand, const Publication& publication,
    gateway::Gateway& gateway, int tuners, log::Logger logger)
    : strand_(strand), publication_(publication), gateway_(gateway), logger_(std::move(logger)),
      streams_(static_cast<std::size_t>(std::max(tuners, 0))), filters_(streams_.size()) {}

std::optional<hdhr::ChannelName> NativeTuners::find_channel(std::string_view number) const {
    const auto snapshot = publication_.get();
    const lineup::Channel* channel = snapshot->lineup->find_number(number);
    if (channel == nullptr) {
        return std::nullopt;
    }
    return hdhr::ChannelName{channel->guide_number, std::string(channel->guide_name)};
}

std::size_t NativeTuners::channel_count() const {
    return publication_.get()->lineup->channels().size();
}

std::optional<hdhr::ChannelName> NativeTuners::channel_at(std::size_t index) const {
    const auto snapshot = publication_.get();
    const auto& channels = snapshot->lineup->channels();
    if (index >= channels.size()) {
        return std::nullopt; // a refresh came between
    }
    return hdhr::ChannelName{channels[index].guide_number, std::string(channels[index].guide_name)};
}

hdhr::TunerActivity NativeTuners::activity(int tuner) const {
    const auto index = static_cast<std::size_t>(tuner);
    const auto statuses = gateway_.tuners();
    hdhr::TunerActivity activity;
    const gateway::TunerStatus* status = index < statuses.size() ? &statuses[index] : nullptr;
    if (const auto& stream = streams_[index]) {
        // Its channel may be shared on another tuner.
        const auto playing =
            std::ranges::find(statuses, stream->number, &gateway::TunerStatus::guide_number);
        status = playing == statuses.end() ? nullptr : &*playing;
    } else if (status != nullptr && status->is_reserved) {
        return activity;
    }
    if (status == nullptr || status->channel_id.empty()) {
        return activity;
    }
    activity.viewers = status->viewers;
    activity.viewer = status->viewer;
    activity.channel = hdhr::ChannelName{status->guide_number, status->guide_name};
    activity.bits_per_second = status->bits_per_second;
    activity.quality = quality_of(*status);
    return activity;
}

void NativeTuners::play(int tuner, const std::string& number, const hdhr::StreamTarget& target) {
    stop(tuner);
    auto snapshot = publication_.get();
    const lineup::Channel* channel = snapshot->lineup->find_number(number);
    boost::system::error_code error;
    const auto address = asio::ip::make_address(target.address, error);
    if (channel == nullptr || error) {
        tell_ended(tuner, channel != nullptr);
        return;
    }
    auto exchange = net::DatagramExchange::open(strand_, {address, target.port}, target.is_rtp,
        target.address, "n" + std::to_string(next_id_++));
    if (!exchange) {
        logger_.warn("no stream to this target", {{"error", exchange.error()}});
        tell_ended(tuner, true);
        return;
    }
    logger_.info(
        "stream to a target", {{"tuner", tuner}, {"channel", number}, {"target", target.address},
                                  {"port", target.port}, {"rtp", target.is_rtp}});
    (*exchange)->pass(filters_[static_cast<std::size_t>(tuner)].wanted());
    auto stream = std::make_shared<Stream>(number, std::move(*exchange));
    streams_[static_cast<std::size_t>(tuner)] = stream;
    gateway::StreamRequest request;
    request.lineup = snapshot->lineup;
    request.channel = channel;
    request.forced_tuner = tuner;
    request.holds_reservation = true;
    asio::co_spawn(strand_, run(shared_from_this(), tuner, std::move(stream), std::move(request)),
        asio::detached);
}

void NativeTuners::stop(int tuner) {
    if (auto stream = std::exchange(streams_[static_cast<std::size_t>(tuner)], nullptr)) {
        stream->exchange->stop();
    }
}

void NativeTuners::filter(int tuner, const hdhr::PidFilter& wanted) {
    const auto index = static_cast<std::size_t>(tuner);
    filters_[index] = wanted;
    if (streams_[index]) {
        streams_[index]->exchange->pass(wanted.wanted());
    }
}

void NativeTuners::stop_all() {
    for (std::size_t i = 0; i < streams_.size(); ++i) {
        stop(static_cast<int>(i));
    }
}

asio::awaitable<void> NativeTuners::run(std::shared_ptr<NativeTuners> self, int tuner,
    std::shared_ptr<Stream> stream, gateway::StreamRequest request) {
    co_await self->gateway_.serve(*stream->exchange, std::move(request));
    auto& current = self->streams_[static_cast<std::size_t>(tuner)];
    if (current == stream) {
        current = nullptr;
        self->tell_ended(tuner, stream->exchange->target_gone());
    }
}

void NativeTuners::tell_ended(int tuner, bool is_target_gone) {
    // Later: who asked for the stream is not done yet.
    asio::post(strand_, [self = shared_from_this(), tuner, is_target_gone] {
        if (self->ended_ && !self->streams_[static_cast<std::size_t>(tuner)]) {
            self->ended_(tuner, is_target_gone);
        }
    });
}

} // namespace plex_tuner::engine
