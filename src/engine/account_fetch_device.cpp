// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts that are an HDHomeRun.
#include "account_fetch.hpp"

#include <plex_tuner/provider/hdhr_reader.hpp>

#include <utility>

namespace plex_tuner::engine {

asio::awaitable<std::optional<int>> AccountFetch::tuners_of(
    const Account& account, std::string root) {
    auto url = Url::parse(root + "/discover.json");
    std::chrono::steady_clock::time_point ignored;
    const auto answer = url ? co_await account_answer(std::move(*url), account, true, ignored)
                            : Result<std::string>(fail(url.error()));
    const auto device = answer ? provider::read_hdhr_device(provider::text_chunks(*answer))
                               : Result<provider::HdhrDevice>(fail(answer.error()));
    if (!device) {
        // Its lineup may be had all the same.
        logger_.warn("the HDHomeRun does not say how many tuners it has",
            {{"url", account.hdhomerun->redacted()}, {"error", device.error()}});
        co_return std::nullopt;
    }
    co_return device->tuner_count > 0 ? std::optional(device->tuner_count) : std::nullopt;
}

asio::awaitable<bool> AccountFetch::fetch_device(
    AccountLists& lists, const ProgressSink& progress) {
    const Account& account = *lists.account;
    const std::string base = account.hdhomerun->text();
    const std::string root = base.ends_with('/') ? base.substr(0, base.size() - 1) : base;
    FetchedList& list = lists.list(ListKind::lineup);
    list.body_id = "none";
    if (progress) {
        progress({.phase = "asking the HDHomeRun"});
    }
    const auto failed = [&](const Error& error) {
        if (!stop_.stop_requested()) {
            logger_.warn("lineup of the HDHomeRun not had", {{"error", error}});
        }
        lists.failure = lists.failure.value_or(error);
        return false;
    };
    auto lineup = Url::parse(root + "/lineup.json");
    if (!lineup) {
        co_return failed(lineup.error());
    }
    list.good = cache_.last_good(fetch::Request(*lineup));
    lists.tuners = co_await tuners_of(account, root);
    // Where the device says its lineup is, it may not be from here: behind another name, in a
    // container. All that are known have it here.
    auto download = co_await get(*lineup, account, ListKind::lineup);
    if (!download) {
        co_return failed(download.error());
    }
    list.fresh = std::move(download->file);
    list.body_id = std::move(download->body_id);
    list.cached = true;
    co_return true;
}

} // namespace plex_tuner::engine
