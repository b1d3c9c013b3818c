// SPDX-License-Identifier: GPL-3.0-or-later
#include "child.hpp"
#include "child_probe.hpp"
#include "pages.hpp"
#include "plan_difference.hpp"
#include "process_memory.hpp"
#include "process_reaper.hpp"

#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/fleet/supervisor.hpp>
#include <plex_tuner/net/http_server.hpp>
#include <plex_tuner/net/io_runtime.hpp>

#include <algorithm>
#include <csignal>
#include <future>
#include <map>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

namespace plex_tuner::fleet {

namespace {

using std::chrono::seconds;

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);
constexpr seconds kServerGrace{1};
/// Between two questions to a tuner that is not ready yet.
constexpr seconds kTick{1};
/// And to one that is.
constexpr seconds kProbePause{5};

/// One name of the plan, with the process behind it.
struct Member {
    std::shared_ptr<Child> child;
    // What it said when asked last; of the process `probed`.
    ProbeResult said = {};
    pid_t probed = -1;
    pid_t was_ready = -1; ///< the process that has been ready once
    SteadyTime next_probe{};
    bool is_asked = false;
};

std::string joined(const std::vector<std::string>& texts, const char* between) {
    std::string out;
    for (const std::string& text : texts) {
        out += (out.empty() ? "" : between) + text;
    }
    return out;
}

/// Everything runs on one thread: no lock is needed, and the children belong to it.
class RunningSupervisor final : public Supervisor {
public:
    RunningSupervisor(SupervisorOptions options, OutputQueue& output, log::Logger logger)
        : options_(std::move(options)), output_(output), logger_(std::move(logger)),
          clock_(std::make_shared<SystemClock>()), runtime_(logger_.module("net"), 1),
          signals_(runtime_.context()), tick_(runtime_.context()),
          reaper_(runtime_.context().get_executor(), [this](pid_t pid) { return collect(pid); }),
          pages_(make_pages({.status = [this] { return status(); },
              .metrics =
                  [this] {
                      return metrics();
                  }})),
          client_(fetch::Client::create(options_.fetch, logger_.module("fetch"))) {}

    [[nodiscard]] Result<void> bind() {
        const Plan& plan = options_.plan;
        if (plan.listen.empty()) {
            return {};
        }
        auto bound = net::HttpServer::bind(
            runtime_.context(), {.listen = plan.listen, .request_id_prefix = "s"},
            [this](net::Exchange& exchange) { return pages_.dispatch(exchange); },
            logger_.module("http"));
        if (bound) {
            server_ = std::move(*bound);
        } else if (plan.listen_is_default && bound.error().code() == ErrorCode::unavailable) {
            // Nobody asked for it, and a second supervisor is no reason not to start.
            logger_.warn("there is no page of the supervisor: its usual port is taken",
                {{"setting", kListenVariable}, {"error", bound.error()}});
        } else {
            return fail_with(std::move(bound), "the supervisor's page");
        }
        return {};
    }

    [[nodiscard]] Result<void> run() override {
        std::signal(SIGPIPE, SIG_IGN);
        for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) {
            signals_.add(signal);
        }
        reaper_.start();
        if (server_) {
            server_->start();
        }
        asio::co_spawn(runtime_.context(), watch_signals(), rethrow);
        // On the thread that stays: the kernel kills children with the thread that made them.
        asio::post(runtime_.context(), [this] { begin(); });
        runtime_.start();
        stopped_.get_future().wait();
        runtime_.finish();
        runtime_.stop();
        runtime_.join();
        return std::move(outcome_);
    }

private:
    static void rethrow(const std::exception_ptr& failure) {
        if (failure) {
            std::rethrow_exception(failure); // a bug
        }
    }

    [[nodiscard]] RestartOptions restart_options(const Plan& plan) const {
        return {.restart = plan.restart,
            .delay = plan.restart_delay,
            .fail_fast = plan.fail_fast && plan.restart};
    }

    void begin() {
        logger_.info(
            "supervising", {{"children", options_.plan.children.size()}, {"pid", ::getpid()},
                               {"version", options_.inputs.version},
                               {"page", server_ ? options_.plan.listen : std::string("off")},
                               {"shared", options_.inputs.shared_directory.string()}});
        for (const std::string& name : options_.plan.disabled) {
            logger_.info("child is disabled", {{"child", name}});
        }
        began_ = clock_->steady();
        for (const ChildPlan& plan : options_.plan.children) {
            members_.push_back(make(plan));
        }
        for (const Member& member : std::vector(members_)) {
            member.child->start(true);
        }
        asio::co_spawn(runtime_.context(), ask_children(), rethrow);
    }

    [[nodiscard]] Member make(const ChildPlan& plan) {
        Child::Hooks hooks{.on_line =
                               [this](std::string_view name, Stream stream, std::string_view line) {
                                   output_.write(
                                       forwarded_line(name, stream, line, options_.format));
                               },
            .on_final =
                [this](Child& child) {
                    note_final(child);
                }};
        return {.child = std::make_shared<Child>(runtime_.context().get_executor(), plan,
                    options_.program, restart_options(options_.plan), std::move(hooks), clock_,
                    logger_)};
    }

