// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "request_parser.hpp"

#include <plex_tuner/net/http_server.hpp>

#include <atomic>

namespace plex_tuner::net {

/// What all sessions of one server share. Read-only after construction but for the atomics; lives
/// as long as the last session.
struct ServerContext {
    ServerContext(HttpServerOptions o, Handler h, log::Logger l)
        : options(std::move(o)),
          limits{options.max_request_line, options.max_header_bytes, options.max_body_bytes},
          handler(std::move(h)), logger(std::move(l)) {}

    const HttpServerOptions options;
    const RequestLimits limits;
    const Handler handler;
    const log::Logger logger;
    HttpServerCounters counters;
    std::atomic<std::uint64_t> next_request{1};
};

} // namespace plex_tuner::net
