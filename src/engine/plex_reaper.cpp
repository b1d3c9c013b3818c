// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_reaper.hpp"

#include "reaper_pace.hpp"

#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/plex/session_end.hpp>

#include <algorithm>
#include <filesystem>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLeaseRetry{2'000};
/// Between two looks, however many events there are.
constexpr milliseconds kLeastPause{500};
constexpr milliseconds kListenAgain{1'500};

/// Whether it is worth a look. That a transcoder goes on, it says every second.
bool is_news(const plex::ServerEvent& event) {
    return event.name != "ping" && event.name != "transcodeSession.update";
}

} // namespace

PlexReaper::PlexReaper(asio::io_context& io, fetch::Client& client, const ServiceOptions& options,
    const gateway::Gateway& gateway, std::shared_ptr<const Clock> clock, log::Logger logger)
    : work_(io), options_(options), reaper_(*options.plex_reaper), gateway_(gateway),
      clock_(std::move(clock)), logger_(std::move(logger)),
      server_(client, for_looks(reaper_.server)),
      feeds_(server_, client, [this](std::string_view id) { return own_channels(id); }),
      judge_(paced(reaper_.judge, reaper_.poll)), wake_(work_.strand()), again_(work_.strand()) {}

void PlexReaper::start() {
    work_.spawn(run());
}

asio::awaitable<void> PlexReaper::stop() {
    co_await work_.stop([this] {
        wake_.cancel();
        again_.cancel();
    });
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
    while (!work_.stopping() && !co_await take_charge()) {
        co_await pause(wake_, kLeaseRetry);
    }
    if (work_.stopping()) {
        co_return;
    }
    if (reaper_.listens) {
        work_.spawn(listen());
    }
    while (!work_.stopping()) {
        has_news_ = false;
        co_await look();
        if (work_.stopping()) {
            co_return;
        }
        const milliseconds least = std::min(kLeastPause, reaper_.poll);
        co_await pause(wake_, least);
        if (!has_news_ && !work_.stopping()) {
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
    while (!work_.stopping()) {
        auto events = co_await server_.events();
        if (events) {
            last.clear();
            hears_events(true);
            co_await hear(std::move(*events));
            hears_events(false);
        } else if (!work_.stopping() && last != events.error().message()) {
            last = events.error().message();
            logger_.warn(
                "Plex's events cannot be heard; what clients do is not known", {{"error", last}});
        }
        if (!work_.stopping()) {
            co_await pause(again_, kListenAgain);
        }
    }
}

asio::awaitable<void> PlexReaper::hear(plex::EventStream events) {
    while (!work_.stopping()) {
        const auto event = co_await events.next();
        if (!event) {
            if (!work_.stopping()) {
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
    if (work_.stopping()) {
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
        if (verdict.stop && !work_.stopping()) {
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
    if (work_.stopping()) {
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
    if (work_.stopping()) {
        return;
    }
    // A server that is off for days would fill the log.
    logger_.write(last_error_ == error.message() ? log::Level::debug : log::Level::warn,
        "Plex's sessions cannot be looked at; it is tried again", {{"error", error}});
    last_error_ = error.message();
    update([](PlexReaperStatus& status) { ++status.look_failures; });
}

} // namespace plex_tuner::engine
