// SPDX-License-Identifier: GPL-3.0-or-later
#include "one_run.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>
#include <plex_tuner/engine/index_run.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace plex_tuner::engine {

namespace {

void count(IndexReport& report, const catalog::Catalog& catalog) {
    report.channels = catalog.live_channels().size();
    report.films = catalog.movies().size();
    report.series = catalog.series().size();
    report.episodes = 0;
    for (const catalog::Series& series : catalog.series()) {
        for (const catalog::Season& season : series.seasons) {
            report.episodes += season.episodes.size();
        }
    }
    report.channels_with_guide_id = static_cast<std::size_t>(std::ranges::count_if(
        catalog.live_channels(), [](const auto& channel) { return !channel.tvg_id.empty(); }));
    report.channels_with_backups = static_cast<std::size_t>(std::ranges::count_if(
        catalog.live_channels(), [](const auto& channel) { return channel.sources.size() > 1; }));
}

/// Takes over what an index run came to.
Result<void> note(IndexReport& report, IndexOutcome outcome) {
    report.change = outcome.change;
    report.complete = outcome.complete;
    report.held_back = std::move(outcome.held_back);
    report.unchanged = !outcome.assembled;
    if (outcome.catalog) {
        count(report, *outcome.catalog);
    }
    if (outcome.not_saved) {
        return fail(std::move(*outcome.not_saved));
    }
    return {};
}

asio::awaitable<Result<IndexReport>> run(
    Indexer& indexer, const IndexOptions& options, const IndexRequest& request) {
    IndexReport report;
    auto outcome = co_await indexer.index(request.dry_run         ? IndexMode::dry_run
                                          : request.accept_shrink ? IndexMode::accept_shrink
                                                                  : IndexMode::guarded,
        request.progress);
    if (!outcome) {
        co_return fail(std::move(outcome).error());
    }
    if (auto noted = note(report, std::move(*outcome)); !noted) {
        co_return fail(std::move(noted).error());
    }
    if (request.dry_run || !report.held_back.empty()) {
        co_return report;
    }
    const auto pass = co_await indexer.fetch_series(request.progress, [] { return false; });
    report.series_fetched = pass.fetched;
    report.series_failed = pass.failed;
    report.series_left = pass.wanted - pass.fetched;
    if (pass.fetched > 0) {
        const auto first_change = report.change;
        auto again = co_await indexer.assemble_again(request.progress);
        if (!again) {
            co_return fail(std::move(again).error());
        }
        if (auto noted = note(report, std::move(*again)); !noted) {
            co_return fail(std::move(noted).error());
        }
        report.change = first_change; // the second one knows of episodes alone
    }
    if (report.unchanged && report.channels == 0) {
        if (const auto catalog = catalog::read_catalog_file(options.catalog)) {
            count(report, *catalog);
        }
    }
    co_return report;
}

} // namespace

Result<IndexReport> run_index(const IndexOptions& options,
    const fetch::ClientOptions& client_options, const IndexRequest& request,
    const log::Logger& logger) {
    std::optional<Result<IndexReport>> result;
    auto ran = run_with_indexer(options, client_options, std::stop_token(), logger,
        [&](Indexer& indexer) -> asio::awaitable<void> {
            result = co_await run(indexer, options, request);
        });
    if (!ran) {
        return fail(std::move(ran).error());
    }
    return std::move(*result);
}

} // namespace plex_tuner::engine
