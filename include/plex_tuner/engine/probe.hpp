// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/provider/xtream_account.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::engine {

enum class ProbeStatus : std::uint8_t {
    ok,
    cloudflare,   ///< a block or challenge page, or a refusal, of a Cloudflare front
    rate_limited, ///< 429
    bad_login,    ///< the panel says that user name or password is wrong
    bad_status,   ///< another status than 200
    bad_answer,   ///< status 200 with something else than was asked for
    cooling_down, ///< not asked: the provider is to be left alone
    timeout,
    error, ///< no connection
};

/// "ok", "cloudflare", "rate_limited", …
[[nodiscard]] std::string_view to_string(ProbeStatus status) noexcept;

/// How one address answered.
struct ProbeAnswer {
    ProbeStatus status = ProbeStatus::error;
    int http_status = 0; ///< 0: none
    std::chrono::milliseconds latency{0};
    std::string detail; ///< empty when ok; holds no credentials
};

struct HostProbe {
    std::string host;     ///< base URL, without credentials
    ProbeAnswer playlist; ///< get.php
    ProbeAnswer panel;    ///< player_api.php
};

struct AccountProbe {
    std::string name;                             ///< its tag, or "account"
    std::vector<HostProbe> hosts;                 ///< best first
    std::optional<provider::XtreamAccount> state; ///< of the best host that answered
};

/// Asks every host of every account, all at once, within `timeout`. Blocks. Accounts without a host
/// are left out. The ledger of the machine is asked first, as for every request.
[[nodiscard]] Result<std::vector<AccountProbe>> probe_accounts(const IndexOptions& options,
    const fetch::ClientOptions& client_options, std::chrono::milliseconds timeout,
    const log::Logger& logger);

} // namespace plex_tuner::engine
