// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared_governor.hpp"
#include "shared_slots.hpp"
#include "side_by_side.hpp"

#include <plex_tuner/engine/lineup_probe.hpp>

#include <algorithm>
#include <csignal>
#include <memory>
#include <set>
#include <span>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>

namespace plex_tuner::engine {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// Backups beyond these say little of what viewers get.
constexpr std::size_t kMostSources = 3;
/// For a connection that others hold: longer than one of our own lingers.
constexpr std::chrono::seconds kSlotPatience{5};
constexpr milliseconds kSlotPoll{500};
constexpr milliseconds kWatchPoll{200};

/// The account has as many connections open as it may.
bool is_over_limit(const gateway::Inspection& inspection) {
    const auto status = inspection.error ? inspection.error->http_status() : std::nullopt;
    return status == 458 || status == 509;
}

/// Why it is not as much of the stream as was asked for; empty: it is.
std::string why_not_whole(const gateway::Inspection& inspection, milliseconds wanted) {
    constexpr std::int64_t kTicks = 27'000; // in a millisecond
    switch (inspection.end) {
    case gateway::InspectionEnd::limit:
        return {};
    case gateway::InspectionEnd::over:
        return "the stream ended too soon";
    case gateway::InspectionEnd::interrupted:
        return inspection.report.played >= wanted.count() * kTicks ? "" : "the look was cut short";
    case gateway::InspectionEnd::broken:
        break;
    }
    return inspection.error ? inspection.error->message() : "the stream broke off";
}

class LineupProber {
public:
    LineupProber(fetch::Client& client, SharedGovernor* governor, SharedSlots* slots,
        const std::vector<ProbedChannel>& channels, const LineupProbeOptions& probing,
        const IndexOptions& options, const log::Logger& logger)
        : client_(client), governor_(governor), slots_(slots), channels_(channels),
          probing_(probing), options_(options), logger_(logger) {
        result_.channels.resize(channels.size());
    }

    asio::awaitable<void> run() {
        for (std::size_t i = 0; i < channels_.size(); ++i) {
            queue_.push_back(i);
        }
        co_await work_off();
        queue_ = std::exchange(postponed_, {});
        is_last_round_ = true;
        co_await work_off();
    }

    /// What is looked at is let go, and nothing more is begun.
    void interrupt() {
        result_.is_interrupted = true;
        for (gateway::RunningInspection* look : running_) {
            look->interrupt();
        }
    }

    [[nodiscard]] LineupProbe take() {
        for (ChannelProbe& probe : result_.channels) {
            if (!probe.facts && probe.reason.empty()) {
                probe.reason = "interrupted";
            }
        }
        return std::move(result_);
    }

private:
    /// How a look at one source ended.
    struct Look {
        std::optional<gateway::ChannelFacts> facts{};
        std::string reason{};      ///< without, or why they are of a part only
        bool is_postponed = false; ///< no connection was to be had
    };

    asio::awaitable<void> work_off() {
        next_ = 0;
        const std::size_t workers =
            std::min(std::max<std::size_t>(probing_.concurrency, 1), queue_.size());
        co_await side_by_side(workers, [this](std::size_t) { return work(); });
    }

    asio::awaitable<void> work() {
        while (next_ < queue_.size() && !result_.is_interrupted) {
            const std::size_t index = queue_[next_++];
            co_await probe(channels_[index], result_.channels[index], index);
            if (probing_.progress) {
                probing_.progress(++done_);
            }
            if (next_ < queue_.size()) {
                co_await rest(probing_.pause);
            }
        }
    }

    asio::awaitable<void> probe(
        const ProbedChannel& channel, ChannelProbe& result, std::size_t index) {
        result = {};
        result.reason = channel.has_drm           ? "it is encrypted (DRM)"
                        : channel.sources.empty() ? "it has no address that can be probed"
                                                  : "";
        if (!result.reason.empty()) {
            co_return;
        }
        bool is_postponed = false;
        for (const ProbedChannel::Source& source :
            std::span(channel.sources).first(std::min(channel.sources.size(), kMostSources))) {
            if (result_.is_interrupted) {
                break;
            }
            Look look = co_await look_at(source);
            if (look.facts && look.reason.empty()) {
                result = {.facts = std::move(look.facts), .reason = {}};
                co_return;
            }
            is_postponed = is_postponed || look.is_postponed;
            if (look.facts && !result.facts) {
                result = {.facts = std::move(look.facts), .reason = std::move(look.reason)};
            } else if (result.reason.empty()) {
                result.reason = std::move(look.reason);
            }
        }
        if (is_postponed && !is_last_round_) {
            postponed_.push_back(index);
            --done_; // it counts when it comes again
        }
    }

    asio::awaitable<Look> look_at(const ProbedChannel::Source& source) {
        using namespace asio::experimental::awaitable_operators;
        const auto executor = co_await asio::this_coro::executor;
        const std::string account(
            slots_ == nullptr ? std::string_view() : slots_->account_key_of(source.url));
        std::unique_ptr<ProbeSlot> slot;
        if (!account.empty()) {
            auto offer = co_await slot_of(account, source.url);
            if (!offer) {
                co_return Look{
                    .reason = "all connections of the account are in use", .is_postponed = true};
            }
            slot = std::move(*offer);
        }
        std::unique_ptr<fetch::Governor> governor;
        if (governor_ != nullptr && source.url.is_http()) {
            governor = governor_->for_account(account, governor_limits(options_));
        }
        gateway::InspectionOptions inspecting = probing_.inspection;
        inspecting.governor = governor.get();
        inspecting.headers = source.headers;
        inspecting.start_timeout = probing_.timeout;
        const auto running = gateway::RunningInspection::create(
            executor, client_, source.url, std::move(inspecting), logger_);
        running_.insert(running.get());
        bool was_yielded = false;
        auto ended = co_await (running->run() || watch(*running, slot.get(), was_yielded));
        running_.erase(running.get());
        gateway::Inspection& inspection = std::get<0>(ended);
        if (slot && is_over_limit(inspection)) {
            slot->refused();
        }
        if (was_yielded) {
            co_return Look{
                .reason = "its connection was given up for a viewer", .is_postponed = true};
        }
        if (!inspection.has_stream()) {
            co_return Look{.reason = inspection.error ? inspection.error->message()
                                                      : std::string("no media came")};
        }
        auto facts = gateway::facts_of(inspection.report);
        if (!facts) {
            co_return Look{.reason = facts.error().message()};
        }
        co_return Look{.facts = std::move(*facts),
            .reason =
                why_not_whole(inspection, probing_.inspection.limit.value_or(milliseconds(0)))};
    }

