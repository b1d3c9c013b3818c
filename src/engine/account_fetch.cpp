// SPDX-License-Identifier: GPL-3.0-or-later
#include "account_fetch.hpp"

#include "file_state.hpp"
#include "location.hpp"
#include "side_by_side.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/provider/chunks.hpp>
#include <plex_tuner/provider/m3u_reader.hpp>
#include <plex_tuner/provider/xtream_reader.hpp>

#include <algorithm>
#include <utility>

#include <boost/asio/this_coro.hpp>

namespace plex_tuner::engine {

namespace {

using provider::XtreamAction;
using std::chrono::milliseconds;

/// The state of an account is a small answer; a host that takes longer is no good host.
constexpr milliseconds kAskLimit{15'000};
constexpr milliseconds kAskPatience{20'000};
constexpr std::size_t kMaxStateBytes = std::size_t{1} << 20;

struct PanelList {
    ListKind kind;
    XtreamAction action;
    std::string_view phase;
};

constexpr std::array kLiveLists{
    PanelList{ListKind::live_categories, XtreamAction::live_categories, "fetching channels"},
    PanelList{ListKind::live, XtreamAction::live_streams, "fetching channels"}};
constexpr std::array kVodLists{
    PanelList{ListKind::movie_categories, XtreamAction::movie_categories, "fetching films"},
    PanelList{ListKind::movies, XtreamAction::movies, "fetching films"},
    PanelList{ListKind::series_categories, XtreamAction::series_categories, "fetching series"},
    PanelList{ListKind::series, XtreamAction::series, "fetching series"}};

bool is_out_of_reach(const Error& error) {
    return error.code() == ErrorCode::network || error.code() == ErrorCode::timeout ||
           error.code() == ErrorCode::unavailable;
}

bool is_categories(ListKind kind) {
    return kind == ListKind::live_categories || kind == ListKind::movie_categories ||
           kind == ListKind::series_categories;
}

Result<void> looks_like_json(std::string_view first_bytes) {
    const std::string_view text = ascii::trim(first_bytes);
    if (text.starts_with('[') || text.starts_with('{')) {
        return {};
    }
    return fail(ErrorCode::parse, "the panel's answer is no JSON");
}

} // namespace

std::string_view to_string(ListKind kind) noexcept {
    switch (kind) {
    case ListKind::playlist:
        return "playlist";
    case ListKind::live_categories:
        return "live categories";
    case ListKind::live:
        return "live channels";
    case ListKind::movie_categories:
        return "film categories";
    case ListKind::movies:
        return "films";
    case ListKind::series_categories:
        return "series categories";
    case ListKind::series:
        return "series";
    case ListKind::lineup:
        return "lineup";
    }
    return "list";
}

AccountFetch::AccountFetch(fetch::Client& client, fetch::HttpCache& cache, SharedGovernor& governor,
    const IndexOptions& options, std::stop_token stop, log::Logger logger)
    : client_(client), cache_(cache), governor_(governor), options_(options),
      stop_(std::move(stop)), logger_(std::move(logger)) {}

asio::awaitable<AccountLists> AccountFetch::fetch(
    const Account& account, const ProgressSink& progress) {
    AccountLists lists;
    lists.account = &account;
    lists.hosts = account.hosts;
    if (account.hdhomerun) {
        lists.fresh_channels = co_await fetch_device(lists, progress);
        lists.complete = lists.fresh_channels;
        co_return lists;
    }
    const bool playlist_first = account.playlist && (options_.live_only || account.hosts.empty());
    bool had = false;
    for (const bool playlist : {playlist_first, !playlist_first}) {
        if (had || stop_.stop_requested()) {
            break;
        }
        had = playlist ? co_await fetch_playlist(lists, progress)
                       : co_await fetch_panel(lists, progress);
    }
    lists.complete = lists.complete && had;
    lists.fresh_channels = had;
    if (had && lists.complete) {
        lists.failure.reset(); // what was tried first is no matter
    }
    co_return lists;
}

asio::awaitable<Result<std::string>> AccountFetch::account_answer(
    Url url, const Account& account, bool shared, std::chrono::steady_clock::time_point& begin) {
    fetch::Request request(std::move(url));
    request.limits = options_.limits;
    request.limits.total = kAskLimit;
    const auto governor = governor_.for_account(account.key, governor_limits(options_));
    if (shared) {
        fetch::DownloadOptions download_options;
        download_options.accept = looks_like_json;
        download_options.governor = governor.get();
        download_options.max_bytes = kMaxStateBytes;
        download_options.retries = 1;
        auto download = co_await cache_.get(std::move(request), std::move(download_options));
        co_return download ? read_file(download->file, kMaxStateBytes)
                           : Result<std::string>(fail(std::move(download).error()));
    }
    const std::string from = request.url.redacted();
    auto permit = co_await governor->acquire(request, kAskPatience);
    if (!permit) {
        co_return fail(std::move(permit).error());
    }
    begin = std::chrono::steady_clock::now(); // it is the host that is measured, not the queue
    auto answer = co_await client_.get(std::move(request), kMaxStateBytes);
    fetch::report(**permit, answer);
    if (!answer) {
        co_return fail(std::move(answer).error());
    }
    if (answer->head.status != 200) {
        co_return fail(Error::from_http_status(answer->head.status,
            from + " answers with status " + std::to_string(answer->head.status)));
    }
    co_return std::move(answer->body);
}

asio::awaitable<HostHealth> AccountFetch::ask(
    const provider::XtreamUrls& host, const Account& account, bool shared) {
    HostHealth health;
    health.base = host.base().redacted();
    auto url = host.player_api(XtreamAction::account);
    if (!url) {
        health.error = std::move(url).error();
        co_return health;
    }
    auto begin = std::chrono::steady_clock::now();
    auto answer = co_await account_answer(std::move(*url), account, shared, begin);
    health.latency =
        std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
    if (!answer) {
        health.error = std::move(answer).error();
        co_return health;
    }
    auto read = provider::read_xtream_account(provider::text_chunks(*answer));
    if (read) {
        health.account = std::move(*read);
    } else {
        health.error = std::move(read).error().with_context(health.base);
    }
    co_return health;
}

asio::awaitable<std::vector<HostHealth>> AccountFetch::ask_hosts(const Account& account) {
    std::vector<HostHealth> health(account.hosts.size());
    // With one host there is nothing to measure, and one answer does for all processes.
    const bool shared = account.hosts.size() == 1;
    for (std::size_t i = 0; i < health.size(); ++i) {
        health[i].base = account.hosts[i].base().redacted();
        health[i].error = Error(ErrorCode::cancelled, "not asked");
    }
    const auto one = [&](std::size_t index) -> asio::awaitable<void> {
        co_await asio::this_coro::throw_if_cancelled(false);
        health[index] = co_await ask(account.hosts[index], account, shared);
    };
    co_await side_by_side(account.hosts.size(), one);
    co_return health;
}

asio::awaitable<void> AccountFetch::rank(AccountLists& lists) {
    if (options_.skip_health) {
        co_return;
    }
    const Account& account = *lists.account;
    const auto health = co_await ask_hosts(account);
    if (stop_.stop_requested()) {
        co_return;
    }
    const auto order = rank_hosts(health, best_host_[account.key]);
    lists.hosts.clear();
    for (const std::size_t index : order) {
        lists.hosts.push_back(account.hosts[index]);
        const HostHealth& host = health[index];
        if (!host.good()) {
            logger_.warn("provider host is not well",
                {{"host", host.base}, {"error", *host.error},
                    {"hosts", static_cast<std::int64_t>(health.size())}});
        }
    }
    if (!health.empty() && !health[order.front()].good()) {
        lists.failure = health[order.front()].error;
    }
    if (health.empty() || !health[order.front()].good()) {
        lists.hosts_are_down = std::ranges::all_of(health,
            [](const HostHealth& host) { return host.error && is_out_of_reach(*host.error); });
        lists.unreachable = lists.hosts_are_down;
        co_return;
    }
    best_host_[account.key] = health[order.front()].base;
    lists.state = health[order.front()].account;
    const provider::XtreamAccount& state = *lists.state;
    if (state.expired(SystemClock().wall())) {
        logger_.error("the account has expired or is not active; ask the provider",
            {{"account", account.tag.empty() ? account.key : account.tag},
                {"status", state.status_text}});
    }
    if (!state.output_formats.empty() &&
        std::ranges::find(state.output_formats, "ts") == state.output_formats.end() &&
        std::ranges::find(state.output_formats, "m3u8") != state.output_formats.end()) {
        lists.live_extension = "m3u8";
    }
}

asio::awaitable<bool> AccountFetch::fetch_panel(AccountLists& lists, const ProgressSink& progress) {
    if (lists.account->hosts.empty()) {
        co_return false;
    }
    if (progress) {
        progress({.phase = "asking the provider"});
    }
    co_await rank(lists);
    bool channels = true;
    for (const PanelList& list : kLiveLists) {
        if (progress) {
            progress({.phase = list.phase});
        }
        const bool had = co_await fetch_from_hosts(lists, list.kind, list.action);
        channels = channels && (had || is_categories(list.kind));
        lists.complete = lists.complete && had;
    }
    // A panel that gives no channels is not asked for more; what it gave last is looked up.
    lists.unreachable = lists.unreachable || !channels;
    if (!options_.live_only) {
        for (const PanelList& list : kVodLists) {
            if (progress) {
                progress({.phase = list.phase});
            }
            const bool had = co_await fetch_from_hosts(lists, list.kind, list.action);
            lists.complete = lists.complete && had;
        }
    }
    co_return channels;
}

asio::awaitable<bool> AccountFetch::fetch_from_hosts(
    AccountLists& lists, ListKind kind, XtreamAction action) {
    FetchedList& list = lists.list(kind);
    for (const provider::XtreamUrls& host : lists.hosts) {
        auto url = host.player_api(action);
        if (!url) {
            continue;
        }
        if (list.good.empty()) {
            list.good = cache_.last_good(fetch::Request(*url));
        }
        if (stop_.stop_requested() || lists.unreachable) {
            continue; // only what was good last
        }
        auto download = co_await get(*url, *lists.account, kind);
        if (download) {
            list.fresh = std::move(download->file);
            list.body_id = std::move(download->body_id);
            list.cached = true;
            co_return true;
        }
        if (!stop_.stop_requested()) {
            logger_.warn(
                "list not had from here", {{"list", to_string(kind)}, {"error", download.error()}});
        }
        lists.failure = lists.failure.value_or(download.error());
    }
    list.body_id = "none";
    co_return false;
}

asio::awaitable<bool> AccountFetch::fetch_playlist(
    AccountLists& lists, const ProgressSink& progress) {
    const Account& account = *lists.account;
    if (progress) {
        progress({.phase = "fetching the playlist"});
    }
    FetchedList& list = lists.list(ListKind::playlist);
    const bool hosts_are_down = lists.hosts_are_down;
    std::vector<Location> places;
    const bool built = !account.playlist;
    if (account.playlist) {
        places.push_back(*account.playlist);
    } else {
        for (const provider::XtreamUrls& host : lists.hosts) {
            if (auto url = host.playlist(lists.live_extension)) {
                places.emplace_back(std::move(*url));
            }
        }
    }
    for (const Location& place : places) {
        if (const auto* file = std::get_if<std::filesystem::path>(&place)) {
            list.fresh = *file; // whether it is there, the assembly will tell
            list.body_id = file_state(*file);
            lists.playlist_from = place;
            co_return true;
        }
        const Url& url = std::get<Url>(place);
        if (list.good.empty()) {
            list.good = cache_.last_good(fetch::Request(url));
            lists.playlist_from = place;
        }
        if (stop_.stop_requested() || (built && hosts_are_down)) {
            continue;
        }
        auto download = co_await get(url, account, ListKind::playlist);
        if (download) {
            logger_.info(
                "playlist fetched", {{"url", url}, {"not_modified", download->not_modified}});
            list.fresh = std::move(download->file);
            list.body_id = std::move(download->body_id);
            list.cached = true;
            lists.playlist_from = download->effective_url;
            co_return true;
        }
        if (!stop_.stop_requested()) {
            logger_.warn("playlist not had from here", {{"error", download.error()}});
        }
        lists.failure = lists.failure.value_or(download.error());
    }
    list.body_id = "none";
    co_return false;
}

asio::awaitable<Result<fetch::Download>> AccountFetch::get(
    const Url& url, const Account& account, ListKind kind) {
    fetch::Request request(url);
    request.limits = options_.limits;
    fetch::DownloadOptions download_options;
    download_options.accept =
        kind == ListKind::playlist ? provider::looks_like_m3u : looks_like_json;
    const auto governor = governor_.for_account(account.key, governor_limits(options_));
    download_options.governor = governor.get();
    co_return co_await cache_.get(std::move(request), std::move(download_options));
}

} // namespace plex_tuner::engine
