// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/plex/sessions.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::plex {

/// When Live TV that is played is taken for abandoned. zero() switches a rule off.
struct JudgeOptions {
    using Milliseconds = std::chrono::milliseconds;

    /// Without a sign of the client while no tuner sends anything for it.
    Milliseconds idle{15'000};
    /// Without a sign of the client, whatever the transcoder and the tuner do. A client whose signs
    /// come rarely is given three times as long as the longest pause between them.
    Milliseconds renew{20'000};
    /// In place of both, for a client that paused.
    Milliseconds pause{600'000};
    /// Of this age, unless it plays.
    Milliseconds hard{0};
    /// The least for a client that has never given a sign: it may be older than we are.
    Milliseconds stranger{60'000};
    /// Of the time between two looks no more counts: what clients said in a longer one is perhaps
    /// not read yet.
    Milliseconds longest_step{4'000};
    /// Between two attempts to end a session; doubles up to 32-fold.
    Milliseconds retry{10'000};
    std::string machine_id = {}; ///< only sessions of this client; empty: of all
    std::string player_ip = {};  ///< the same by address

    [[nodiscard]] bool has_rule() const {
        return idle.count() > 0 || renew.count() > 0 || hard.count() > 0;
    }
};

/// What our tuners send for the channel of a session.
enum class Feed {
    unknown, ///< cannot be told
    flowing, ///< somebody takes it, and bytes come
    dry,     ///< none of those that have the channel sends it to anybody
    foreign, ///< the channel is of somebody else's tuner alone
};

enum class StopReason { idle, renew, hard };
[[nodiscard]] std::string_view to_string(StopReason reason) noexcept;

/// How a session is ended.
enum class StopMeans { transcode, session };

/// What is to be said of one session of Live TV.
struct SessionVerdict {
    std::string id = {}; ///< for SessionJudge::tried
    PlaySession session = {};
    std::optional<StopReason> stop = {}; ///< none: it is left alone, at least for now
    StopMeans means = StopMeans::transcode;
    Feed feed = Feed::unknown;
    std::chrono::milliseconds age{0}; ///< since it was first seen
    std::optional<std::chrono::milliseconds> silent =
        {}; ///< no sign of the client; none: no telling
    std::chrono::milliseconds dry{0};
};

/// Tells the sessions that nobody watches from the others. Signs of a client are: its state
/// changes, its place (viewOffset) moves, an event has it report. That the transcoder goes on is
/// none; it does so by itself.
///
/// Silence counts only while signs would be seen: events are listened to, or the place is known to
/// move. Moments in which the server could not be asked count for nobody. Times are passed in, and
/// only those count that were spent looking. Used by one thread.
class SessionJudge {
public:
    explicit SessionJudge(JudgeOptions options) : options_(std::move(options)) {}

    /// Events are listened to from now on, or no more.
    void listening(bool is_on, SteadyTime now);
    /// True when there is news in it, so that it is time for a look.
    bool note(const PlayNotice& notice, SteadyTime now);

    /// The server was asked, in vain.
    void missed() { blind_ = true; }

    /// All that is played now. Sessions that are not in it are over. Gives what there is to be said
    /// of those of Live TV that the options are about.
    [[nodiscard]] std::vector<SessionVerdict> look(std::span<const PlaySession> sessions,
        const std::function<Feed(const PlaySession&)>& feed_of, SteadyTime now);

    /// It was tried to end it.
    void tried(const std::string& id, SteadyTime now);

private:
    using Time = std::chrono::milliseconds; ///< that counts, since the first look

    struct Watch {
        PlaySession session;
        Time first_seen{0};
        Time last_sign{0};
        std::size_t signs = 0;
        Time longest_pause{0};
        bool place_moves = false; ///< the list itself has shown signs
        bool said_goodbye = false;
        std::optional<Time> dry_since = {};
        std::optional<Time> last_try = {};
        int tries = 0;
    };

    [[nodiscard]] bool concerns(const PlaySession& session) const;
    [[nodiscard]] Time at(SteadyTime now) const;
    void update(const PlaySession& session, Time now);
    static void sign(Watch& watch, Time now);
    [[nodiscard]] SessionVerdict verdict_on(Watch& watch, Feed feed, Time now) const;
    [[nodiscard]] std::optional<Time> silence(const Watch& watch, Time now) const;
    [[nodiscard]] std::optional<StopReason> reason(
        const Watch& watch, const SessionVerdict& verdict) const;
    [[nodiscard]] bool is_idle(const Watch& watch, const SessionVerdict& verdict) const;
    [[nodiscard]] Time patience(const Watch& watch, Time least) const;
    [[nodiscard]] bool may_try(const Watch& watch, Time now) const;

    JudgeOptions options_;
    std::map<std::string, Watch> watches_;
    Time counted_{0}; ///< at the last look
    std::optional<Time> listening_since_;
    std::optional<SteadyTime> last_look_;
    bool blind_ = false;
};

} // namespace plex_tuner::plex
