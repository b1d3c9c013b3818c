// SPDX-License-Identifier: GPL-3.0-or-later
#include "emby_reaper.hpp"

#include "reaper_pace.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

namespace {

using std::chrono::milliseconds;

/// As the judge knows sessions. The time of the client's last report stands for its place: it moves
/// with each report, also while it is paused.
plex::PlaySession as_judged(const plex::EmbySession& session) {
    plex::PlaySession judged;
    judged.key = "/livetv/sessions/" + session.id;
    judged.session_key = session.id;
    judged.session_id = session.id;
    judged.title = session.channel_name;
    judged.channel = session.channel_number;
    judged.view_offset = session.last_report;
    judged.player.address = session.address;
    judged.player.machine_id = session.device_id;
    judged.player.product = session.client;
    judged.player.title = session.device;
    judged.player.state = session.is_paused ? "paused" : "playing";
    return judged;
}

} // namespace

EmbyReaper::EmbyReaper(asio::io_context& io, fetch::Client& client,
    const EmbyReaperOptions& options, const Publication& publication,
    const gateway::Gateway& gateway, std::shared_ptr<const Clock> clock, log::Logger logger)
    : work_(io), options_(options), publication_(publication), gateway_(gateway),
      clock_(std::move(clock)), logger_(std::move(logger)),
      server_(client, for_looks(options.server)), judge_(paced(options.judge, options.poll)),
      wake_(work_.strand()) {
    status_.server = server_.name();
}

void EmbyReaper::start() {
    work_.spawn(run());
}

asio::awaitable<void> EmbyReaper::stop() {
    co_await work_.stop([this] { wake_.cancel(); });
}

EmbyReaperStatus EmbyReaper::status() const {
    const std::scoped_lock lock(mutex_);
    return status_;
}

asio::awaitable<void> EmbyReaper::run() {
    while (!work_.stopping()) {
        co_await look();
        if (work_.stopping()) {
            co_return;
        }
        wake_.expires_after(options_.poll);
        co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

bool EmbyReaper::is_ours(const plex::EmbySession& session) const {
    const auto snapshot = publication_.get();
    const auto* channel = snapshot->lineup->find_number(session.channel_number);
    return channel != nullptr && ascii::iequals(channel->guide_name, session.channel_name);
}

plex::Feed EmbyReaper::feed_of(std::string_view number) const {
    const auto tuners = gateway_.tuners();
    return std::ranges::any_of(tuners,
               [&](const gateway::TunerStatus& tuner) {
                   return tuner.guide_number == number && tuner.viewers > 0 &&
                          tuner.bits_per_second > 0;
               })
               ? plex::Feed::flowing
               : plex::Feed::dry;
}

asio::awaitable<void> EmbyReaper::look() {
    auto sessions = co_await server_.sessions();
    if (work_.stopping()) {
        co_return;
    }
    if (!sessions) {
        judge_.missed();
        note_failure(sessions.error());
        co_return;
    }
    if (!std::exchange(last_error_, {}).empty()) {
        logger_.info("the media server answers again", {{"server", server_.name()}});
    }
    std::erase_if(
        *sessions, [this](const plex::EmbySession& session) { return !is_ours(session); });
    std::vector<plex::PlaySession> judged;
    std::ranges::transform(*sessions, std::back_inserter(judged), as_judged);
    {
        const std::scoped_lock lock(mutex_);
        status_.sessions = judged.size();
    }
    const auto verdicts = judge_.look(
        judged, [this](const plex::PlaySession& session) { return feed_of(session.channel); },
        clock_->steady());
    const auto session_of = [&](const plex::SessionVerdict& verdict) -> const plex::EmbySession& {
        return *std::ranges::find(*sessions, verdict.session.session_id, &plex::EmbySession::id);
    };
    std::erase_if(closed_, [&](const auto& closed) {
        return std::ranges::find(*sessions, closed.first, &plex::EmbySession::id) ==
               sessions->end();
    });
    for (const plex::SessionVerdict& verdict : verdicts) {
        if (!verdict.stop || work_.stopping()) {
            continue;
        }
        plex::EmbySession session = session_of(verdict);
        // The server counts who has a stream: closed for one that is gone, it is not closed again.
        // And who watches the same stream is not to lose it to a server that miscounts.
        const bool is_watched =
            std::ranges::any_of(verdicts, [&](const plex::SessionVerdict& other) {
                return !other.stop && session_of(other).live_stream == session.live_stream;
            });
        if (is_watched || !closed_.emplace(session.id, session.live_stream).second) {
            session.live_stream.clear();
        }
        co_await end(verdict, std::move(session));
    }
}

asio::awaitable<void> EmbyReaper::end(
    const plex::SessionVerdict& verdict, plex::EmbySession session) {
    judge_.tried(verdict.id, clock_->steady());
    logger_.info("ending what nobody watches",
        {{"server", server_.name()}, {"channel", session.channel_number},
            {"title", session.channel_name}, {"ip", session.address}, {"client", session.client},
            {"why", plex::to_string(*verdict.stop)}, {"idle", in_seconds(verdict.dry)},
            {"renew", verdict.silent ? in_seconds(*verdict.silent) : "unknown"},
            {"age", in_seconds(verdict.age)}});
    const auto ended = co_await server_.end_session(session);
    if (work_.stopping()) {
        co_return;
    }
    {
        const std::scoped_lock lock(mutex_);
        ++(ended ? status_.stops : status_.stop_failures);
    }
    if (!ended) {
        logger_.warn("a session that nobody watches stays; it is tried again",
            {{"server", server_.name()}, {"title", session.channel_name},
                {"error", ended.error()}});
    }
}

void EmbyReaper::note_failure(const Error& error) {
    // A server that is off for days would fill the log.
    logger_.write(last_error_ == error.message() ? log::Level::debug : log::Level::warn,
        "the sessions of the media server cannot be looked at; it is tried again",
        {{"server", server_.name()}, {"error", error}});
    last_error_ = error.message();
    const std::scoped_lock lock(mutex_);
    ++status_.look_failures;
}

} // namespace plex_tuner::engine
