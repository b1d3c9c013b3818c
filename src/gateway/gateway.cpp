// SPDX-License-Identifier: GPL-3.0-or-later
#include "core.hpp"
#include "viewer_stream.hpp"

#include <plex_tuner/gateway/gateway.hpp>

#include <utility>

namespace plex_tuner::gateway {
namespace {

/// Sessions and viewers that have not ended by then are left to the end of the io_context.
constexpr std::chrono::milliseconds kStopLimit{2'000};

class GatewayImpl final : public Gateway {
public:
    GatewayImpl(asio::io_context& io, fetch::Client& client, Options options, log::Logger logger)
        : core_(std::make_shared<Core>(io, client, std::move(options), std::move(logger))) {
        core_->check_transcoding();
    }

    ~GatewayImpl() override {
        // Sessions and core hold each other while a tuner is taken.
        core_->transcodes.clear();
        for (const auto& occupant : core_->tuners.occupants()) {
            if (occupant.session) {
                core_->tuners.release(*occupant.session);
            }
        }
    }

    asio::awaitable<void> serve(net::Exchange& exchange, StreamRequest request) override {
        return serve_viewer(core_, exchange, std::move(request));
    }

    [[nodiscard]] std::vector<TunerStatus> tuners() const override {
        std::vector<TunerStatus> result;
        int index = 0;
        for (const auto& [session, viewers, viewer, is_reserved] : core_->tuners.occupants()) {
            TunerStatus& status = result.emplace_back();
            status.index = index++;
            status.is_reserved = is_reserved;
            if (session) {
                status.channel_id = session->identity().channel_id;
                status.guide_number = session->identity().guide_number;
                status.guide_name = session->identity().guide_name;
                status.viewers = viewers;
                status.viewer = viewer;
                status.bits_per_second = session->bits_per_second();
                status.format = session->format();
                status.insight = session->insight();
                status.transcodes = transcodes_of(*session);
            }
        }
        return result;
    }

    [[nodiscard]] Counters counters() const override { return core_->counters.snapshot(); }

    void set_transcode_overrides(TranscodeOverrides overrides) override {
        core_->set_transcode_overrides(std::move(overrides));
    }

    [[nodiscard]] std::vector<std::string> transcode_problems() const override {
        return core_->transcode_problems();
    }

    [[nodiscard]] bool reserve(int tuner) override {
        auto [is_granted, evicted] = core_->tuners.reserve(tuner);
        if (evicted) {
            evicted->close("tuner reserved");
        }
        return is_granted;
    }

    void end_reservation(int tuner) override { core_->tuners.end_reservation(tuner); }

    void vacate(int tuner) override {
        if (const auto evicted = core_->tuners.vacate(tuner)) {
            evicted->close("tuner freed by force");
        }
    }

    asio::awaitable<void> stop() override { return stop_core(core_); }

private:
    [[nodiscard]] std::vector<TranscodeStatus> transcodes_of(const ChannelSession& original) const {
        std::vector<TranscodeStatus> result;
        for (const auto& [session, viewers] : core_->transcodes.of(original)) {
            result.push_back({.profile = session->identity().profile,
                .reason = session->identity().reason,
                .viewers = viewers,
                .bits_per_second = session->bits_per_second(),
                .format = session->format(),
                .insight = session->insight()});
        }
        return result;
    }

    static asio::awaitable<void> stop_core(std::shared_ptr<Core> core) {
        core->tuners.refuse_all();
        // Those that hold a tuner, one that was admitted this moment included; and those that hold
        // none any more.
        for (const auto& occupant : core->tuners.occupants()) {
            if (occupant.session) {
                occupant.session->close("shutting down");
            }
        }
        core->close_all("shutting down");
        co_await core->wait_idle(kStopLimit);
    }

    std::shared_ptr<Core> core_;
};

} // namespace

std::unique_ptr<Gateway> Gateway::create(
    asio::io_context& io, fetch::Client& client, Options options, log::Logger logger) {
    return std::make_unique<GatewayImpl>(io, client, std::move(options), std::move(logger));
}

} // namespace plex_tuner::gateway
