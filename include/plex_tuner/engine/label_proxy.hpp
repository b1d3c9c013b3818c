// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/reverse_proxy.hpp>
#include <plex_tuner/plex/server.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace plex_tuner::engine {

struct LabelProxyOptions {
    net::ReverseProxyOptions proxy;
    plex::ServerOptions server; ///< whose DVRs give the labels
    fetch::ClientOptions fetch;
    std::string strip_prefix;
    std::chrono::milliseconds refresh{30'000};
};

/// A proxy in front of a Plex server that gives each source of Live TV the name of its DVR.
class LabelProxy {
public:
    /// Binds; the message of an error says what to change.
    [[nodiscard]] static Result<std::unique_ptr<LabelProxy>> create(
        LabelProxyOptions options, log::Logger logger);
    virtual ~LabelProxy() = default;

    /// Until SIGTERM or SIGINT. Labels that cannot be read stay as they were.
    virtual void run() = 0;
};

} // namespace plex_tuner::engine