    /// Whether the process is one of the children; it is collected then.
    bool collect(pid_t pid) {
        const auto found = std::ranges::find_if(
            members_, [&](const Member& member) { return member.child->pid() == pid; });
        if (found == members_.end()) {
            return false;
        }
        const auto child = found->child;
        child->collect();
        return true;
    }

    void note_final(const Child& child) {
        if (is_stopping_) {
            return;
        }
        if (child.state() == ChildState::failed && options_.plan.fail_fast) {
            logger_.error("a child failed, so all are stopped",
                {{"child", child.plan().name}, {"how", child.last_end()}});
            outcome_ = fail(ErrorCode::unavailable,
                "the child " + child.plan().name + " failed: it " + child.last_end());
            begin_stop();
            return;
        }
        end_when_all_is_over();
    }

    void end_when_all_is_over() {
        const bool is_all_over = std::ranges::all_of(members_, [](const Member& member) {
            return member.child->state() == ChildState::ended ||
                   member.child->state() == ChildState::failed;
        });
        if (is_all_over && !is_reloading_ && !is_stopping_) {
            logger_.info("all children have ended");
            begin_stop();
        }
    }

    asio::awaitable<void> watch_signals() {
        while (true) {
            const auto [error, signal] = co_await signals_.async_wait(kAwaitTuple);
            if (error) {
                co_return;
            }
            if (signal == SIGUSR1) {
                output_.write(status_text(status()));
            } else if (signal == SIGHUP) {
                begin_reload();
            } else if (!is_stopping_) {
                logger_.info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
                begin_stop();
            } else {
                logger_.warn("told twice: children are killed");
                for (const Member& member : members_) {
                    member.child->kill_now();
                }
            }
        }
    }

    // Configuration.

    void begin_reload() {
        if (is_stopping_) {
            return;
        }
        if (is_reloading_) {
            reloads_again_ = true;
            return;
        }
        is_reloading_ = true;
        asio::co_spawn(runtime_.context(), reload(), rethrow);
    }

    asio::awaitable<void> reload() {
        do {
            reloads_again_ = false;
            Plan next = read_plan(options_.file, options_.inputs);
            for (const std::string& warning : next.warnings) {
                logger_.warn(warning);
            }
            for (const std::string& problem : next.problems) {
                logger_.error(problem);
            }
            if (next.problems.empty()) {
                co_await apply(std::move(next));
            } else {
                logger_.error("the new configuration is not taken, nothing was changed",
                    {{"file", options_.file.string()}, {"problems", next.problems.size()}});
            }
        } while (reloads_again_ && !is_stopping_);
        is_reloading_ = false;
        end_when_all_is_over();
    }

    asio::awaitable<void> apply(Plan next) {
        const PlanDifference what = difference(options_.plan.children, next.children);
        if (next.listen != options_.plan.listen) {
            logger_.warn("the supervisor's page moves at the next start only",
                {{"now", options_.plan.listen}, {"then", next.listen}});
            next.listen = options_.plan.listen;
        }
        const auto is_in = [](const std::vector<std::string>& names, const Member& member) {
            return std::ranges::find(names, member.child->plan().name) != names.end();
        };
        // All that goes first: ports and directories may go from one child to another.
        std::vector<std::shared_ptr<Child>> going;
        for (const Member& member : members_) {
            if (is_in(what.removed, member) || is_in(what.changed, member)) {
                going.push_back(member.child);
                member.child->begin_stop();
            }
        }
        for (const auto& child : going) {
            co_await child->gone();
        }
        if (is_stopping_) {
            co_return;
        }
        options_.plan = std::move(next);
        std::vector<Member> members;
        std::vector<std::pair<std::shared_ptr<Child>, bool>> to_start; // with its delay?
        for (const ChildPlan& plan : options_.plan.children) {
            const auto known = std::ranges::find_if(members_,
                [&](const Member& member) { return member.child->plan().name == plan.name; });
            if (known != members_.end() && is_in(what.unchanged, *known)) {
                known->child->use(plan, restart_options(options_.plan));
                members.push_back(*known);
            } else {
                members.push_back(make(plan));
                to_start.emplace_back(members.back().child, known == members_.end());
            }
        }
        members_ = std::move(members);
        is_announced_ = is_announced_ && to_start.empty();
        began_ = clock_->steady();
        logger_.info("the new configuration is taken",
            {{"unchanged", what.unchanged.size()}, {"changed", joined(what.changed, ",")},
                {"added", joined(what.added, ",")}, {"removed", joined(what.removed, ",")}});
        for (const auto& [child, with_delay] : to_start) {
            child->start(with_delay);
        }
    }

    // How they are.

    asio::awaitable<void> ask_children() {
        while (!is_stopping_) {
            const SteadyTime now = clock_->steady();
            for (Member& member : members_) {
                const Child& child = *member.child;
                if (!member.is_asked && child.plan().endpoint && child.pid() > 0 &&
                    (member.probed != child.pid() || now >= member.next_probe)) {
                    member.is_asked = true;
                    asio::co_spawn(runtime_.context(), ask(member.child), rethrow);
                }
            }
            announce();
            tick_.expires_after(kTick);
            static_cast<void>(co_await tick_.async_wait(kAwaitTuple));
        }
    }

