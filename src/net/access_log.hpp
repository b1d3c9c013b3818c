// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/http_types.hpp>

#include <chrono>
#include <cstdint>

namespace plex_tuner::net {

struct AccessRecord {
    int status = 0; ///< 0: nothing was sent
    std::uint64_t body_bytes = 0;
    std::chrono::steady_clock::duration duration{};
};

/// One debug event per request. Secrets in the target's query or path are redacted.
void log_access(const log::Logger& logger, const Request& request, const AccessRecord& record);

/// The request's target for logs and errors: redacted and cut.
[[nodiscard]] std::string loggable_target(const Request& request);

} // namespace plex_tuner::net
