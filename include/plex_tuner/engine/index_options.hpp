// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/url.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/provider/catalog_assembler.hpp>
#include <plex_tuner/provider/xtream_urls.hpp>
#include <plex_tuner/state/coordination.hpp>

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
    /// Base URL of an HDHomeRun whose channels are taken, and nothing else then.
    std::optional<Url> hdhomerun = {};
    int max_connections = 0; ///< streams at once; 0: what the provider says
};

/// A key for an account that tells nothing of it: a hash of user name and tag.
[[nodiscard]] std::string account_key(std::string_view user, std::string_view tag);

/// What is asked of the streams themselves before their channels are taken into the catalog.
struct StreamCheckOptions {
    int sample = 5;                 ///< streams of each host looked at for a front; 0: none
    bool reject_cloudflare = false; ///< leave out sources behind such a front
    bool smoketest = false;         ///< open the streams, leave out those that are dead
    std::chrono::milliseconds timeout{8'000}; ///< of one test
    int concurrency = 10; ///< tests at once; the limits of the account hold besides
    int max_channels = 0; ///< tested in one run, the longest untested first; 0: all
    std::chrono::milliseconds max_duration{300'000};      ///< of one run; the rest stays as it is
    std::filesystem::path verdicts;                       ///< what was found, kept for the next run
    std::chrono::milliseconds verdict_age{4 * 3'600'000}; ///< for so long a verdict holds
};

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
    /// Where machines that share accounts meet; empty: nowhere. Accounts are filled in.
    std::optional<state::CoordinationOptions> coordination = {};
    std::chrono::milliseconds shared_max_age{60'000};
    int concurrency = 2; ///< requests of one account to one host at once
    int requests_per_second = 10;
    StreamCheckOptions streams;
};

} // namespace plex_tuner::engine
