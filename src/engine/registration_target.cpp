// SPDX-License-Identifier: GPL-3.0-or-later
#include "registration_target.hpp"

#include <plex_tuner/plex/dvr_sync.hpp>
#include <plex_tuner/plex/emby_sync.hpp>

#include <utility>
#include <variant>
#include <vector>

namespace plex_tuner::engine {

namespace {

/// A failure that the report of one tuner tells.
Error told(const std::string& error) {
    return {ErrorCode::unavailable, error};
}

std::vector<plex::WantedTuner> only(plex::WantedTuner wanted) {
    std::vector<plex::WantedTuner> all;
    all.push_back(std::move(wanted));
    return all;
}

class PlexTarget final : public RegistrationTarget {
public:
    PlexTarget(plex::ServerOptions server, std::chrono::milliseconds guide_wait,
        fetch::Client& client, log::Logger logger)
        : server_options_(std::move(server)), guide_wait_(guide_wait), client_(client),
          logger_(std::move(logger)) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "Plex"; }

    [[nodiscard]] const Url& url() const noexcept override { return server_options_.url; }

    asio::awaitable<Result<RegistrationOutcome>> set_up(
        plex::WantedTuner wanted, double enough_mapped) override {
        plex::DvrSyncOptions options;
        options.guide_wait = guide_wait_;
        options.plan.enough_mapped = enough_mapped;
        plex::Server server(client_, server_options_);
        const auto report =
            co_await plex::sync_dvrs(server, client_, only(std::move(wanted)), options, logger_);
        if (!report) {
            co_return fail(report.error());
        }
        const plex::DvrResult& result = report->results.front();
        if (result.action == plex::DvrAction::error) {
            co_return fail(told(result.error));
        }
        co_return RegistrationOutcome{.action = result.action,
            .key = result.dvr_key,
            .mapped = result.channels,
            .served = result.served};
    }

private:
    plex::ServerOptions server_options_;
    std::chrono::milliseconds guide_wait_;
    fetch::Client& client_;
    log::Logger logger_;
};

class EmbyTarget final : public RegistrationTarget {
public:
    EmbyTarget(plex::EmbyServerOptions server, std::chrono::milliseconds guide_wait,
        fetch::Client& client, log::Logger logger)
        : server_options_(std::move(server)), guide_wait_(guide_wait), client_(client),
          logger_(std::move(logger)) {}

    [[nodiscard]] std::string_view name() const noexcept override {
        return to_string(server_options_.kind);
    }

    [[nodiscard]] const Url& url() const noexcept override { return server_options_.url; }

    asio::awaitable<Result<RegistrationOutcome>> set_up(
        plex::WantedTuner wanted, double enough_mapped) override {
        plex::EmbySyncOptions options;
        options.guide_wait = guide_wait_;
        options.enough_mapped = enough_mapped;
        plex::EmbyServer server(client_, server_options_);
        const auto results =
            co_await plex::sync_emby(server, client_, only(std::move(wanted)), options, logger_);
        if (!results) {
            co_return fail(results.error());
        }
        const plex::EmbyResult& result = results->front();
        if (result.action == plex::DvrAction::error) {
            co_return fail(told(result.error));
        }
        co_return RegistrationOutcome{.action = result.action,
            .key = result.tuner_id,
            .mapped = result.channels,
            .served = result.served};
    }

private:
    plex::EmbyServerOptions server_options_;
    std::chrono::milliseconds guide_wait_;
    fetch::Client& client_;
    log::Logger logger_;
};

} // namespace

std::unique_ptr<RegistrationTarget> make_registration_target(
    const MediaServerOptions& options, fetch::Client& client, log::Logger logger) {
    if (const auto* plex = std::get_if<plex::ServerOptions>(&options.server)) {
        return std::make_unique<PlexTarget>(*plex, options.guide_wait, client, std::move(logger));
    }
    return std::make_unique<EmbyTarget>(std::get<plex::EmbyServerOptions>(options.server),
        options.guide_wait, client, std::move(logger));
}

} // namespace plex_tuner::engine
