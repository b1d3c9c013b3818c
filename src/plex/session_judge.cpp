// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/session_judge.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::plex {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

/// A pause between signs that is longer says nothing of how often a client reports.
constexpr milliseconds kLongestPause{60'000};
constexpr int kPausesOfSilence = 3;
/// The first two may be of one moment: a client buffers, and plays.
constexpr std::size_t kSignsToKnow = 3;
/// So long between two looks something was wrong with us, and silence is not the client's.
constexpr milliseconds kLongestGap{30'000};
constexpr int kMaxRetryDoublings = 5;

milliseconds between(SteadyTime from, SteadyTime to) {
    return duration_cast<milliseconds>(to - from);
}

std::string id_of(const PlaySession& session) {
    return session.key + "|" +
           (session.session_id.empty() ? session.session_key : session.session_id);
}

bool is_paused(const PlaySession& session) {
    return session.player.state == "paused";
}

} // namespace

std::string_view to_string(StopReason reason) noexcept {
    switch (reason) {
    case StopReason::idle:
        return "idle";
    case StopReason::renew:
        return "renew";
    case StopReason::hard:
        return "hard";
    }
    return "";
}

SessionJudge::Time SessionJudge::at(SteadyTime now) const {
    return last_look_ ? counted_ + std::min(between(*last_look_, now), options_.longest_step)
                      : counted_;
}

void SessionJudge::listening(bool is_on, SteadyTime now) {
    if (!is_on) {
        listening_since_.reset();
    } else if (!listening_since_) {
        listening_since_ = at(now);
    }
}

void SessionJudge::sign(Watch& watch, Time now) {
    if (watch.signs > 0 && !is_paused(watch.session)) {
        watch.longest_pause =
            std::max(watch.longest_pause, std::min(now - watch.last_sign, kLongestPause));
    }
    ++watch.signs;
    watch.last_sign = now;
    watch.said_goodbye = false;
}

bool SessionJudge::note(const PlayNotice& notice, SteadyTime now) {
    bool is_known = false;
    bool is_news = false;
    for (auto& [id, watch] : watches_) {
        const PlaySession& session = watch.session;
        const bool is_it = notice.session_key.empty()
                               ? !notice.transcode_id.empty() && session.transcode &&
                                     session.transcode->id == notice.transcode_id
                               : session.session_key == notice.session_key;
        if (!is_it) {
            continue;
        }
        is_known = true;
        is_news = is_news || notice.state != session.player.state;
        if (notice.state == "stopped") {
            watch.said_goodbye = true;
            continue;
        }
        sign(watch, at(now));
        if (!notice.state.empty()) {
            watch.session.player.state = notice.state;
        }
    }
    return is_news || !is_known;
}

bool SessionJudge::concerns(const PlaySession& session) const {
    const Player& player = session.player;
    const bool has_end = session.transcode || !session.session_id.empty();
    const bool has_client = !player.state.empty() || !player.machine_id.empty();
    return session.is_live() && !session.is_internal() && has_end && has_client &&
           (options_.machine_id.empty() || options_.machine_id == player.machine_id) &&
           (options_.player_ip.empty() || options_.player_ip == player.address);
}

void SessionJudge::update(const PlaySession& session, Time now) {
    const auto [found, is_new] = watches_.try_emplace(id_of(session));
    Watch& watch = found->second;
    if (is_new) {
        watch = {.session = session, .first_seen = now, .last_sign = now};
        return;
    }
    const PlaySession& before = watch.session;
    const bool moved =
        before.view_offset && session.view_offset && *before.view_offset != *session.view_offset;
    watch.place_moves = watch.place_moves || moved;
    if (moved || before.player.state != session.player.state) {
        sign(watch, now);
    } else if (blind_) { // who knows what it said meanwhile
        watch.last_sign = now;
    }
    if (blind_) {
        watch.dry_since.reset();
    }
    watch.session = session;
}

std::vector<SessionVerdict> SessionJudge::look(std::span<const PlaySession> sessions,
    const std::function<Feed(const PlaySession&)>& feed_of, SteadyTime now) {
    blind_ = blind_ || (last_look_ && between(*last_look_, now) > kLongestGap);
    counted_ = at(now);
    last_look_ = now;
    std::map<std::string, Watch> gone = std::exchange(watches_, {});
    std::vector<std::string> order;
    for (const PlaySession& session : sessions) {
        if (!concerns(session)) {
            continue;
        }
        std::string id = id_of(session);
        if (auto known = gone.extract(id)) {
            watches_.insert(std::move(known));
        }
        update(session, counted_);
        order.push_back(std::move(id));
    }
    blind_ = false;
    std::vector<SessionVerdict> verdicts;
    for (std::string& id : order) {
        Watch& watch = watches_.at(id);
        verdicts.push_back(verdict_on(watch, feed_of(watch.session), counted_));
        verdicts.back().id = std::move(id);
    }
    return verdicts;
}

SessionVerdict SessionJudge::verdict_on(Watch& watch, Feed feed, Time now) const {
    SessionVerdict verdict{.session = watch.session, .feed = feed};
    if (feed == Feed::dry) {
        watch.dry_since = watch.dry_since.value_or(now);
        verdict.dry = now - *watch.dry_since;
    } else {
        watch.dry_since.reset();
    }
    verdict.age = now - watch.first_seen;
    verdict.silent = silence(watch, now);
    // What is left when its transcode was stopped is ended as a session.
    const bool by_transcode = watch.tries % 2 == 0 || watch.session.session_id.empty();
    verdict.means =
        watch.session.transcode && by_transcode ? StopMeans::transcode : StopMeans::session;
    if (feed != Feed::foreign && may_try(watch, now)) {
        verdict.stop = reason(watch, verdict);
    }
    return verdict;
}

std::optional<SessionJudge::Time> SessionJudge::silence(const Watch& watch, Time now) const {
    if (watch.place_moves) {
        return now - watch.last_sign;
    }
    if (listening_since_) {
        return now - std::max(watch.last_sign, *listening_since_);
    }
    return std::nullopt;
}

SessionJudge::Time SessionJudge::patience(const Watch& watch, Time least) const {
    if (watch.said_goodbye) {
        return least;
    }
    if (is_paused(watch.session)) {
        return std::max(least, options_.pause);
    }
    if (watch.signs < kSignsToKnow) {
        return std::max(least, options_.stranger);
    }
    return std::max(least, kPausesOfSilence * watch.longest_pause);
}

bool SessionJudge::is_idle(const Watch& watch, const SessionVerdict& verdict) const {
    if (options_.idle.count() == 0 || verdict.dry < options_.idle) {
        return false;
    }
    const bool was_here = watch.signs > 0 && !is_paused(watch.session);
    const Time needed = was_here ? options_.idle : patience(watch, options_.idle);
    // Where there is no telling about the client, the tuners alone have to be sure.
    return verdict.silent ? *verdict.silent >= needed
                          : verdict.dry >= std::max(needed, options_.stranger);
}

std::optional<StopReason> SessionJudge::reason(
    const Watch& watch, const SessionVerdict& verdict) const {
    const auto silent_for = [&](Time least) {
        return verdict.silent && *verdict.silent >= patience(watch, least);
    };
    if (is_idle(watch, verdict)) {
        return StopReason::idle;
    }
    if (options_.renew.count() > 0 && silent_for(options_.renew)) {
        return StopReason::renew;
    }
    const bool plays = watch.session.player.state == "playing" && !watch.said_goodbye;
    if (options_.hard.count() > 0 && verdict.age >= options_.hard &&
        (!plays || silent_for(std::max(options_.renew, options_.stranger)))) {
        return StopReason::hard;
    }
    return std::nullopt;
}

bool SessionJudge::may_try(const Watch& watch, Time now) const {
    const int doublings = std::clamp(watch.tries - 1, 0, kMaxRetryDoublings);
    return !watch.last_try || now - *watch.last_try >= options_.retry * (1 << doublings);
}

void SessionJudge::tried(const std::string& id, SteadyTime now) {
    if (const auto found = watches_.find(id); found != watches_.end()) {
        found->second.last_try = at(now);
        ++found->second.tries;
    }
}

} // namespace plex_tuner::plex
