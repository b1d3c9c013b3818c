// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/plex/emby_sync.hpp>
#include <plex_tuner/plex/served_tuner.hpp>
#include <plex_tuner/plex/server.hpp>

#include <algorithm>
#include <set>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::plex {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr int kMaxPollGrowth = 10;
/// More steps than one tuner can need, each tried again after a restart of the server.
constexpr int kMaxSteps = 8;

class EmbySync {
public:
    EmbySync(EmbyServer& server, fetch::Client& client, std::vector<WantedTuner> wanted,
        EmbySyncOptions options, log::Logger logger)
        : server_(server), client_(client), wanted_(std::move(wanted)), options_(options),
          logger_(std::move(logger)), results_(wanted_.size()) {}

    asio::awaitable<Result<std::vector<EmbyResult>>> run() {
        auto present = co_await server_.live_tv();
        if (!present) {
            co_return fail_with(std::move(present), "nothing was changed");
        }
        present_ = std::move(*present);
        auto shown = co_await server_.channels();
        if (!shown) {
            co_return fail_with(std::move(shown), "nothing was changed");
        }
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            co_await decide(i, *shown);
        }
        if (!options_.dry_run) {
            for (std::size_t i = 0; i < wanted_.size(); ++i) {
                co_await set_up(i);
            }
            co_await refresh();
        }
        for (EmbyResult& result : results_) {
            result.action = result.error.empty() ? action_of(result.steps) : DvrAction::error;
        }
        co_return std::move(results_);
    }

