// SPDX-License-Identifier: GPL-3.0-or-later
#include "refresher.hpp"

#include "file_state.hpp"
#include "location.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/catalog/catalog_file.hpp>
#include <plex_tuner/engine/lineup_preview.hpp>

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

namespace plex_tuner::engine {

namespace {

// A failing provider is asked again after 30 s, 1, 2, 4 … minutes: often enough to recover by
// itself, rarely enough not to be banned.
constexpr std::chrono::seconds kFirstRetry{30};
constexpr std::chrono::seconds kLongestRetry{900};
constexpr int kMaxDoublings = 5;
/// After so many retries of a refresh that brought good channels, or was held back, the next wait
/// is long.
constexpr int kUrgentRetries = 2;
constexpr std::chrono::seconds kCalmRetry{3'600};

} // namespace

Refresher::Refresher(fetch::Client& client, const ServiceOptions& options, Publication& publication,
    SharedSlots* slots, std::shared_ptr<ChannelBook> channels, std::shared_ptr<const Clock> clock,
    log::Logger logger)
    : client_(client), options_(options), publication_(publication), slots_(slots),
      channels_(std::move(channels)), clock_(std::move(clock)), logger_(std::move(logger)),
      guides_(options.index.state_directory), publisher_(publication, guides_),
      guide_refresh_(client, options, publisher_, guides_, build_thread_, counters_, clock_,
          stop_.get_token(), logger_),
      numbers_(logger_), wake_(thread_), ended_(thread_, asio::steady_timer::time_point::max()) {}

Result<void> Refresher::open() {
    if (auto opened = numbers_.open(number_book_file(options_.lineup, options_.lineup_name,
            options_.index.state_directory, options_.index.shared_directory));
        !opened) {
        return opened;
    }
    if (options_.index.accounts.empty()) {
        return {};
    }
    auto indexer = Indexer::open(client_, options_.index, build_thread_, slots_, channels_.get(),
        stop_.get_token(), logger_);
    if (!indexer) {
        return fail(std::move(indexer).error());
    }
    indexer_ = std::move(*indexer);
    guide_refresh_.share(*indexer_);
    return {};
}

void Refresher::load_last_state() {
    recall_guides();
    catalog_read_ = file_state(options_.index.catalog);
    auto catalog = catalog::read_catalog_file(options_.index.catalog);
    if (!catalog) {
        if (catalog.error().code() == ErrorCode::not_found) {
            logger_.info(
                "no catalog of an earlier run", {{"file", options_.index.catalog.string()}});
        } else {
            logger_.error("catalog not usable, starting without it", {{"error", catalog.error()}});
        }
        return;
    }
    if (indexer_ != nullptr) {
        indexer_->set_current(*catalog);
    }
    accept(std::make_shared<const catalog::Catalog>(std::move(*catalog)));
    has_catalog_ = true;
    const auto snapshot = publication_.get();
    logger_.info("serving the catalog of the last run",
        {{"file", options_.index.catalog.string()},
            {"channels", snapshot->lineup->channels().size()},
            {"guide", snapshot->guide != nullptr}});
}

void Refresher::accept(std::shared_ptr<const catalog::Catalog> catalog) {
    lineup::Report report;
    std::shared_ptr<const lineup::Lineup> lineup;
    bool refused = false;
    numbers_.update(options_.lineup.guide_number_offset, [&](lineup::NumberBook& book) {
        const lineup::NumberBook before = book;
        lineup = lineup::Lineup::build(catalog, options_.lineup, book, clock_->wall(), &report);
        refused = report.catalog_channels > 0 && lineup->channels().empty() && report.table &&
                  report.table->is_in_vain();
        if (refused) {
            book = before;
        }
    });
    tell_table(report, refused);
    if (refused) {
        // A table for another playlist, or a playlist with other names: an empty lineup helps
        // nobody.
        return;
    }
    tell(report);
    channels_->keep(*lineup);
    const bool published =
        publisher_.accept({lineup, std::make_shared<LineupDocuments>(lineup, channels_),
            lineup_fingerprint(*lineup, options_.version)});
    logger_.info(
        published ? "lineup published" : "lineup changed, it is served once its guide is built",
        {{"channels", lineup->channels().size()}, {"catalog_channels", report.catalog_channels},
            {"numbered_by_us", report.numbered_by_us}});
}

void Refresher::tell_table(const lineup::Report& report, bool refused) {
    std::string problem;
    if (report.table) {
        problem = lineup::table_problem(*options_.lineup.pipeline.table(), *report.table);
    }
    const auto snapshot = publication_.get();
    if (problem == snapshot->table_problem) {
        return;
    }
    if (refused) {
        const bool has_one = !snapshot->lineup->channels().empty();
        logger_.error(problem, {{"lineup", has_one ? "the one of before is kept" : "none"}});
    } else if (!problem.empty()) {
        logger_.warn(problem);
    }
    publication_.set_table_problem(std::move(problem));
}

void Refresher::tell(const lineup::Report& report) const {
    for (const lineup::StageReport& stage : report.stages) {
        if (stage.before != stage.after && stage.stage != lineup::kCapStage) {
            logger_.info("channels left out", {{"stage", stage.stage}, {"kept", stage.after},
                                                  {"left_out", stage.before - stage.after}});
        }
    }
    if (report.catalog_channels > 0 && !report.stages.empty() && report.stages.back().after == 0) {
        logger_.warn("no channel is left for the lineup; `plex-tuner lineup` says at which stage");
    }
    if (report.cut_by_cap > 0) {
        logger_.warn("lineup is capped; raise PLEX_TUNER_LINEUP_MAX_CHANNELS (-1: no cap) to serve "
                     "all, or divide it among tuners with PLEX_TUNER_LINEUP_SHARD",
            {{"served", report.stages.back().after}, {"left_out", report.cut_by_cap}});
    }
    if (report.division && report.division->without_room > 0) {
        logger_.warn("the shards are full; `plex-tuner lineup -shards` says how many are needed",
            {{"shards", report.division->shard_sizes.size()},
                {"left_out", report.division->without_room}});
    }
}

asio::awaitable<std::vector<state::GovernorStatus>> Refresher::provider_status() const {
    if (indexer_ == nullptr) {
        co_return std::vector<state::GovernorStatus>();
    }
    co_return co_await indexer_->governor().status();
}

asio::awaitable<std::vector<state::AccountSlots>> Refresher::account_slots() const {
    if (slots_ == nullptr) {
        co_return std::vector<state::AccountSlots>();
    }
    co_return co_await slots_->status();
}

asio::awaitable<std::optional<state::CoordinationState>> Refresher::coordination() const {
    std::optional<state::CoordinationState> slots;
    if (slots_ != nullptr) {
        slots = co_await slots_->coordination();
    }
    std::optional<state::CoordinationState> requests;
    if (indexer_ != nullptr) {
        requests = co_await indexer_->governor().coordination();
    }
    // Each has a connection of its own: what one finds out the other finds out a little later.
    co_return !slots || (requests && requests->phase < slots->phase) ? requests : slots;
}

void Refresher::start() {
    running_ = true;
    asio::co_spawn(thread_, run(),
        asio::bind_cancellation_slot(cancel_.slot(), [this](const std::exception_ptr& failure) {
            running_ = false;
            ended_.cancel();
            if (failure) {
                std::rethrow_exception(failure); // a bug: nothing can go on
            }
        }));
}

void Refresher::request_stop() {
    stop_.request_stop();
    asio::post(thread_, [this] {
        wake_.cancel();
        cancel_.emit(asio::cancellation_type::terminal);
    });
}

asio::awaitable<void> Refresher::stop() {
    request_stop();
    // No cancellation: Asio 1.81 would hand it to the other thread in memory of the waiter.
    co_await asio::co_spawn(thread_, wait_until_ended(),
        asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
}

asio::awaitable<void> Refresher::wait_until_ended() {
    while (running_) {
        co_await ended_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

asio::awaitable<void> Refresher::run() {
    // Cancelled operations report it in their results; nothing here is torn down half way.
    co_await asio::this_coro::throw_if_cancelled(false);
    Outcome outcome;
    if (options_.skip_first_index) {
        logger_.info("index skipped at start");
        schedule_next();
        outcome.guide = co_await guide_refresh_.refresh(guide_sources());
    } else {
        outcome = co_await refresh_everything();
    }
    while (!stop_.stop_requested()) {
        mark_refreshed(outcome);
        logger_.info("refresh is over", {{"good", outcome.is_good()}});
        const Due due = co_await wait_for_next(outcome);
        if (stop_.stop_requested()) {
            break;
        }
        if (due == Due::failed_guides) {
            outcome.guide = co_await guide_refresh_.retry();
        } else {
            outcome = co_await refresh_everything();
        }
    }
}

void Refresher::schedule_next() {
    if (options_.refresh.count() > 0) {
        next_full_refresh_ = asio::steady_timer::clock_type::now() + options_.refresh;
    }
}

void Refresher::mark_refreshed(const Outcome& outcome) {
    if (outcome.refreshed && outcome.guide.written) {
        publication_.mark_refreshed(clock_->wall());
    }
}

asio::awaitable<Refresher::Due> Refresher::wait_for_next(const Outcome& last) {
    const auto now = asio::steady_timer::clock_type::now();
    failures_in_a_row_ = last.is_good() ? 0 : failures_in_a_row_ + 1;
    auto wake_at = next_full_refresh_;
    if (!last.is_good()) {
        const bool calm = !last.playlist_good && !retry_is_urgent_ && last.guide.written &&
                          last.guide.sources_good && failures_in_a_row_ > kUrgentRetries;
        const auto retry =
            calm ? kCalmRetry
                 : std::min(kLongestRetry,
                       kFirstRetry * (1 << std::min(failures_in_a_row_ - 1, kMaxDoublings)));
        wake_at = std::min(wake_at, now + retry);
        logger_.info("refresh will be tried again",
            {{"in_seconds", std::chrono::ceil<std::chrono::seconds>(wake_at - now).count()}});
    }
    if (indexer_ != nullptr && !triggered_) {
        co_await fetch_series(wake_at);
    }
    if (!triggered_ && !stop_.stop_requested()) {
        wake_.expires_at(wake_at);
        co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    const bool everything = std::exchange(triggered_, false) || !last.playlist_good ||
                            asio::steady_timer::clock_type::now() >= next_full_refresh_;
    co_return everything ? Due::everything : Due::failed_guides;
}

void Refresher::trigger() {
    asio::post(thread_, [this] {
        triggered_ = true;
        wake_.cancel();
    });
}

asio::awaitable<Refresher::Outcome> Refresher::refresh_everything() {
    if (hook_) {
        hook_();
    }
    ++counters_.refreshes;
    schedule_next();
    Outcome outcome;
    outcome.playlist_good =
        indexer_ == nullptr ? co_await reread_catalog() : co_await refresh_lineup();
    outcome.refreshed = outcome.playlist_good;
    if (!stop_.stop_requested()) {
        outcome.guide = co_await guide_refresh_.refresh(guide_sources());
    }
    co_return outcome;
}

asio::awaitable<bool> Refresher::reread_catalog() {
    const std::string state = file_state(options_.index.catalog);
    if (has_catalog_ && state == catalog_read_) {
        co_return true;
    }
    auto catalog = co_await build_thread_.run(
        [file = options_.index.catalog] { return catalog::read_catalog_file(file); });
    if (stop_.stop_requested()) {
        co_return false;
    }
    if (!catalog) {
        ++counters_.playlist_failures;
        logger_.error("catalog not read, the last good lineup stays",
            {{"error", catalog.error()},
                {"channels", publication_.get()->lineup->channels().size()}});
        co_return false;
    }
    catalog_read_ = state;
    has_catalog_ = true;
    accept(std::make_shared<const catalog::Catalog>(std::move(*catalog)));
    co_return true;
}

std::string_view Refresher::text_of_failure() const {
    return publication_.get()->lineup->channels().empty()
               ? "playlist refresh failed, and there is no lineup yet"
               : "playlist refresh failed, the last good lineup stays";
}

asio::awaitable<bool> Refresher::refresh_lineup() {
    auto index = co_await indexer_->index(IndexMode::guarded, {});
    if (stop_.stop_requested()) {
        co_return false;
    }
    retry_is_urgent_ = true;
    if (!index) {
        ++counters_.playlist_failures;
        logger_.error(
            text_of_failure(), {{"error", index.error()},
                                   {"channels", publication_.get()->lineup->channels().size()}});
        co_return false;
    }
    co_return take(std::move(*index));
}

bool Refresher::take(IndexOutcome index) {
    publication_.set_held_back(index.held_back);
    // A loss waits for a human, a list that is missing beside good channels for the provider:
    // asking for everything every few minutes would help neither.
    retry_is_urgent_ = index.held_back.empty() && !index.fresh_channels;
    if (!index.held_back.empty()) {
        ++counters_.playlist_failures;
        logger_.error("refresh held back, the last good catalog stays; if it is right, accept it "
                      "with: plex-tuner index -accept-shrink, then SIGHUP",
            {{"reason", index.held_back}, {"max_percent", options_.index.max_shrink}});
        return false;
    }
    if (index.not_saved) {
        logger_.error("catalog not saved; a restart would start from the older one",
            {{"error", *index.not_saved}});
    }
    if (index.catalog) {
        counters_.playlist_skipped_lines = index.skipped_lines;
        accept(std::move(index.catalog));
    } else if (index.complete) {
        logger_.info("nothing has changed at the providers");
    }
    if (index.guides) {
        remember_guides(std::move(*index.guides));
    }
    if (!index.complete) {
        ++counters_.playlist_failures;
        logger_.error(index.fresh_channels
                          ? "a list could not be had, the last good one stands in for it"
                          : text_of_failure(),
            {{"error", index.failure.value_or(Error(ErrorCode::unavailable, "no answer"))},
                {"channels", publication_.get()->lineup->channels().size()}});
    }
    return index.complete && !index.not_saved;
}

asio::awaitable<void> Refresher::fetch_series(asio::steady_timer::time_point until) {
    const auto enough = [this, until] {
        return stop_.stop_requested() || triggered_ ||
               asio::steady_timer::clock_type::now() >= until;
    };
    const auto pass = co_await indexer_->fetch_series({}, enough);
    if (pass.fetched == 0 || stop_.stop_requested()) {
        co_return;
    }
    if (auto index = co_await indexer_->assemble_again({})) {
        static_cast<void>(take(std::move(*index)));
        logger_.info("catalog has its episodes", {{"series", pass.fetched}});
    }
}

} // namespace plex_tuner::engine
