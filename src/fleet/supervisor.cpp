// SPDX-License-Identifier: GPL-3.0-or-later
#include "child.hpp"
#include "pages.hpp"
#include "plan_difference.hpp"
#include "process_reaper.hpp"
#include "roster.hpp"

#include <plex_tuner/fleet/supervisor.hpp>
#include <plex_tuner/net/http_server.hpp>
#include <plex_tuner/net/io_runtime.hpp>

#include <algorithm>
#include <csignal>
#include <future>
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
/// Between two looks at whose turn it is to be asked.
constexpr seconds kTick{1};

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
          client_(fetch::Client::create(options_.fetch, logger_.module("fetch"))),
          roster_(runtime_.context().get_executor(), *client_, clock_),
          pages_(make_pages({.status = [this] { return status(); },
              .metrics =
                  [this] {
                      return roster_.metrics();
                  }})) {}

    [[nodiscard]] Result<void> bind();
    [[nodiscard]] Result<void> run() override;

private:
    void begin();
    [[nodiscard]] std::shared_ptr<Child> make(const ChildPlan& plan);
    bool collect(pid_t pid);
    void note_final(const Child& child);
    void end_when_all_is_over();
    [[nodiscard]] asio::awaitable<void> watch_signals();

    void begin_reload();
    [[nodiscard]] asio::awaitable<void> reload();
    [[nodiscard]] asio::awaitable<void> apply(Plan next);

    [[nodiscard]] asio::awaitable<void> look_after_children();
    void announce();
    [[nodiscard]] FleetStatus status() const;

    void begin_stop();
    [[nodiscard]] asio::awaitable<void> stop_all();

    SupervisorOptions options_; ///< with the plan that holds now
    OutputQueue& output_;
    log::Logger logger_;
    std::shared_ptr<const Clock> clock_;
    net::IoRuntime runtime_;
    asio::signal_set signals_;
    asio::steady_timer tick_;
    ProcessReaper reaper_;
    std::unique_ptr<fetch::Client> client_;
    Roster roster_;
    net::Router pages_;
    std::unique_ptr<net::HttpServer> server_; ///< null: no page
    SteadyTime began_{};                      ///< this plan
    Result<void> outcome_;
    std::promise<void> stopped_;
    bool is_stopping_ = false;
    bool is_reloading_ = false;
    bool reloads_again_ = false;
    bool is_announced_ = false; ///< that all children are ready
};

RestartOptions restart_options(const Plan& plan) {
    return {.restart = plan.restart,
        .delay = plan.restart_delay,
        .fail_fast = plan.fail_fast && plan.restart};
}

void rethrow(const std::exception_ptr& failure) {
    if (failure) {
        std::rethrow_exception(failure); // a bug
    }
}