private:
    static DvrAction action_of(const std::vector<EmbyStep>& steps) {
        const auto has = [&](EmbyStep step) {
            return std::ranges::find(steps, step) != steps.end();
        };
        if (steps.empty()) {
            return DvrAction::skipped;
        }
        if (has(EmbyStep::add_tuner) || has(EmbyStep::add_guide)) {
            return DvrAction::created;
        }
        return has(EmbyStep::repair_tuner) || has(EmbyStep::repair_guide) ? DvrAction::updated_uri
                                                                          : DvrAction::refreshed;
    }

    asio::awaitable<void> decide(std::size_t index, const std::vector<EmbyChannel>& shown) {
        WantedTuner& wanted = wanted_[index];
        EmbyResult& result = results_[index];
        result.name = wanted.name;
        result.device_id = wanted.device_id;
        if (!wanted.channels) {
            auto served = co_await ask_tuner(client_, wanted.base_url, options_.tuner_timeout);
            if (!served) {
                logger_.warn("the tuner cannot be asked from here; the server is told of it all "
                             "the same",
                    {{"tuner", wanted.name}, {"error", served.error()}});
            } else if (!ascii::iequals(served->device_id, wanted.device_id)) {
                result.error = "the tuner at its base URL says that its device id is " +
                               served->device_id + "; give that one";
            } else {
                wanted.channels = std::move(served->channels);
            }
        }
        if (result.error.empty() && wanted.channels && wanted.channels->empty()) {
            result.error = "the tuner serves no channels (yet)";
        }
        if (!result.error.empty()) {
            co_return;
        }
        const EmbyPlan plan = plan_emby(wanted, present_);
        result.steps = plan.steps;
        result.tuner_id = plan.tuner.id;
        count(index, shown);
        if (result.steps.empty() && (options_.reload || !shows_enough(index))) {
            result.steps = {EmbyStep::refresh};
        }
    }

    /// One step, look what the server has now, decide anew: so a step that it did although it did
    /// not say so is not done again.
    asio::awaitable<void> set_up(std::size_t index) {
        EmbyResult& result = results_[index];
        for (int tries = 0; result.error.empty(); ++tries) {
            const EmbyPlan plan = plan_emby(wanted_[index], present_);
            result.tuner_id = plan.tuner.id;
            if (plan.steps.empty()) {
                co_return;
            }
            const EmbyStep step = plan.steps.front();
            if (tries == kMaxSteps) {
                result.error = "the server does not do it: " + std::string(to_string(step));
                co_return;
            }
            logger_.info("setting up in the media server",
                {{"server", server_.name()}, {"tuner", wanted_[index].name},
                    {"step", to_string(step)}});
            const bool is_about_tuner =
                step == EmbyStep::add_tuner || step == EmbyStep::repair_tuner;
            const auto done = is_about_tuner ? co_await server_.set_tuner(plan.tuner)
                                             : co_await server_.set_guide(plan.guide);
            auto present = co_await server_.live_tv(); // waits for a server that restarts
            if (!present) {
                result.error = present.error().message();
                co_return;
            }
            present_ = std::move(*present);
            const auto next = plan_emby(wanted_[index], present_).steps;
            const bool is_still_due = !next.empty() && next.front() == step;
            if (!done && is_still_due && !is_passing(done.error())) {
                result.error = done.error().message();
            } else if (done && is_still_due) {
                result.error =
                    "the server took it, but does not show it: " + std::string(to_string(step));
            }
        }
    }

    asio::awaitable<void> refresh() {
        const bool is_due = std::ranges::any_of(results_,
            [](const EmbyResult& result) { return result.error.empty() && !result.steps.empty(); });
        if (!is_due) {
            co_return;
        }
        if (auto read = co_await read_guides(); !read) {
            for (EmbyResult& result : results_) {
                if (result.error.empty() && !result.steps.empty()) {
                    result.error = read.error().message();
                }
            }
            co_return;
        }
        const auto shown = co_await server_.channels();
        for (std::size_t i = 0; i < results_.size(); ++i) {
            if (!results_[i].error.empty() || results_[i].steps.empty()) {
                continue;
            }
            if (!shown) {
                results_[i].error = shown.error().message();
                continue;
            }
            count(i, *shown);
            if (!shows_enough(i)) {
                logger_.warn("the server does not show all channels of the tuner",
                    {{"server", server_.name()}, {"tuner", results_[i].name},
                        {"shown", results_[i].channels}, {"served", results_[i].served}});
            }
        }
    }

    /// Starts the task of the server that reads lineups and guides, and waits for it.
    asio::awaitable<Result<void>> read_guides() {
        auto task = co_await server_.guide_task();
        if (!task) {
            co_return std::unexpected(std::move(task).error());
        }
        // One that runs began before something was changed, or because of it: another follows.
        const std::string before = task->ended;
        if (auto started = co_await server_.start_task(task->id); !started) {
            co_return started;
        }
        const auto end = SteadyClock::now() + options_.guide_wait;
        for (milliseconds wait = options_.first_poll;;) {
            if (SteadyClock::now() + wait > end) {
                logger_.warn("the server still reads the guide; run this again to see what it has",
                    {{"server", server_.name()}});
                co_return Result<void>{};
            }
            asio::steady_timer timer(co_await asio::this_coro::executor, wait);
            co_await timer.async_wait(asio::use_awaitable);
            wait = std::min(wait + wait / 2, options_.first_poll * kMaxPollGrowth);
            task = co_await server_.guide_task();
            if (!task) {
                co_return std::unexpected(std::move(task).error());
            }
            if (!task->is_running && task->ended != before) {
                break;
            }
        }
        if (task->status != "Completed") {
            co_return fail(ErrorCode::unavailable, std::string(server_.name()) +
                                                       " could not read the guide (" +
                                                       task->status + "); its log says why");
        }
        co_return Result<void>{};
    }

    void count(std::size_t index, const std::vector<EmbyChannel>& shown) {
        EmbyResult& result = results_[index];
        result.channels = 0;
        result.with_programme = 0;
        result.served = wanted_[index].channels ? wanted_[index].channels->size() : 0;
        if (!wanted_[index].channels) {
            return;
        }
        const std::set<std::string_view> numbers(
            wanted_[index].channels->begin(), wanted_[index].channels->end());
        std::set<std::string_view> counted;
        for (const EmbyChannel& channel : shown) {
            if (numbers.contains(channel.number) && counted.insert(channel.number).second) {
                ++result.channels;
                result.with_programme += channel.has_programme ? 1 : 0;
            }
        }
    }

    [[nodiscard]] bool shows_enough(std::size_t index) const {
        const EmbyResult& result = results_[index];
        return static_cast<double>(result.channels) >=
               options_.enough_mapped * static_cast<double>(result.served);
    }

    EmbyServer& server_;
    fetch::Client& client_;
    std::vector<WantedTuner> wanted_;
    EmbySyncOptions options_;
    log::Logger logger_;
    EmbyLiveTv present_;
    std::vector<EmbyResult> results_;
};

} // namespace

asio::awaitable<Result<std::vector<EmbyResult>>> sync_emby(EmbyServer& server,
    fetch::Client& client, std::vector<WantedTuner> wanted, EmbySyncOptions options,
    log::Logger logger) {
    EmbySync sync(server, client, std::move(wanted), options, std::move(logger));
    co_return co_await sync.run();
}

} // namespace plex_tuner::plex
