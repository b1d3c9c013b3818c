// SPDX-License-Identifier: GPL-3.0-or-later
#include "series_pass.hpp"

#include "side_by_side.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/provider/chunks.hpp>
#include <plex_tuner/provider/series_details.hpp>

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace plex_tuner::engine {

namespace {

using provider::SeriesReference;

/// Requests in a row under one permit: the ledger is asked once for all of them.
constexpr int kRequestsPerPermit = 25;
/// Series stored at once: so many are lost when the power fails.
constexpr std::size_t kBatch = 250;
/// A provider that wants to be left alone for longer gets its wish: the pass goes on another time.
constexpr std::chrono::minutes kPatience{2};
/// A panel that does not say when a series was changed is asked again after so long.
constexpr std::chrono::days kUnknownFor{7};
constexpr std::chrono::milliseconds kOthersTurn{250};
/// Failures in a row that end the pass.
constexpr std::size_t kMaxFailuresInARow = 20;

} // namespace

SeriesPass::SeriesPass(fetch::Client& client, SharedGovernor& governor, state::DetailStore& details,
    BuildThread& build_thread, const IndexOptions& options, log::Logger logger)
    : client_(client), governor_(governor), details_(details), build_thread_(build_thread),
      options_(options), logger_(std::move(logger)) {}

void SeriesPassOutcome::add(const SeriesPassOutcome& other) {
    wanted += other.wanted;
    fetched += other.fetched;
    failed += other.failed;
    episodes += other.episodes;
    seasons += other.seasons;
    const std::size_t room = kMaxFailures - std::min(kMaxFailures, failures.size());
    std::ranges::copy_n(other.failures.begin(),
        static_cast<std::ptrdiff_t>(std::min(room, other.failures.size())),
        std::back_inserter(failures));
    complete = complete && other.complete;
}

bool SeriesPass::is_current(
    const state::DetailStamp& stamp, const SeriesReference& series, WallTime now) const {
    if (pass_options_.older_than && now - stamp.fetched_at >= *pass_options_.older_than) {
        return false;
    }
    if (series.last_modified != 0) {
        return stamp.last_modified == std::to_string(series.last_modified);
    }
    return now - stamp.fetched_at < kUnknownFor;
}

Result<SeriesPass::Plan> SeriesPass::plan(const AccountLists& lists) {
    const auto file_of = [&](ListKind kind) {
        const FetchedList& list = lists.list(kind);
        return list.fresh.empty() ? list.good : list.fresh;
    };
    const provider::XtreamList files{
        .categories = file_of(ListKind::series_categories), .records = file_of(ListKind::series)};
    auto series = provider::list_series(files, options_.filters);
    // What other processes keep of the account may be what our filters leave out.
    const auto all = provider::list_series(files, {});
    if (!series || !all) {
        return fail(series ? all.error() : series.error());
    }
    auto right = details_.try_begin_pass(lists.account->key);
    if (!right) {
        return fail(std::move(right).error());
    }
    auto stamps = details_.stamps(lists.account->key);
    if (!stamps) {
        return fail(std::move(stamps).error());
    }
    std::unordered_map<std::string_view, const state::DetailStamp*> known;
    known.reserve(stamps->size());
    for (const state::DetailStamp& stamp : *stamps) {
        known.emplace(stamp.id, &stamp);
    }
    Plan plan;
    plan.right = std::move(*right);
    for (const SeriesReference& one : *all) {
        plan.all.push_back(one.id);
    }
    const WallTime now = SystemClock().wall();
    for (SeriesReference& one : *series) {
        const auto stamp = known.find(one.id);
        if (stamp == known.end() || !is_current(*stamp->second, one, now)) {
            plan.wanted.push_back(std::move(one));
        }
    }
    return plan;
}

asio::awaitable<SeriesPassOutcome> SeriesPass::run(const AccountLists& lists,
    const ProgressSink& progress, const std::function<bool()>& enough,
    SeriesPassOptions pass_options) {
    pass_options_ = pass_options;
    progress_ = &progress;
    enough_ = &enough;
    account_ = lists.account->key;
    auto plan = co_await build_thread_.run(
        [this, &lists] { return std::make_shared<Result<Plan>>(this->plan(lists)); });
    if (!*plan) {
        logger_.error("episodes not fetched", {{"error", plan->error()}});
        co_return outcome_;
    }
    std::ranges::move((*plan)->wanted, std::back_inserter(wanted_));
    (*plan)->wanted.clear();
    outcome_.wanted = wanted_.size();
    planned_ = std::min(wanted_.size(), pass_options_.limit);
    wanted_.resize(planned_);
    if (outcome_.wanted == 0) {
        outcome_.complete = true;
        co_return outcome_;
    }
    if (planned_ == 0) {
        co_return outcome_;
    }
    if (!(*plan)->right) {
        logger_.info(
            "another process fetches the episodes of this account", {{"series", wanted_.size()}});
        co_return outcome_;
    }
    logger_.info("fetching episodes", {{"series", planned_}, {"of", (*plan)->all.size()}});
    // One place is left to the lists, which somebody waits for.
    const auto workers = std::min<std::size_t>(
        static_cast<std::size_t>(std::max(options_.concurrency - 1, 1)), wanted_.size());
    co_await side_by_side(workers, [&](std::size_t) { return work(lists); });
    co_await store(true);
    outcome_.complete = !given_up_ && outcome_.fetched == outcome_.wanted;
    if (outcome_.complete) {
        auto erased = co_await build_thread_.run([this, &lists, &plan] {
            return details_.erase_missing(lists.account->key, (*plan)->all);
        });
        if (!erased) {
            logger_.warn(
                "episodes of series that are gone not removed", {{"error", erased.error()}});
        }
    }
    logger_.info("episodes fetched",
        {{"series", outcome_.fetched}, {"failed", outcome_.failed}, {"left", left()}});
    co_return outcome_;
}

asio::awaitable<void> SeriesPass::work(const AccountLists& lists) {
    co_await asio::this_coro::throw_if_cancelled(false);
    const state::GovernorLimits limits = governor_limits(options_);
    const std::string key = SharedGovernor::key_of(lists.hosts.front().base(), lists.account->key);
    while (!wanted_.empty() && !given_up_ && !(*enough_)()) {
        const int count =
            static_cast<int>(std::min<std::size_t>(kRequestsPerPermit, wanted_.size()));
        auto permit = co_await governor_.acquire(key, limits, count, kPatience);
        if (!permit) {
            if (!given_up_) {
                logger_.warn("the rest of the episodes comes with the next refresh",
                    {{"error", permit.error()}, {"left", left()}});
            }
            given_up_ = true;
            break;
        }
        if (!(*permit)->governed()) {
            logger_.warn("episodes are not fetched while nobody counts the requests");
            given_up_ = true;
            break;
        }
        co_await fetch_some(lists, **permit, static_cast<std::size_t>(count));
        permit->reset(); // before the disk is waited for
        co_await store(false);
        if (options_.concurrency == 1) {
            // Those who wait for a list look every tenth of a second.
            asio::steady_timer turn(co_await asio::this_coro::executor, kOthersTurn);
            co_await turn.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }
}

asio::awaitable<void> SeriesPass::fetch_some(
    const AccountLists& lists, fetch::RequestPermit& permit, std::size_t count) {
    std::optional<fetch::RequestOutcome> verdict;
    bool well = true;
    while (count > 0 && well && !wanted_.empty() && !given_up_ && !(*enough_)()) {
        std::vector<SeriesReference> asked;
        std::vector<Url> urls;
        for (; count > 0 && !wanted_.empty(); --count) {
            SeriesReference series = std::move(wanted_.front());
            wanted_.pop_front();
            auto url =
                lists.hosts.front().player_api(provider::XtreamAction::series_info, series.id);
            if (!url) {
                note_failure(series, url.error().message());
                continue;
            }
            asked.push_back(std::move(series));
            urls.push_back(std::move(*url));
        }
        if (urls.empty()) {
            break;
        }
        const auto answers = co_await ask_panel_in_turn(client_, std::move(urls), options_.limits);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            verdict = answers[i].verdict;
            well = answers[i].well;
            take(asked[i], answers[i]);
        }
        // Those it did not come to are still wanted.
        for (std::size_t i = asked.size(); i > answers.size(); --i, ++count) {
            wanted_.push_front(std::move(asked[i - 1]));
        }
    }
    if (verdict) {
        permit.report(*verdict);
    }
}

void SeriesPass::take(const SeriesReference& series, const PanelAnswer& answer) {
    std::optional<std::string> packed;
    std::optional<Error> failure;
    if (!answer.body) {
        failure = answer.body.error();
    } else if (auto read = provider::pack_series_info(provider::text_chunks(*answer.body)); read) {
        packed = std::move(*read);
    } else {
        failure = std::move(read).error();
    }
    if (packed) {
        failures_in_a_row_ = 0;
        ++outcome_.fetched;
        count_episodes(*packed);
        batch_.push_back({.id = series.id,
            .last_modified = std::to_string(series.last_modified),
            .fetched_at = SystemClock().wall(),
            .body = std::move(*packed)});
    } else {
        note_failure(
            series, failure ? failure->message() : std::string("the panel does not know it"));
        if (failure && failures_in_a_row_ == 0) {
            logger_.warn("episodes of a series not had, those it had stay",
                {{"series", series.id}, {"error", *failure}});
        }
        given_up_ = given_up_ || ++failures_in_a_row_ >= kMaxFailuresInARow;
    }
    if (*progress_) {
        (*progress_)({.phase = "fetching episodes",
            .done = outcome_.fetched + outcome_.failed,
            .total = planned_,
            .series = &outcome_});
    }
}

void SeriesPass::note_failure(const SeriesReference& series, std::string reason) {
    ++outcome_.failed;
    if (outcome_.failures.size() < SeriesPassOutcome::kMaxFailures) {
        outcome_.failures.push_back({.series = series.id, .reason = std::move(reason)});
    }
}

void SeriesPass::count_episodes(std::string_view packed) {
    std::optional<std::int32_t> season; // they come season by season
    provider::for_each_episode(packed, [&](const provider::XtreamEpisode& episode) {
        ++outcome_.episodes;
        outcome_.seasons += std::exchange(season, episode.season) == episode.season ? 0U : 1U;
    });
}

asio::awaitable<void> SeriesPass::store(bool all_of_it) {
    if (batch_.empty() || (!all_of_it && batch_.size() < kBatch)) {
        co_return;
    }
    auto stored =
        co_await build_thread_.run([this, account = account_, batch = std::exchange(batch_, {})] {
            return details_.put(account, batch);
        });
    if (!stored) {
        logger_.error("episodes not kept", {{"error", stored.error()}});
        given_up_ = true;
    }
}

} // namespace plex_tuner::engine
