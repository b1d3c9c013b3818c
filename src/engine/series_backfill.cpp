// SPDX-License-Identifier: GPL-3.0-or-later
#include "one_run.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>
#include <plex_tuner/engine/series_backfill.hpp>

#include <algorithm>
#include <csignal>
#include <stop_token>
#include <utility>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>

namespace plex_tuner::engine {

namespace {

/// What is asked for is episodes: lists that are not older are taken from the cache.
constexpr std::chrono::hours kListAge{24};

class Backfill {
public:
    Backfill(const IndexOptions& options, const BackfillRequest& request, const log::Logger& logger)
        : options_(options), request_(request), logger_(logger) {
        options_.shared_max_age =
            std::max<std::chrono::milliseconds>(options_.shared_max_age, kListAge);
    }

    Result<BackfillReport> run(const fetch::ClientOptions& client_options);

private:
    [[nodiscard]] asio::awaitable<void> work(Indexer& indexer);
    [[nodiscard]] asio::awaitable<Result<void>> fill(Indexer& indexer);
    [[nodiscard]] Result<void> note(IndexOutcome outcome);
    void count();

    IndexOptions options_;
    const BackfillRequest& request_;
    const log::Logger& logger_;
    std::stop_source stop_; ///< of what comes before the episodes
    bool is_filling_ = false;
    BackfillReport report_;
    Result<void> result_;
};

Result<BackfillReport> Backfill::run(const fetch::ClientOptions& client_options) {
    auto ran = run_with_indexer(options_, client_options, stop_.get_token(), logger_,
        [this](Indexer& indexer) { return work(indexer); });
    if (ran) {
        ran = std::move(result_);
    }
    if (!ran && !report_.interrupted) {
        return fail(std::move(ran).error());
    }
    return std::move(report_);
}

asio::awaitable<void> Backfill::work(Indexer& indexer) {
    asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code& error, int) {
        if (error) {
            return;
        }
        report_.interrupted = true;
        logger_.info("stopping; once more ends it at once");
        if (!is_filling_) {
            stop_.request_stop();
        }
        signals.clear(); // so that the next one is the end
    });
    result_ = co_await fill(indexer);
    signals.cancel();
}

asio::awaitable<Result<void>> Backfill::fill(Indexer& indexer) {
    auto outcome = co_await indexer.index(IndexMode::guarded, request_.progress);
    if (!outcome) {
        co_return fail(std::move(outcome).error());
    }
    if (auto noted = note(std::move(*outcome)); !noted || !report_.held_back.empty()) {
        co_return noted;
    }
    is_filling_ = true; // from here on what was had is to be written
    SeriesPassOptions pass_options{.older_than = request_.older_than};
    pass_options.limit = request_.limit.value_or(pass_options.limit);
    report_.pass = co_await indexer.fetch_series(
        request_.progress, [this] { return report_.interrupted; }, pass_options);
    if (report_.pass.fetched > 0) {
        auto again = co_await indexer.assemble_again(request_.progress);
        if (!again) {
            co_return fail(std::move(again).error());
        }
        if (auto noted = note(std::move(*again)); !noted) {
            co_return noted;
        }
    }
    count();
    co_return Result<void>{};
}

Result<void> Backfill::note(IndexOutcome outcome) {
    report_.held_back = std::move(outcome.held_back);
    if (outcome.not_saved) {
        return fail(std::move(*outcome.not_saved));
    }
    return {};
}

void Backfill::count() {
    const auto catalog = catalog::read_catalog_file(options_.catalog);
    if (!catalog) {
        return;
    }
    report_.series = catalog->series().size();
    for (const catalog::Series& series : catalog->series()) {
        for (const catalog::Season& season : series.seasons) {
            report_.episodes += season.episodes.size();
        }
    }
}

} // namespace

Result<BackfillReport> run_series_backfill(const IndexOptions& options,
    const fetch::ClientOptions& client_options, const BackfillRequest& request,
    const log::Logger& logger) {
    return Backfill(options, request, logger).run(client_options);
}

} // namespace plex_tuner::engine