    /// Not as long when the whole is interrupted.
    asio::awaitable<void> rest(milliseconds time) {
        asio::steady_timer timer(co_await asio::this_coro::executor);
        const auto end = Clock::now() + time;
        while (Clock::now() < end && !result_.is_interrupted) {
            timer.expires_after(std::min<Clock::duration>(kWatchPoll, end - Clock::now()));
            co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    /// none: others have all of them.
    asio::awaitable<std::optional<std::unique_ptr<ProbeSlot>>> slot_of(
        const std::string& account, const Url& url) {
        // Who waited in vain does not wait again for each channel.
        const auto give_up =
            Clock::now() + (full_.contains(account) ? milliseconds(0) : kSlotPatience);
        for (;;) {
            ProbeSlotOffer offer = co_await slots_->take_for_probe(url);
            if (!offer.full) {
                full_.erase(account);
                co_return std::move(offer.slot);
            }
            if (Clock::now() >= give_up || result_.is_interrupted) {
                full_.insert(account);
                co_return std::nullopt;
            }
            co_await rest(kSlotPoll);
        }
    }

    /// Ends a look that takes too long, or whose connection a viewer wants. Goes on until it is
    /// cancelled itself, so that the look has the last word.
    asio::awaitable<void> watch(
        gateway::RunningInspection& look, ProbeSlot* slot, bool& was_yielded) {
        const auto end = Clock::now() + probing_.timeout;
        asio::steady_timer timer(co_await asio::this_coro::executor);
        for (bool is_over = false;;) {
            timer.expires_after(kWatchPoll);
            co_await timer.async_wait(asio::use_awaitable);
            if (is_over) {
                continue;
            }
            was_yielded = slot != nullptr && co_await slot->asked_to_yield();
            is_over = was_yielded || Clock::now() >= end;
            if (is_over) {
                look.interrupt();
            }
        }
    }

    fetch::Client& client_;
    SharedGovernor* governor_;
    SharedSlots* slots_;
    const std::vector<ProbedChannel>& channels_;
    const LineupProbeOptions& probing_;
    const IndexOptions& options_;
    log::Logger logger_;
    LineupProbe result_;
    std::vector<std::size_t> queue_;
    std::vector<std::size_t> postponed_;
    std::size_t next_ = 0;
    std::size_t done_ = 0;
    bool is_last_round_ = false;
    std::set<gateway::RunningInspection*> running_;
    std::set<std::string, std::less<>> full_; ///< accounts whose viewers have all there is
};

} // namespace

std::vector<ProbedChannel> channels_of(const lineup::Lineup& lineup) {
    std::vector<ProbedChannel> channels;
    channels.reserve(lineup.channels().size());
    for (const lineup::Channel& from : lineup.channels()) {
        ProbedChannel& channel = channels.emplace_back();
        channel.channel_id = from.channel_id;
        channel.guide_number = from.guide_number;
        channel.name = from.guide_name;
        channel.tvg_id = from.tvg_id;
        channel.has_drm = from.has_drm;
        for (const catalog::StreamSource& source : from.sources) {
            auto url = Url::parse(source.url.str());
            if (!url) {
                continue;
            }
            ProbedChannel::Source& place = channel.sources.emplace_back(std::move(*url));
            for (const catalog::NamedText& header : source.headers) {
                place.headers.emplace_back(header.name, header.value);
            }
        }
    }
    return channels;
}

Result<LineupProbe> probe_lineup(const std::vector<ProbedChannel>& channels,
    const LineupProbeOptions& probing, const IndexOptions& options,
    const fetch::ClientOptions& client_options, const log::Logger& logger) {
    const auto client = fetch::Client::create(client_options, logger.module("fetch"));
    std::unique_ptr<SharedGovernor> governor;
    std::unique_ptr<SharedSlots> slots;
    if (!options.shared_directory.empty()) {
        auto opened = SharedGovernor::open(options.shared_directory, logger, options.coordination);
        if (!opened) {
            return fail(std::move(opened).error());
        }
        governor = std::move(*opened);
    }
    if (std::vector<SlotAccount> accounts = slot_accounts(options.accounts); !accounts.empty()) {
        auto opened = SharedSlots::open(options.shared_directory, std::move(accounts),
            logger.module("slots"), options.coordination);
        if (!opened) {
            return fail(std::move(opened).error());
        }
        slots = std::move(*opened);
    }
    asio::io_context context(1);
    LineupProber prober(*client, governor.get(), slots.get(), channels, probing, options, logger);
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&prober](boost::system::error_code error, int) {
        if (!error) {
            prober.interrupt();
        }
    });
    const auto work = [&]() -> asio::awaitable<void> {
        co_await prober.run();
        signals.cancel();
    };
    auto done = asio::co_spawn(context, work(), asio::use_future);
    context.run();
    done.get();
    return prober.take();
}

} // namespace plex_tuner::engine
