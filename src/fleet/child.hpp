// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "child_output.hpp"
#include "forwarded_line.hpp"
#include "restart_policy.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/fleet/plan.hpp>
#include <plex_tuner/log/logger.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/types.h>

namespace plex_tuner::fleet {

enum class ChildState {
    waiting, ///< for its start delay
    running,
    restarting, ///< it ended and is started again after a pause
    stopping,
    ended,  ///< by itself, with success, and for good
    failed, ///< for good
};

[[nodiscard]] std::string_view to_string(ChildState state) noexcept;

/// One child over all its lives: started, forwarded, restarted, stopped. Confined to one thread,
/// which must live as long as the child: the kernel kills the child with it.
class Child : public std::enable_shared_from_this<Child> {
public:
    /// From SIGTERM to SIGKILL.
    static constexpr std::chrono::seconds kGrace{8};

    struct Hooks {
        std::function<void(std::string_view name, Stream stream, std::string_view line)> on_line;
        /// It ended and will not be started again; state() tells how.
        std::function<void(Child&)> on_final;
    };

    Child(asio::any_io_executor executor, ChildPlan plan, std::string program,
        RestartOptions restart, Hooks hooks, std::shared_ptr<const Clock> clock,
        const log::Logger& logger);

    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    [[nodiscard]] const ChildPlan& plan() const noexcept { return plan_; }

    [[nodiscard]] ChildState state() const noexcept { return state_; }

    [[nodiscard]] pid_t pid() const noexcept { return pid_; } ///< -1: none runs

    [[nodiscard]] SteadyTime started() const noexcept { return started_; }

    [[nodiscard]] std::uint64_t restarts() const noexcept { return restarts_; }

    [[nodiscard]] const std::string& last_end() const noexcept { return last_end_; }

    /// The first start waits for the start delay, if `with_delay`.
    void start(bool with_delay);
    /// The process `pid` can be collected. Kills what is left of its group, collects it and decides
    /// what becomes of the child.
    void collect();
    /// SIGTERM to its group, SIGKILL after kGrace. It is not started again.
    void begin_stop();
    /// Returns when no process is left of one that was told to stop.
    [[nodiscard]] asio::awaitable<void> gone();
    /// It has said nothing for so long. It is started again as one that ended.
    void kill_hung(std::chrono::seconds silence) const;
    /// Does not wait for the grace.
    void kill_now() const;
    /// The same process under other rules: what changed does not concern the process.
    void use(const ChildPlan& plan, RestartOptions restart);

private:
    void launch();
    void note_end(const std::string& how, bool is_success);
    void start_after(std::chrono::milliseconds pause);

    asio::any_io_executor executor_;
    ChildPlan plan_;
    std::string program_;
    RestartPolicy policy_;
    Hooks hooks_;
    std::shared_ptr<const Clock> clock_;
    log::Logger logger_;
    asio::steady_timer timer_; ///< of the next start, or of the end of the grace
    asio::steady_timer gone_;  ///< cancelled when the process is gone while stopping
    std::shared_ptr<ChildOutput> output_;
    std::shared_ptr<ChildOutput> errors_;
    ChildState state_ = ChildState::waiting;
    pid_t pid_ = -1;
    SteadyTime started_{};
    std::uint64_t restarts_ = 0;
    std::string last_end_;
};

} // namespace plex_tuner::fleet
