// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_refresh.hpp"

#include "guide_health.hpp"
#include "location.hpp"

#include <plex_tuner/base/hour_shift.hpp>
#include <plex_tuner/fetch/download.hpp>

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

namespace plex_tuner::engine {

namespace {

// How long a lineup may wait for its guide before it gets one from what is at hand.
constexpr std::chrono::seconds kStandInDelay{3};
// A guide that cannot be renewed is replaced by placeholders before it has run out (they reach two
// days ahead).
constexpr std::chrono::hours kLongestKept{24};

void add_state_of(std::string& text, const std::filesystem::path& file) {
    std::error_code error;
    text +=
        file.string() + " " + std::to_string(std::filesystem::file_size(file, error)) + " " +
        std::to_string(std::filesystem::last_write_time(file, error).time_since_epoch().count()) +
        "\n";
}

} // namespace

GuideRefresh::GuideRefresh(fetch::Client& client, const ServiceOptions& options,
    LineupPublisher& publisher, const GuideStore& guides, BuildThread& build_thread,
    RefreshCounters& counters, std::shared_ptr<const Clock> clock, std::stop_token stop,
    log::Logger logger)
    : client_(client), options_(options), publisher_(publisher), guides_(guides),
      counters_(counters), clock_(std::move(clock)), stop_(std::move(stop)),
      logger_(std::move(logger)), files_(options.index.state_directory),
      build_thread_(build_thread), writer_(options, guides, build_thread, clock_, stop_, logger_) {}

asio::awaitable<GuideOutcome> GuideRefresh::refresh(
    std::optional<std::vector<GuideSource>> sources) {
    sources_known_ = sources.has_value();
    const auto now = asio::steady_timer::clock_type::now();
    const std::vector<Source> before = std::exchange(sources_, {});
    for (GuideSource& where : sources.value_or(std::vector<GuideSource>())) {
        const auto known = std::ranges::find(before, where.alternatives,
            [](const Source& source) { return source.where.alternatives; });
        const bool is_young = known != before.end() && known->downloaded && !known->fresh.empty() &&
                              now - known->fetched < where.max_age;
        sources_.push_back({.where = std::move(where)});
        if (is_young) {
            sources_.back().fresh = known->fresh;
            sources_.back().downloaded = true;
            sources_.back().fetched = known->fetched;
        }
    }
    co_return co_await fetch_and_build();
}

asio::awaitable<GuideOutcome> GuideRefresh::retry() {
    co_return co_await fetch_and_build();
}

asio::awaitable<GuideOutcome> GuideRefresh::fetch_and_build() {
    using asio::experimental::awaitable_operators::operator&&;
    if (publisher_.in_want_of_guide().lineup->channels().empty()) {
        co_return GuideOutcome{};
    }
    add_short_guide();
    all_fetched_ = false;
    asio::steady_timer stand_in_delay(co_await asio::this_coro::executor, kStandInDelay);
    co_await (fetch_missing(stand_in_delay) && stand_in(stand_in_delay));
    if (stop_.stop_requested()) {
        co_return GuideOutcome{.written = false, .sources_good = false};
    }
    GuideOutcome outcome = co_await build(GuidePlan(candidates()));
    co_await complete_from_panels(outcome);
    outcome.sources_good =
        outcome.sources_good && std::ranges::none_of(sources_, [](const Source& source) {
            return source.fresh.empty() && !source.is_absent;
        });
    if (stop_.stop_requested()) {
        co_return outcome;
    }
    if (!outcome.written || !outcome.sources_good) {
        ++counters_.guide_failures;
    } else if (sources_known_) {
        std::vector<GuideSource> present;
        present.reserve(sources_.size());
        for (const Source& source : sources_) {
            present.push_back(source.where);
        }
        files_.remove_others(present);
    }
    co_return outcome;
}

bool GuideRefresh::clients_lack_a_guide() const {
    return publisher_.lineup_waits() || publisher_.served()->guide == nullptr;
}

bool GuideRefresh::served_guide_is_worth_keeping() const {
    if (clients_lack_a_guide()) {
        return false;
    }
    const bool has_no_sources = sources_known_ && sources_.empty();
    const WallTime written = publisher_.served()->guide->plain.modified;
    return !has_no_sources && clock_->wall() - written < kLongestKept;
}

asio::awaitable<void> GuideRefresh::stand_in(asio::steady_timer& delay) {
    co_await asio::this_coro::throw_if_cancelled(false);
    if (all_fetched_ || !clients_lack_a_guide()) {
        co_return;
    }
    const auto [cancelled] = co_await delay.async_wait(asio::as_tuple(asio::use_awaitable));
    if (cancelled || stop_.stop_requested()) {
        co_return;
    }
    logger_.info("guide is slow to arrive, serving one from what is at hand");
    auto earlier = candidates();
    for (GuidePlan::Candidate& candidate : earlier) {
        candidate.fresh.clear(); // it may be replaced while it is read
    }
    static_cast<void>(co_await build(GuidePlan(std::move(earlier))));
}

std::vector<GuidePlan::Candidate> GuideRefresh::candidates() const {
    std::vector<GuidePlan::Candidate> candidates;
    for (const Source& source : sources_) {
        const auto good = files_.last_good(source.where);
        candidates.push_back({source.fresh, is_there(good) ? good : std::filesystem::path()});
    }
    return candidates;
}

std::string GuideRefresh::inputs_of(
    const PreparedLineup& lineup, const std::vector<GuidePlan::Reading>& readings) const {
    const auto hour = std::chrono::floor<std::chrono::hours>(clock_->wall());
    std::string text = lineup.fingerprint + " " + std::to_string(hour.time_since_epoch().count());
    if (!options_.guide_aliases.empty()) {
        add_state_of(text, options_.guide_aliases);
    }
    for (const GuidePlan::Reading& reading : readings) {
        add_state_of(text.append("\n"), reading.file);
    }
    return text;
}

std::vector<GuideFileInput> GuideRefresh::inputs(
    const std::vector<GuidePlan::Reading>& readings) const {
    std::vector<GuideFileInput> inputs;
    for (const GuidePlan::Reading& reading : readings) {
        const Source& source = sources_[reading.source];
        inputs.push_back({.file = reading.file,
            .shift = source.where.shift,
            .device = source.where.device,
            .is_shared = reading.file == source.fresh && !source.by_channel_id,
            .by_channel_id = source.by_channel_id});
    }
    return inputs;
}

std::string GuideRefresh::name_of(const Source& source) const {
    return source.by_channel_id ? "the panel, channel by channel"
                                : redacted_text(source.where.alternatives.front());
}

void GuideRefresh::add_short_guide() {
    if (options_.short_guide_channels == 0 ||
        std::ranges::any_of(sources_, &Source::by_channel_id) || !is_there(files_.short_guide())) {
        return;
    }
    sources_.push_back({.where = {.alternatives = {files_.short_guide()}},
        .fresh = files_.short_guide(),
        .by_channel_id = true});
}

asio::awaitable<void> GuideRefresh::complete_from_panels(GuideOutcome& outcome) {
    if (options_.short_guide_channels == 0 || indexer_ == nullptr || !outcome.written ||
        uncovered_.empty()) {
        co_return;
    }
    const auto told =
        co_await indexer_->fetch_short_guide(uncovered_, options_.short_guide_channels,
            files_.short_guide(), [this] { return stop_.stop_requested(); });
    if (!told.file_changed || stop_.stop_requested()) {
        co_return;
    }
    add_short_guide();
    const GuideOutcome completed = co_await build(GuidePlan(candidates()));
    outcome.written = completed.written;
    outcome.sources_good = outcome.sources_good && completed.sources_good;
}

asio::awaitable<GuideOutcome> GuideRefresh::build(GuidePlan plan) {
    const PreparedLineup lineup = publisher_.in_want_of_guide();
    // Before they are read: what changes meanwhile is another input, for the next refresh.
    std::string inputs = inputs_of(lineup, plan.readings());
    if (!clients_lack_a_guide() && inputs == last_inputs_) {
        logger_.info("guide is up to date");
        co_return GuideOutcome{};
    }
    GuideOutcome outcome;
    auto readings = plan.readings();
    auto written = co_await writer_.write(lineup.lineup, this->inputs(readings));
    if (written) {
        const auto faults = plan.learn(written->report.sources);
        outcome.sources_good = faults.empty();
        if (handle(faults)) {
            readings = plan.readings();
            inputs = inputs_of(lineup, readings);
            written = co_await writer_.write(lineup.lineup, this->inputs(readings));
            if (written) {
                handle(plan.learn(written->report.sources));
            }
        }
    }
    if (!written) {
        if (!stop_.stop_requested()) {
            logger_.error(
                "guide not written, the last good one stays", {{"error", written.error()}});
        }
        co_return GuideOutcome{.written = false, .sources_good = outcome.sources_good};
    }
    keep_good_ones(plan);
    uncovered_ = std::move(written->uncovered);
    if (written->report.source_programmes() == 0 && served_guide_is_worth_keeping()) {
        logger_.warn("no guide source gives a programme, the last good guide stays",
            {{"sources", sources_.size()}});
        co_return outcome;
    }
    std::vector<std::string> names;
    for (const GuidePlan::Reading& reading : readings) {
        names.push_back(name_of(sources_[reading.source]));
    }
    outcome.written = co_await publish(lineup, make_guide_facts(lineup.fingerprint, clock_->wall(),
                                                   written->report, written->links, names));
    if (outcome.written) {
        last_inputs_ = std::move(inputs);
        report(*written, readings);
    }
    co_return outcome;
}

bool GuideRefresh::handle(const std::vector<GuidePlan::Fault>& faults) {
    bool build_again = false;
    for (const GuidePlan::Fault& fault : faults) {
        logger_.error(fault.last_good_takes_over
                          ? "guide source not usable, its last good one is used"
                          : "guide source not usable",
            {{"error", fault.reason}});
        if (fault.was_fresh) {
            Source& source = sources_[fault.source];
            files_.forget_download(source.where);
            if (indexer_ != nullptr && source.downloaded) {
                indexer_->forget(source.fresh);
            }
            source.fresh.clear();
        }
        build_again = build_again || fault.last_good_takes_over;
    }
    return build_again;
}

void GuideRefresh::keep_good_ones(const GuidePlan& plan) {
    for (const std::size_t index : plan.good_fresh_sources()) {
        const Source& source = sources_[index];
        if (auto kept = files_.keep(source.fresh, source.where, source.downloaded); !kept) {
            logger_.warn("last good guide source not kept", {{"error", kept.error()}});
        }
    }
}

asio::awaitable<bool> GuideRefresh::publish(
    const PreparedLineup& lineup, std::shared_ptr<const GuideFacts> facts) {
    const auto adopted = co_await build_thread_.run(
        [guides = guides_, fingerprint = lineup.fingerprint] { return guides.adopt(fingerprint); });
    if (!adopted) {
        logger_.error("guide not replaced, the last good one stays", {{"error", adopted.error()}});
        co_return false;
    }
    const auto served = publisher_.served();
    const bool clients_have_gzip = served->guide != nullptr && served->guide->gzip.has_value();
    if (publisher_.lineup_waits() && clients_have_gzip) {
        co_await compress(lineup);
    }
    // With the guide they belong to: they say where in it programmes stand.
    publisher_.serve(lineup, facts);
    if (auto saved = save_guide_health(options_.index.state_directory, *lineup.lineup, *facts);
        !saved) {
        logger_.warn(
            "guide health not saved for `plex-tuner guide-health`", {{"error", saved.error()}});
    }
    co_await compress(lineup);
    publisher_.serve(lineup, std::move(facts));
    guides_.remove_others(lineup.fingerprint);
    co_return true;
}

asio::awaitable<void> GuideRefresh::compress(const PreparedLineup& lineup) {
    const auto guide = guides_.open(lineup.fingerprint);
    if (guide == nullptr || guide->gzip) {
        co_return;
    }
    const auto compressed =
        co_await build_thread_.run([file = guides_.path(lineup.fingerprint), stop = stop_] {
            return guide::compress_guide(file, stop);
        });
    if (!compressed && !stop_.stop_requested()) {
        logger_.error("guide not compressed", {{"error", compressed.error()}});
    }
}

void GuideRefresh::report(
    const WrittenGuide& written, const std::vector<GuidePlan::Reading>& readings) {
    const guide::GuideReport& report = written.report;
    for (std::size_t i = 0; i < readings.size() && readings.size() > 1; ++i) {
        logger_.info("guide source used", {{"source", name_of(sources_[readings[i].source])},
                                              {"programmes", report.sources[i].programmes},
                                              {"written", report.sources[i].written}});
    }
    for (std::size_t i = 0; i < readings.size(); ++i) {
        if (const auto late = report.sources[i].likely_offset) {
            logger_.warn("guide source seems to be off; its XMLTV_SHIFT would mend that",
                {{"source", name_of(sources_[readings[i].source])}, {"minutes_late", late->count()},
                    {"shift_hours",
                        format_hour_shift(sources_[readings[i].source].where.shift - *late)}});
        }
    }
    for (const guide::SourceReport& source : report.sources) {
        if (!source.mended.empty()) {
            logger_.warn(
                "guide source is no well-formed XML, it was mended", {{"error", source.mended}});
        }
        if (!source.not_shared.empty()) {
            logger_.warn("guide source not read for all processes, this one read it for itself",
                {{"error", source.not_shared}});
        }
    }
    for (const auto& [reason, count] : report.skip_reasons) {
        logger_.warn("guide programmes skipped", {{"reason", reason}, {"count", count}});
    }
    if (report.repaired_stops > 0) {
        logger_.warn("guide programmes ended before they began, which was repaired",
            {{"count", report.repaired_stops}});
    }
    counters_.guide_programmes = static_cast<std::int64_t>(report.written_programmes);
    counters_.guide_channels_with_data = static_cast<std::int64_t>(report.channels_with_data);
    logger_.info(
        "guide published", {{"programmes", report.written_programmes},
                               {"source_programmes", report.source_programmes()},
                               {"channels_with_data", report.channels_with_data},
                               {"channels_with_placeholder", report.channels_with_placeholder}});
}

} // namespace plex_tuner::engine
