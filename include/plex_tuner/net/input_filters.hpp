// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <string>
#include <vector>

namespace plex_tuner::net {

/// A chain of the kernel's packet filter that what comes in passes through.
struct InputFilter {
    std::string name; ///< "filter INPUT"
    bool drops_by_default = false;
};

/// Those of this network namespace (nftables, and iptables on top of it). Needs CAP_NET_ADMIN:
/// permission denied is an error.
[[nodiscard]] Result<std::vector<InputFilter>> input_filters();

} // namespace plex_tuner::net
