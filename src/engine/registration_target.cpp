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

/// What all kinds are made of.
template <class ServerOptions>
class ServerTarget : public RegistrationTarget {
public:
    ServerTarget(ServerOptions server, std::chrono::milliseconds guide_wait, fetch::Client& client,
        log::Logger logger)
        : server_options_(std::move(server)), guide_wait_(guide_wait), client_(client),
          logger_(std::move(logger)) {}

    [[nodiscard]] const Url& url() const noexcept override { return server_options_.url; }

protected:
    /// Of the result of the one tuner, or what it failed with.
    template <class Results>
    [[nodiscard]] static Result<RegistrationOutcome> outcome(
        const Results& results, const std::string& key) {
        const auto& result = results.front();
        if (result.action == plex::DvrAction::error) {
            return fail(told(result.error));
        }
        return RegistrationOutcome{.action = result.action,
            .key = key,
            .mapped = result.channels,
            .served = result.served};
    }

    ServerOptions server_options_;
    std::chrono::milliseconds guide_wait_;
    fetch::Client& client_;
    log::Logger logger_;
};

class PlexTarget final : public ServerTarget<plex::ServerOptions> {
public:
    using ServerTarget::ServerTarget;

    [[nodiscard]] std::string_view name() const noexcept override { return "Plex"; }

    asio::awaitable<Result<RegistrationOutcome>> set_up(
        plex::WantedTuner wanted, double enough_mapped) override {
        plex::DvrSyncOptions options;
        options.guide_wait = guide_wait_;
        options.plan.enough_mapped = enough_mapped;
        plex::Server server(client_, server_options_);
        const auto report =
            co_await plex::sync_dvrs(server, client_, only(std::move(wanted)), options, logger_);
        co_return report ? outcome(report->results, report->results.front().dvr_key)
                         : fail(report.error());
    }
};

class EmbyTarget final : public ServerTarget<plex::EmbyServerOptions> {
public:
    using ServerTarget::ServerTarget;

    [[nodiscard]] std::string_view name() const noexcept override {
        return to_string(server_options_.kind);
    }

    asio::awaitable<Result<RegistrationOutcome>> set_up(
        plex::WantedTuner wanted, double enough_mapped) override {
        plex::EmbySyncOptions options;
        options.guide_wait = guide_wait_;
        options.enough_mapped = enough_mapped;
        plex::EmbyServer server(client_, server_options_);
        const auto results =
            co_await plex::sync_emby(server, client_, only(std::move(wanted)), options, logger_);
        co_return results ? outcome(*results, results->front().tuner_id) : fail(results.error());
    }
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
