// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/dvr_plan.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::engine {

namespace asio = boost::asio;

/// What a media server has of a tuner now.
struct RegistrationOutcome {
    plex::DvrAction action = plex::DvrAction::skipped;
    std::string key;        ///< by which the server knows it
    std::size_t mapped = 0; ///< channels that it has
    std::size_t served = 0; ///< of so many
};

/// A media server that a tuner can be set up in.
class RegistrationTarget {
public:
    virtual ~RegistrationTarget() = default;

    /// "Plex"
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    [[nodiscard]] virtual const Url& url() const noexcept = 0;

    /// Makes what it has what is wanted; see plex::PlanOptions::enough_mapped.
    [[nodiscard]] virtual asio::awaitable<Result<RegistrationOutcome>> set_up(
        plex::WantedTuner wanted, double enough_mapped) = 0;
};

[[nodiscard]] std::unique_ptr<RegistrationTarget> make_registration_target(
    const MediaServerOptions& options, fetch::Client& client, log::Logger logger);

} // namespace plex_tuner::engine
