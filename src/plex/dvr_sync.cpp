// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_loading.hpp"
#include "tuner_registration.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/plex/dvr_sync.hpp>
#include <plex_tuner/plex/lineup_id.hpp>
#include <plex_tuner/plex/served_tuner.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace plex_tuner::plex {

namespace {

/// More steps than one tuner can need, each tried again after a restart of Plex.
constexpr int kMaxSteps = 8;

class DvrSync {
public:
    DvrSync(Server& server, fetch::Client& client, std::vector<WantedTuner> wanted,
        DvrSyncOptions options, log::Logger logger)
        : server_(server), client_(client), wanted_(std::move(wanted)),
          options_(std::move(options)), logger_(std::move(logger)), tuners_(wanted_.size()) {}

    asio::awaitable<Result<DvrReport>> run() {
        auto present = co_await server_.present();
        if (!present) {
            co_return fail_with(std::move(present), "nothing was changed");
        }
        present_ = std::move(*present);
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            co_await ask_served(i);
            co_await decide(i);
        }
        if (!options_.dry_run) {
            for (std::size_t i = 0; i < wanted_.size(); ++i) {
                co_await set_up(i);
            }
            co_await refresh();
        }
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            conclude(i);
        }
        co_await clear_leftovers();
        co_return std::move(report_);
    }

