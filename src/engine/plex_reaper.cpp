// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_reaper.hpp"

#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/plex/session_end.hpp>

#include <algorithm>
#include <filesystem>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLeaseRetry{2'000};
/// Between two looks, however many events there are.
constexpr milliseconds kLeastPause{500};
constexpr milliseconds kListenAgain{1'500};

plex::ServerOptions impatient(plex::ServerOptions options) {
    options.patience = milliseconds(0); // the next look is soon enough
    options.timeout = std::min(options.timeout, milliseconds(10'000));
    return options;
}

plex::JudgeOptions paced(plex::JudgeOptions options, milliseconds poll) {
    options.longest_step = 2 * poll;
    return options;
}

/// Whether it is worth a look. That a transcoder goes on, it says every second.
bool is_news(const plex::ServerEvent& event) {
    return event.name != "ping" && event.name != "transcodeSession.update";
}

/// "12.3"
std::string in_seconds(milliseconds time) {
    const auto tenths = time.count() / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

} // namespace

PlexReaper::PlexReaper(asio::io_context& io, fetch::Client& client, const ServiceOptions& options,
    const gateway::Gateway& gateway, std::shared_ptr<const Clock> clock, log::Logger logger)
    : strand_(asio::make_strand(io)), options_(options), reaper_(*options.plex_reaper),
      gateway_(gateway), clock_(std::move(clock)), logger_(std::move(logger)),
      server_(client, impatient(reaper_.server)),
      feeds_(server_, client, [this](std::string_view id) { return own_channels(id); }),
      judge_(paced(reaper_.judge, reaper_.poll)), wake_(strand_), again_(strand_),
      ended_(strand_, asio::steady_timer::time_point::max()) {}

void PlexReaper::spawn(asio::awaitable<void> work, asio::cancellation_signal& cancel) {
    ++running_;
    asio::co_spawn(strand_, std::move(work),
        asio::bind_cancellation_slot(cancel.slot(), [this](const std::exception_ptr& failure) {
            --running_;
            ended_.cancel();
            if (failure && !stopping_) {
                std::rethrow_exception(failure); // a bug; in a stop it is the wait that was ended
            }
        }));
}

void PlexReaper::start() {
    spawn(run(), cancel_looks_);
}

asio::awaitable<void> PlexReaper::stop() {
    // No cancellation: Asio 1.81 would hand it to the other thread in memory of the waiter.
    co_await asio::co_spawn(strand_, wait_until_ended(),
        asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
}

asio::awaitable<void> PlexReaper::wait_until_ended() {
    stopping_ = true;
    wake_.cancel();
    again_.cancel();
    cancel_looks_.emit(asio::cancellation_type::terminal);
    cancel_events_.emit(asio::cancellation_type::terminal);
    while (running_ > 0) {
        co_await ended_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    lease_.reset();
}

PlexReaperStatus PlexReaper::status() const {
    const std::scoped_lock lock(mutex_);
    return status_;
}

asio::awaitable<void> PlexReaper::pause(asio::steady_timer& timer, Wait time) const {
    timer.expires_after(time);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> PlexReaper::run() {
    while (!stopping_ && !co_await take_charge()) {
        co_await pause(wake_, kLeaseRetry);
    }
    if (stopping_) {
        co_return;
    }
    if (reaper_.listens) {
        spawn(listen(), cancel_events_);
    }
    while (!stopping_) {
        has_news_ = false;
        co_await look();
        if (stopping_) {
            co_return;
        }
        const milliseconds least = std::min(kLeastPause, reaper_.poll);
        co_await pause(wake_, least);
        if (!has_news_ && !stopping_) {
            may_wake_ = true;
            co_await pause(wake_, reaper_.poll - least);
            may_wake_ = false;
        }
    }
}

asio::awaitable<bool> PlexReaper::take_charge() {
    if (machine_identifier_.empty()) {
        auto identity = co_await server_.identity();
        if (!identity) {
            note_failure(identity.error());
            co_return false;
        }
        machine_identifier_ = std::move(identity->machine_identifier);
    }
    const auto& directory = options_.index.shared_directory;
    std::error_code error;
    std::filesystem::create_directories(directory, error); // what is wrong the lock will say
    auto lock = FileLock::try_lock(
        directory / ("plex-reaper-" + Fnv1a().add(machine_identifier_).hex() + ".lock"));
    if (!lock) {
        note_failure(lock.error());
        co_return false;
    }
    if (!*lock) {
        logger_.debug("another process looks after Plex's sessions");
        co_return false;
    }
    lease_ = std::move(**lock);
    update([](PlexReaperStatus& status) { status.is_in_charge = true; });
    logger_.info("looking after Plex's sessions",
        {{"server", reaper_.server.url}, {"idle", in_seconds(reaper_.judge.idle)},
            {"renew", in_seconds(reaper_.judge.renew)}, {"hard", in_seconds(reaper_.judge.hard)}});
    co_return true;
}

void PlexReaper::hears_events(bool is_on) {
    judge_.listening(is_on, clock_->steady());
    update([is_on](PlexReaperStatus& status) { status.hears_events = is_on; });
}

asio::awaitable<void> PlexReaper::listen() {
    std::string last;
    while (!stopping_) {
        auto events = co_await server_.events();
        if (events) {
            last.clear();
            hears_events(true);
            co_await hear(std::move(*events));
            hears_events(false);
        } else if (!stopping_ && last != events.error().message()) {
            last = events.error().message();
            logger_.warn(
                "Plex's events cannot be heard; what clients do is not known", {{"error", last}});
        }
        if (!stopping_) {
            co_await pause(again_, kListenAgain);
        }
    }
}

asio::awaitable<void> PlexReaper::hear(plex::EventStream events) {
    while (!stopping_) {
        const auto event = co_await events.next();
        if (!event) {
            if (!stopping_) {
                logger_.debug("listening anew", {{"error", event.error()}});
            }
            co_return;
        }
        if (event->notice ? judge_.note(*event->notice, clock_->steady()) : is_news(*event)) {
            has_news_ = true;
            if (may_wake_) {
                wake_.cancel();
            }
        }
    }
}

asio::awaitable<void> PlexReaper::look() {
    const auto sessions = co_await server_.sessions();
    if (stopping_) {
        co_return;
    }
    if (!sessions) {
        judge_.missed();
        note_failure(sessions.error());
        co_return;
    }
    if (!std::exchange(last_error_, {}).empty()) {
        logger_.info("Plex answers again");
    }
    std::vector<std::string> channels;
    for (const plex::PlaySession& session : *sessions) {
        if (session.is_live() && !session.is_internal()) {
            channels.push_back(session.channel);
        }
    }
    update([&](PlexReaperStatus& status) { status.sessions = channels.size(); });
    if (!channels.empty()) {
        co_await feeds_.refresh(channels, clock_->steady());
    }
    const auto verdicts = judge_.look(
        *sessions, [this](const plex::PlaySession& session) { return feeds_.of(session.channel); },
        clock_->steady());
    for (const plex::SessionVerdict& verdict : verdicts) {
        if (verdict.stop && !stopping_) {
            co_await end(verdict);
        }
    }
}

asio::awaitable<void> PlexReaper::end(const plex::SessionVerdict& verdict) {
    const plex::PlaySession& session = verdict.session;
    const bool by_transcode = verdict.means == plex::StopMeans::transcode;
    judge_.tried(verdict.id, clock_->steady());
    logger_.info(by_transcode ? "plex-reaper: stop" : "plex-reaper: terminate",
        {{"transcode", session.transcode ? session.transcode->id : ""},
            {"live", session.key.substr(session.key.rfind('/') + 1)},
            {"ip", session.player.address}, {"client", session.player.product},
            {"state", session.player.state}, {"title", session.title},
            {"why", plex::to_string(*verdict.stop)}, {"idle", in_seconds(verdict.dry)},
            {"renew", verdict.silent ? in_seconds(*verdict.silent) : "unknown"},
            {"age", in_seconds(verdict.age)},
            {"maxOffset", std::to_string(session.transcode ? static_cast<std::int64_t>(
                                                                 session.transcode->max_offset)
                                                           : 0)}});
    const auto ended = co_await plex::end_session(server_, session, verdict.means);
    if (stopping_) {
        co_return;
    }
    update([&](PlexReaperStatus& status) { ++(ended ? status.stops : status.stop_failures); });
    if (!ended) {
        logger_.warn("a session that nobody watches stays; it is tried again",
            {{"title", session.title}, {"ip", session.player.address}, {"error", ended.error()}});
    }
}

std::optional<std::vector<plex::OpenChannel>> PlexReaper::own_channels(
    std::string_view device_id) const {
    if (device_id != options_.device.id.text()) {
        return std::nullopt;
    }
    std::vector<plex::OpenChannel> open;
    for (const gateway::TunerStatus& tuner : gateway_.tuners()) {
        if (!tuner.channel_id.empty()) {
            open.push_back({.number = tuner.guide_number,
                .is_flowing = tuner.viewers > 0 && tuner.bits_per_second > 0});
        }
    }
    return open;
}

void PlexReaper::note_failure(const Error& error) {
    if (stopping_) {
        return;
    }
    // A server that is off for days would fill the log.
    logger_.write(last_error_ == error.message() ? log::Level::debug : log::Level::warn,
        "Plex's sessions cannot be looked at; it is tried again", {{"error", error}});
    last_error_ = error.message();
    update([](PlexReaperStatus& status) { ++status.look_failures; });
}

} // namespace plex_tuner::engine
