// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "holder.hpp"
#include "ledger_file.hpp"
#include "redis_client.hpp"
#include "redis_table.hpp"
#include "standing.hpp"
#include "turn_mutex.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/state/coordination.hpp>
#include <plex_tuner/state/time_point.hpp>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace plex_tuner::state {

/// The place of this process in the table that machines share, for one ledger. A thread of its own
/// connects, shows that the process lives, and lets the owner bring its part of the table up to
/// date. While it connects, or gets to know a server, nobody waits for it; whoever has the link
/// has it for a time-out at most, for so long Redis may take for all that is asked meanwhile.
class CoordinationLink {
public:
    using Phase = CoordinationState::Phase;
    using Turn = std::unique_lock<TurnMutex>;
    /// The owner's part of a sign of life. May pass its turn between two parts of it.
    using OnBeat = std::function<Result<void>(Turn&)>;

    [[nodiscard]] static Result<std::unique_ptr<CoordinationLink>> open(CoordinationOptions options,
        const std::filesystem::path& directory, std::shared_ptr<LedgerFile> ledger);

    /// Once. Waits for the first attempt to connect, a few seconds at most; its failure is no
    /// error.
    void start(OnBeat on_beat);

    /// Ends the thread, and takes the session out of the table.
    ~CoordinationLink();
    CoordinationLink(const CoordinationLink&) = delete;
    CoordinationLink& operator=(const CoordinationLink&) = delete;

    /// Guards the rest of this, and whatever the owner keeps beside it.
    [[nodiscard]] Turn lock();

    /// Whoever waits goes first; then all the time is there again. An error: meanwhile Redis was
    /// lost, or this began to end.
    [[nodiscard]] Result<void> pass(Turn& turn);

    /// Whether something more may be asked in this turn, with a client.
    [[nodiscard]] bool has_time() const { return client_->time_left() > options_.timeout / 2; }

    /// Null: Redis does not answer.
    [[nodiscard]] RedisClient* client() noexcept { return client_ ? &*client_ : nullptr; }

    [[nodiscard]] Phase phase() const noexcept { return state_.phase; }

    [[nodiscard]] const CoordinationState& state() const noexcept { return state_; }

    /// Redis did not answer: this machine goes on alone, and the thread connects anew.
    void lost(const Error& error);

    /// How many machines a look at the table has shown.
    void saw_machines(int machines) noexcept { state_.machines = machines; }

    /// Empty: this machine has never counted with others.
    [[nodiscard]] const std::optional<Standing>& standing() const noexcept { return standing_; }

    /// When this process began to be alone.
    [[nodiscard]] TimePoint alone_since() const noexcept { return alone_since_; }

    [[nodiscard]] const CoordinationOptions& options() const noexcept { return options_; }

    [[nodiscard]] const std::string& session() const noexcept { return session_.id(); }

    [[nodiscard]] const std::string& machine() const noexcept { return machine_; }

    /// Knows the dead of this machine before their lease ends.
    [[nodiscard]] IsDead is_dead() const;

private:
    using Clock = std::chrono::steady_clock;

    CoordinationLink(CoordinationOptions options, std::filesystem::path directory,
        std::shared_ptr<LedgerFile> ledger, Holder session, std::string machine,
        std::optional<Standing> standing);

    void run();
    void connect(Turn& turn);
    [[nodiscard]] Result<RedisClient> meet();
    void begin();
    void beat(Turn& turn);
    [[nodiscard]] Result<void> show_session();
    void note_standing(const Sessions& sessions);
    void enter(Phase phase, std::string reason);
    void tell(Turn& turn);

    CoordinationOptions options_;
    std::filesystem::path directory_;
    std::shared_ptr<LedgerFile> ledger_;
    std::string machine_;
    OnBeat on_beat_;

    TurnMutex mutex_;
    std::condition_variable_any changed_;
    bool stopping_ = false;
    bool began_ = false; ///< the first attempt is over
    bool hurry_ = false; ///< the thread has something to do at once
    Holder session_;
    std::optional<RedisClient> client_;
    CoordinationState state_;
    std::optional<CoordinationState> to_tell_;
    bool was_together_ = false;
    Clock::time_point shown_at_{};   ///< the session, last
    Clock::time_point trusted_at_{}; ///< from then on the table has what everybody holds
    TimePoint alone_since_;
    std::optional<Standing> standing_;
    std::thread thread_;
};

} // namespace plex_tuner::state
