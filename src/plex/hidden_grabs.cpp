// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/plex/hidden_grabs.hpp>
#include <plex_tuner/plex/tuner_feeds.hpp>

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::plex {

namespace {

bool is_in_progress(std::string_view status) {
    return status.empty() || ascii::iequals(status, "inprogress") ||
           ascii::iequals(status, "in progress") || ascii::iequals(status, "grabbing");
}

GrabState state_of(
    const GrabOperation& grab, const std::vector<PlaySession>& sessions, const TunerFeeds& feeds) {
    if (!is_in_progress(grab.status)) {
        return GrabState::over;
    }
    const bool is_watched =
        !grab.live_key.empty() && std::ranges::any_of(sessions, [&](const PlaySession& session) {
            return session.key == grab.live_key ||
                   (session.is_live() && !grab.channel.empty() && session.channel == grab.channel);
        });
    if (is_watched) {
        return GrabState::watched;
    }
    switch (feeds.of(grab.channel)) {
    case Feed::flowing:
        return GrabState::sent;
    case Feed::dry:
        return GrabState::hidden;
    case Feed::unknown:
    case Feed::foreign:
        break;
    }
    return GrabState::unknown;
}

asio::awaitable<Result<GrabReport>> look(Server& server, fetch::Client& client) {
    // Grabs first: who begins to watch in between is seen as a session.
    const auto grabs = co_await server.grabs();
    if (!grabs) {
        co_return std::unexpected(grabs.error());
    }
    const auto sessions = co_await server.sessions();
    if (!sessions) {
        co_return std::unexpected(sessions.error());
    }
    TunerFeeds feeds(server, client, {});
    std::vector<std::string> channels;
    for (const GrabOperation& grab : *grabs) {
        channels.push_back(grab.channel);
    }
    if (!channels.empty()) {
        co_await feeds.refresh(channels, std::chrono::steady_clock::now());
    }
    GrabReport report{.sessions = sessions->size()};
    for (const GrabOperation& grab : *grabs) {
        report.grabs.push_back({grab, state_of(grab, *sessions, feeds)});
    }
    co_return report;
}

} // namespace

std::string_view to_string(GrabState state) noexcept {
    switch (state) {
    case GrabState::watched:
        return "watched";
    case GrabState::sent:
        return "sent";
    case GrabState::hidden:
        return "hidden";
    case GrabState::unknown:
        return "unknown";
    case GrabState::over:
        return "over";
    }
    return "";
}

std::size_t GrabReport::hidden() const {
    return static_cast<std::size_t>(
        std::ranges::count(grabs, GrabState::hidden, &FoundGrab::state));
}

asio::awaitable<Result<GrabReport>> find_hidden_grabs(
    Server& server, fetch::Client& client, std::chrono::milliseconds apart) {
    auto first = co_await look(server, client);
    if (!first || first->hidden() == 0) {
        co_return first;
    }
    asio::steady_timer timer(co_await asio::this_coro::executor, apart);
    co_await timer.async_wait(asio::use_awaitable);
    auto second = co_await look(server, client);
    if (!second) {
        co_return second;
    }
    for (FoundGrab& found : second->grabs) {
        const bool was_hidden = std::ranges::any_of(first->grabs, [&](const FoundGrab& before) {
            return before.grab.id == found.grab.id && before.state == GrabState::hidden;
        });
        if (found.state == GrabState::hidden && !was_hidden) {
            found.state = GrabState::unknown; // it has just begun
        }
    }
    co_return second;
}

asio::awaitable<Result<GrabOutcome>> recover_grabs(
    Server& server, fetch::Client& client, std::chrono::milliseconds apart, bool release) {
    auto report = co_await find_hidden_grabs(server, client, apart);
    if (!report) {
        co_return std::unexpected(std::move(report).error());
    }
    GrabOutcome outcome{.report = std::move(*report)};
    if (!release || outcome.report.sessions > 0 || outcome.report.hidden() == 0) {
        co_return outcome;
    }
    std::vector<std::string> asked;
    for (const FoundGrab& found : outcome.report.grabs) {
        if (found.state != GrabState::hidden) {
            continue;
        }
        if (const auto done = co_await server.release_grab(found.grab.id); !done) {
            outcome.errors.push_back(found.grab.id + ": " + done.error().message());
        } else {
            asked.push_back(found.grab.id);
        }
    }
    const auto left = co_await server.grabs(); // success alone says nothing
    if (!left) {
        co_return std::unexpected(left.error());
    }
    for (const std::string& id : asked) {
        if (std::ranges::find(*left, id, &GrabOperation::id) == left->end()) {
            outcome.released.push_back(id);
        } else {
            outcome.errors.push_back(id + ": Plex said yes and holds it still");
        }
    }
    co_return outcome;
}

} // namespace plex_tuner::plex
