// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "child.hpp"
#include "child_probe.hpp"
#include "fleet_metrics.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/fleet/status.hpp>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace plex_tuner::fleet {

/// The children in the order of the plan, and what each said when it was asked last. Confined to
/// one thread.
class Roster {
public:
    using Children = std::vector<std::shared_ptr<Child>>;

    /// `client` outlives this.
    Roster(
        asio::any_io_executor executor, fetch::Client& client, std::shared_ptr<const Clock> clock);

    Roster(const Roster&) = delete;
    Roster& operator=(const Roster&) = delete;

    /// In the place of those from before; of one that was there already is known what it said.
    void set(const Children& children);

    [[nodiscard]] Children children() const;
    /// Null: there is none.
    [[nodiscard]] std::shared_ptr<Child> find(std::string_view name) const;
    [[nodiscard]] std::shared_ptr<Child> find(pid_t pid) const;

    /// Asks those whose turn it is, without waiting: one that is not ready yet at each call, one
    /// that is every few seconds. `on_news` is called when one has answered, or did not.
    void ask_due(const std::function<void()>& on_news);
    /// Kills those that have been ready and have answered nothing for so long.
    void kill_hung(std::chrono::milliseconds silence);

    [[nodiscard]] std::vector<ChildStatus> status() const;
    /// The same without their memory, which the kernel has to count page by page.
    [[nodiscard]] std::vector<ChildStatus> states() const;
    /// What children answered to /metrics.
    [[nodiscard]] std::vector<ChildMetrics> metrics() const;

private:
    struct Member {
        std::shared_ptr<Child> child;
        ProbeResult said = {};
        pid_t probed = -1;    ///< the process that said it
        pid_t was_ready = -1; ///< the process that has been ready once
        SteadyTime next_probe{};
        std::optional<SteadyTime> silent_since = {}; ///< of the process that was asked last
        bool is_asked = false;
    };

    [[nodiscard]] asio::awaitable<void> ask(
        std::shared_ptr<Child> child, std::function<void()> on_news);
    [[nodiscard]] ChildStatus status_of(const Member& member) const;

    asio::any_io_executor executor_;
    fetch::Client& client_;
    std::shared_ptr<const Clock> clock_;
    std::vector<Member> members_;
};

} // namespace plex_tuner::fleet
