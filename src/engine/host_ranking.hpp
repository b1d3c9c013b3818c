// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>
#include <plex_tuner/provider/xtream_account.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::engine {

/// What one host of an account answered when it was asked for the account.
struct HostHealth {
    std::string base; ///< as configured; holds no credentials
    std::chrono::milliseconds latency{0};
    std::optional<provider::XtreamAccount> account; ///< none: see error
    std::optional<Error> error;

    [[nodiscard]] bool good() const noexcept { return account.has_value(); }
};

/// Indices of `hosts`, best first: good ones by latency, then the others as they were given. The
/// one that was best before stays so unless another is much faster: with each change of the order
/// all addresses of a catalog change.
[[nodiscard]] std::vector<std::size_t> rank_hosts(
    const std::vector<HostHealth>& hosts, const std::string& best_before);

} // namespace plex_tuner::engine
