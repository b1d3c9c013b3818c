// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/url.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/provider/catalog_assembler.hpp>
#include <plex_tuner/provider/xtream_urls.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace plex_tuner::engine {

/// Where a playlist or guide comes from: fetched, or read from disk at each refresh.
using Location = std::variant<Url, std::filesystem::path>;

/// One subscription.
struct Account {
    std::string key; ///< letters and digits, the same whatever the host; see account_key()
    std::string tag; ///< names it in catalog and log; may be empty
    std::optional<Location> playlist;
    std::vector<provider::XtreamUrls> hosts; ///< as configured
    int max_connections = 0;                 ///< streams at once; 0: what the provider says
};

/// A key for an account that tells nothing of it: a hash of user name and tag.
[[nodiscard]] std::string account_key(std::string_view user, std::string_view tag);

/// How a catalog is made of the accounts.
struct IndexOptions {
    std::vector<Account> accounts; ///< empty: there is nothing to fetch
    provider::CatalogFilters filters;
    bool live_only = false;
    bool skip_health = false; ///< do not ask for the state of an account first
    int max_shrink = 40;      ///< percent of channels, films or series that may go
    fetch::Limits limits;     ///< of each request
    std::filesystem::path catalog;
    std::filesystem::path state_directory;
    std::filesystem::path shared_directory; ///< of all processes on this machine
    std::chrono::milliseconds shared_max_age{60'000};
    int concurrency = 2; ///< requests of one account to one host at once
    int requests_per_second = 10;
};

} // namespace plex_tuner::engine