private:
    struct Tuner {
        TunerPlan plan;             ///< of what is still to be done
        std::vector<DvrStep> steps; ///< all that was to be done
        DvrAction action = DvrAction::skipped;
        std::size_t channels = 0;
        std::string error;
    };

    /// What the tuner serves decides whether its map is complete, and that it is the tuner that is
    /// meant: Plex knows it by its device id alone.
    asio::awaitable<void> ask_served(std::size_t index) {
        WantedTuner& wanted = wanted_[index];
        if (wanted.channels) {
            co_return; // its owner knows
        }
        auto served = co_await ask_tuner(client_, wanted.base_url, options_.tuner_timeout);
        if (!served) {
            logger_.warn("the tuner cannot be asked from here; Plex is told of it all the same",
                {{"tuner", wanted.name}, {"error", served.error()}});
            co_return;
        }
        if (!ascii::iequals(served->device_id, wanted.device_id)) {
            tuners_[index].error = "the tuner at its base URL says that its device id is " +
                                   served->device_id + "; give that one";
            co_return;
        }
        wanted.channels = std::move(served->channels);
    }

    asio::awaitable<void> decide(std::size_t index) {
        Tuner& tuner = tuners_[index];
        tuner.plan = plan_tuner(wanted_[index], present_, options_.plan);
        if (tuner.error.empty()) {
            tuner.error = tuner.plan.problem;
        }
        if (!tuner.error.empty()) {
            tuner.plan.steps.clear();
        } else if (tuner.plan.steps.empty() && !co_await is_guide_loaded(index)) {
            tuner.plan.steps = {DvrStep::refresh};
        }
        tuner.steps = tuner.plan.steps;
        tuner.action = tuner.plan.action();
        tuner.channels = count_enabled(tuner.plan.channels);
    }

    /// Channels stay mapped to a guide that was never loaded.
    asio::awaitable<bool> is_guide_loaded(std::size_t index) {
        const TunerPlan& plan = tuners_[index].plan;
        const auto rows = co_await server_.channel_map(plan.device_uuid, plan.lineup);
        co_return rows&& maps_enough(map_to_set(*rows, wanted_[index].channels),
            wanted_[index].channels.value_or(std::vector<std::string>{}),
            options_.plan.enough_mapped);
    }

    static std::size_t count_enabled(const std::vector<ChannelMapping>& mappings) {
        return static_cast<std::size_t>(std::ranges::count_if(mappings, &ChannelMapping::enabled));
    }

    /// One step, look what Plex has now, decide anew: so a step that Plex did although it did not
    /// say so is not done again, and one that it said it did is done until it shows.
    asio::awaitable<void> set_up(std::size_t index) {
        Tuner& tuner = tuners_[index];
        std::optional<DvrStep> taken; ///< the step before, which Plex said it did
        for (int tries = 0; tuner.error.empty(); ++tries) {
            const auto& steps = tuner.plan.steps;
            if (steps.empty() || steps.front() == DvrStep::refresh) {
                co_return;
            }
            const DvrStep step = steps.front();
            if (tries == kMaxSteps) {
                tuner.error = "Plex does not do it: " + std::string(to_string(step));
                co_return;
            }
            auto done = co_await take_step(step, index);
            const bool failed_for_good = !done && !is_passing(done.error());
            if (!done) {
                logger_.warn("Plex did not do a step",
                    {{"tuner", wanted_[index].name}, {"step", to_string(step)},
                        {"error", done.error()}});
            }
            auto present = co_await server_.present(); // waits for a server that restarts
            if (!present) {
                tuner.error = present.error().message();
                co_return;
            }
            present_ = std::move(*present);
            TunerPlan next = plan_tuner(wanted_[index], present_, options_.plan);
            const bool is_still_due = std::ranges::find(next.steps, step) != next.steps.end();
            if (failed_for_good && is_still_due) {
                tuner.error = done.error().message();
            } else if (!next.problem.empty()) {
                tuner.error = next.problem;
            } else if (done && is_still_due && taken == step) {
                tuner.error = "Plex took it, but does not show it: " + std::string(to_string(step));
            } else {
                keep_refresh(tuner, next);
            }
            taken = done ? std::optional(step) : std::nullopt;
        }
    }

    /// What was changed makes loading the guide necessary, which the new plan does not know.
    static void keep_refresh(Tuner& tuner, TunerPlan& next) {
        if (next.steps.empty() || next.steps.back() != DvrStep::refresh) {
            next.steps.push_back(DvrStep::refresh);
        }
        tuner.plan = std::move(next);
    }

    asio::awaitable<Result<void>> take_step(DvrStep step, std::size_t index) {
        const WantedTuner& wanted = wanted_[index];
        const TunerPlan& plan = tuners_[index].plan;
        logger_.info("setting up in Plex", {{"tuner", wanted.name}, {"step", to_string(step)}});
        switch (step) {
        case DvrStep::register_device:
            co_return co_await register_tuner(server_, {.base_url = wanted.base_url,
                                                           .device_id = wanted.device_id,
                                                           .wait = options_.discovery_wait,
                                                           .pause = options_.first_poll});
        case DvrStep::create_dvr:
            co_return co_await server_.create_dvr(plan.device_uuid, wanted.lineup_id());
        case DvrStep::replace_lineup:
            co_return co_await replace_lineup(wanted, plan);
        case DvrStep::repair_uri:
            co_return co_await repair_uri(wanted, plan);
        case DvrStep::refresh:
            break;
        }
        co_return Result<void>{};
    }

    asio::awaitable<Result<void>> replace_lineup(const WantedTuner& wanted, const TunerPlan& plan) {
        const auto dvr = co_await server_.dvr(plan.dvr_key);
        if (!dvr) {
            co_return std::unexpected(dvr.error());
        }
        const std::string lineup = wanted.lineup_id();
        const bool is_there = std::ranges::any_of(dvr->lineups,
            [&](const std::string& own) { return guide_url_of(own) == guide_url_of(lineup); });
        if (!is_there) {
            if (auto added = co_await server_.add_lineup(plan.dvr_key, lineup); !added) {
                co_return added;
            }
        }
        co_return co_await server_.remove_lineup(plan.dvr_key, plan.lineup);
    }

    /// Versions that cannot change an address take it when the tuner is told of again.
    asio::awaitable<Result<void>> repair_uri(const WantedTuner& wanted, const TunerPlan& plan) {
        auto set = co_await server_.set_device_uri(plan.device_key, wanted.base_url);
        if (!set && !is_passing(set.error())) {
            set = co_await server_.register_device(Server::Registration::grabber, wanted.base_url);
        }
        co_return set;
    }

    asio::awaitable<void> refresh() {
        GuideLoading loading(
            server_, logger_, {.wait = options_.guide_wait, .first_poll = options_.first_poll});
        std::vector<std::size_t> indices;
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            const Tuner& tuner = tuners_[i];
            if (tuner.error.empty() && !tuner.plan.steps.empty()) {
                loading.add({.name = wanted_[i].name,
                    .plan = &tuner.plan,
                    .channels = &wanted_[i].channels});
                indices.push_back(i);
            }
        }
        if (indices.empty()) {
            co_return;
        }
        const auto outcomes = co_await loading.run();
        for (std::size_t i = 0; i < indices.size(); ++i) {
            Tuner& tuner = tuners_[indices[i]];
            tuner.channels = outcomes[i].channels;
            tuner.error = outcomes[i].error;
        }
    }

    void conclude(std::size_t index) {
        const WantedTuner& wanted = wanted_[index];
        Tuner& tuner = tuners_[index];
        report_.results.push_back({.name = wanted.name,
            .device_id = wanted.device_id,
            .action = tuner.error.empty() ? tuner.action : DvrAction::error,
            .steps = tuner.steps,
            .dvr_key = tuner.plan.dvr_key,
            .channels = tuner.channels,
            .served = wanted.channels ? wanted.channels->size() : 0,
            .error = tuner.error});
    }

    asio::awaitable<void> clear_leftovers() {
        if (!options_.dry_run) {
            auto present = co_await server_.present();
            if (!present) {
                logger_.warn("Plex cannot be asked what is left over; nothing is deleted",
                    {{"error", present.error()}});
                co_return;
            }
            present_ = std::move(*present);
        }
        for (Leftover& leftover : leftovers(wanted_, present_, options_.plan)) {
            if (!options_.plan.delete_unknown || !leftover.is_ours) {
                report_.left_alone.push_back(std::move(leftover));
                continue;
            }
            DvrResult result{.name = leftover.title,
                .device_id = leftover.device_id,
                .action = DvrAction::deleted,
                .steps = {},
                .dvr_key = leftover.dvr_key,
                .error = {}};
            if (!options_.dry_run) {
                if (auto deleted = co_await remove(leftover); !deleted) {
                    result.action = DvrAction::error;
                    result.error = deleted.error().message();
                }
            }
            report_.results.push_back(std::move(result));
        }
    }

    asio::awaitable<Result<void>> remove(const Leftover& leftover) {
        logger_.info(
            "deleting from Plex", {{"dvr", leftover.dvr_key}, {"device_id", leftover.device_id},
                                      {"uri", redacted(leftover.uri)}});
        if (!leftover.dvr_key.empty()) {
            if (auto removed = co_await server_.remove_dvr(leftover.dvr_key); !removed) {
                co_return removed;
            }
        }
        for (const std::string& key : leftover.device_keys) {
            if (auto removed = co_await server_.remove_device(key); !removed) {
                co_return removed;
            }
        }
        co_return Result<void>{};
    }

    static std::string redacted(const std::string& uri) {
        const auto url = Url::parse(uri);
        return url ? url->redacted() : std::string();
    }

    Server& server_;
    fetch::Client& client_;
    std::vector<WantedTuner> wanted_;
    DvrSyncOptions options_;
    log::Logger logger_;
    Present present_;
    std::vector<Tuner> tuners_;
    DvrReport report_;
};

} // namespace

asio::awaitable<Result<DvrReport>> sync_dvrs(Server& server, fetch::Client& client,
    std::vector<WantedTuner> wanted, DvrSyncOptions options, log::Logger logger) {
    DvrSync sync(server, client, std::move(wanted), std::move(options), std::move(logger));
    co_return co_await sync.run();
}

} // namespace plex_tuner::plex