    asio::awaitable<void> ask(std::shared_ptr<Child> child) {
        const pid_t pid = child->pid();
        ProbeResult said = co_await probe_tuner(*client_, *child->plan().endpoint);
        const auto member = std::ranges::find(members_, child, &Member::child);
        if (member == members_.end()) {
            co_return;
        }
        member->is_asked = false;
        if (child->pid() != pid) {
            co_return; // another one answers by now
        }
        member->said = std::move(said);
        member->probed = pid;
        member->was_ready = member->said.is_ready ? pid : member->was_ready;
        member->next_probe = clock_->steady() + (member->said.is_ready ? kProbePause : seconds(0));
        announce();
    }

    /// Says once that everything is there.
    void announce() {
        if (is_announced_ || is_stopping_ || is_reloading_) {
            return;
        }
        const FleetStatus now = status();
        if (!now.is_ready()) {
            return;
        }
        is_announced_ = true;
        logger_.info("all children are ready",
            {{"children", now.children.size()},
                {"after_ms",
                    std::chrono::duration_cast<std::chrono::milliseconds>(clock_->steady() - began_)
                        .count()}});
        if (options_.is_terminal) {
            output_.write(status_text(now));
        }
    }

    [[nodiscard]] FleetStatus status() const {
        FleetStatus status{.version = options_.inputs.version,
            .disabled = options_.plan.disabled,
            .dropped_lines = output_.dropped()};
        for (const Member& member : members_) {
            status.children.push_back(status_of(member));
        }
        return status;
    }

    [[nodiscard]] ChildStatus status_of(const Member& member) const {
        const Child& child = *member.child;
        ChildStatus status{.name = child.plan().name,
            .state = std::string(to_string(child.state())),
            .pid = child.pid(),
            .device_id = child.plan().device_id,
            .restarts = child.restarts(),
            .last_end = child.last_end(),
            .command = redact_text(joined(child.plan().arguments, " "))};
        if (child.plan().endpoint) {
            status.port = child.plan().endpoint->port;
        }
        const bool is_known = child.pid() > 0 && member.probed == child.pid();
        if (child.state() == ChildState::running && child.plan().endpoint) {
            status.state = is_known && member.said.is_ready  ? "ready"
                           : member.was_ready == child.pid() ? "not ready"
                                                             : "starting";
        }
        if (is_known) {
            status.channels = member.said.channels;
            status.viewers = member.said.viewers;
        }
        if (child.pid() > 0) {
            status.uptime_s = static_cast<std::uint64_t>(
                std::chrono::duration_cast<seconds>(clock_->steady() - child.started()).count());
            status.pss_bytes = pss_bytes(child.pid());
        }
        return status;
    }

    [[nodiscard]] std::vector<ChildMetrics> metrics() const {
        std::vector<ChildMetrics> all;
        for (const Member& member : members_) {
            if (member.child->pid() > 0 && member.probed == member.child->pid()) {
                all.push_back({member.child->plan().name, member.said.metrics});
            }
        }
        return all;
    }

    // The end.

    void begin_stop() {
        if (is_stopping_) {
            return;
        }
        is_stopping_ = true;
        asio::co_spawn(runtime_.context(), stop_all(), rethrow);
    }

    asio::awaitable<void> stop_all() {
        for (const Member& member : members_) {
            member.child->begin_stop();
        }
        for (const Member& member : std::vector(members_)) {
            co_await member.child->gone();
        }
        tick_.cancel();
        if (server_) {
            co_await server_->stop(kServerGrace);
        }
        reaper_.stop();
        logger_.info("stopped");
        stopped_.set_value();
    }

    SupervisorOptions options_;
    OutputQueue& output_;
    log::Logger logger_;
    std::shared_ptr<const Clock> clock_;
    net::IoRuntime runtime_;
    asio::signal_set signals_;
    asio::steady_timer tick_;
    ProcessReaper reaper_;
    net::Router pages_;
    std::unique_ptr<fetch::Client> client_;
    std::unique_ptr<net::HttpServer> server_; ///< null: no page
    std::vector<Member> members_;             ///< in the order of the plan
    SteadyTime began_{};
    Result<void> outcome_;
    std::promise<void> stopped_;
    bool is_stopping_ = false;
    bool is_reloading_ = false;
    bool reloads_again_ = false;
    bool is_announced_ = false; ///< that all children are ready
};

} // namespace

Result<std::unique_ptr<Supervisor>> Supervisor::create(
    SupervisorOptions options, OutputQueue& output, log::Logger logger) {
    auto supervisor =
        std::make_unique<RunningSupervisor>(std::move(options), output, std::move(logger));
    if (auto bound = supervisor->bind(); !bound) {
        return fail(std::move(bound).error());
    }
    return std::unique_ptr<Supervisor>(std::move(supervisor));
}

} // namespace plex_tuner::fleet