Result<void> RunningSupervisor::bind() {
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

Result<void> RunningSupervisor::run() {
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

void RunningSupervisor::begin() {
    logger_.info("supervising", {{"children", options_.plan.children.size()}, {"pid", ::getpid()},
                                    {"version", options_.inputs.version},
                                    {"page", server_ ? options_.plan.listen : std::string("off")},
                                    {"shared", options_.inputs.shared_directory.string()}});
    for (const std::string& name : options_.plan.disabled) {
        logger_.info("child is disabled", {{"child", name}});
    }
    began_ = clock_->steady();
    Roster::Children children;
    for (const ChildPlan& plan : options_.plan.children) {
        children.push_back(make(plan));
    }
    roster_.set(children);
    for (const auto& child : children) {
        child->start(true);
    }
    asio::co_spawn(runtime_.context(), look_after_children(), rethrow);
}

std::shared_ptr<Child> RunningSupervisor::make(const ChildPlan& plan) {
    Child::Hooks hooks{.on_line =
                           [this](std::string_view name, Stream stream, std::string_view line) {
                               output_.write(forwarded_line(name, stream, line, options_.format));
                           },
        .on_final =
            [this](Child& child) {
                note_final(child);
            }};
    return std::make_shared<Child>(runtime_.context().get_executor(), plan, options_.program,
        restart_options(options_.plan), std::move(hooks), clock_, logger_);
}

/// Whether the process is one of the children; it is collected then.
bool RunningSupervisor::collect(pid_t pid) {
    const auto child = roster_.find(pid);
    if (child) {
        child->collect();
    }
    return child != nullptr;
}

void RunningSupervisor::note_final(const Child& child) {
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

void RunningSupervisor::end_when_all_is_over() {
    const bool is_all_over = std::ranges::all_of(roster_.children(), [](const auto& child) {
        return child->state() == ChildState::ended || child->state() == ChildState::failed;
    });
    if (is_all_over && !is_reloading_ && !is_stopping_) {
        logger_.info("all children have ended");
        begin_stop();
    }
}

asio::awaitable<void> RunningSupervisor::watch_signals() {
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
            for (const auto& child : roster_.children()) {
                child->kill_now();
            }
        }
    }
}

void RunningSupervisor::begin_reload() {
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

asio::awaitable<void> RunningSupervisor::reload() {
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

asio::awaitable<void> RunningSupervisor::apply(Plan next) {
    const PlanDifference what = difference(options_.plan.children, next.children);
    if (next.listen != options_.plan.listen) {
        logger_.warn("the supervisor's page moves at the next start only",
            {{"now", options_.plan.listen}, {"then", next.listen}});
        next.listen = options_.plan.listen;
    }
    // All that goes first: ports and directories may go from one child to another.
    Roster::Children going;
    for (const auto* const names : {&what.removed, &what.changed}) {
        for (const std::string& name : *names) {
            going.push_back(roster_.find(name));
            going.back()->begin_stop();
        }
    }
    for (const auto& child : going) {
        co_await child->gone();
    }
    if (is_stopping_) {
        co_return;
    }
    options_.plan = std::move(next);
    Roster::Children all;
    std::vector<std::pair<std::shared_ptr<Child>, bool>> to_start; // with its delay?
    for (const ChildPlan& plan : options_.plan.children) {
        auto known = roster_.find(plan.name);
        if (std::ranges::find(what.unchanged, plan.name) != what.unchanged.end()) {
            known->use(plan, restart_options(options_.plan));
            all.push_back(std::move(known));
        } else {
            all.push_back(make(plan));
            to_start.emplace_back(all.back(), known == nullptr);
        }
    }
    roster_.set(all);
    is_announced_ = is_announced_ && to_start.empty();
    began_ = clock_->steady();
    logger_.info("the new configuration is taken",
        {{"unchanged", what.unchanged.size()}, {"changed", joined(what.changed, ",")},
            {"added", joined(what.added, ",")}, {"removed", joined(what.removed, ",")}});
    for (const auto& [child, with_delay] : to_start) {
        child->start(with_delay);
    }
}

asio::awaitable<void> RunningSupervisor::look_after_children() {
    while (!is_stopping_) {
        roster_.ask_due([this] { announce(); });
        announce();
        if (options_.plan.hang_timeout.count() > 0) {
            roster_.kill_hung(options_.plan.hang_timeout);
        }
        tick_.expires_after(kTick);
        static_cast<void>(co_await tick_.async_wait(kAwaitTuple));
    }
}

/// Says once that everything is there.
void RunningSupervisor::announce() {
    if (is_announced_ || is_stopping_ || is_reloading_) {
        return;
    }
    const FleetStatus now{.children = roster_.states()};
    if (!now.is_ready()) {
        return;
    }
    is_announced_ = true;
    const auto after =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_->steady() - began_);
    logger_.info(
        "all children are ready", {{"children", now.children.size()}, {"after_ms", after.count()}});
    if (options_.is_terminal) {
        output_.write(status_text(now));
    }
}

FleetStatus RunningSupervisor::status() const {
    return {.version = options_.inputs.version,
        .children = roster_.status(),
        .disabled = options_.plan.disabled,
        .dropped_lines = output_.dropped()};
}

void RunningSupervisor::begin_stop() {
    if (!is_stopping_) {
        is_stopping_ = true;
        asio::co_spawn(runtime_.context(), stop_all(), rethrow);
    }
}

asio::awaitable<void> RunningSupervisor::stop_all() {
    const Roster::Children children = roster_.children();
    for (const auto& child : children) {
        child->begin_stop();
    }
    for (const auto& child : children) {
        co_await child->gone();
    }
    tick_.cancel();
    if (server_) {
        co_await server_->stop(kServerGrace);
    }
    reaper_.stop();
    logger_.info("stopped");
    stopped_.set_value();
}

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
