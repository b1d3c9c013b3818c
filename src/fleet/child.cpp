// SPDX-License-Identifier: GPL-3.0-or-later
#include "child.hpp"

#include "spawn.hpp"

#include <plex_tuner/base/redact.hpp>

#include <cerrno>
#include <csignal>
#include <random>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/wait.h>

namespace plex_tuner::fleet {

namespace {

std::function<double()> random_numbers() {
    return [engine = std::minstd_rand(std::random_device()())]() mutable {
        return std::uniform_real_distribution<>(0.0, 1.0)(engine);
    };
}

std::string joined(const std::vector<std::string>& arguments) {
    std::string text;
    for (const std::string& argument : arguments) {
        text += (text.empty() ? "" : " ") + argument;
    }
    return redact_text(text);
}

} // namespace

std::string_view to_string(ChildState state) noexcept {
    switch (state) {
    case ChildState::waiting:
        return "waiting";
    case ChildState::running:
        return "running";
    case ChildState::restarting:
        return "restarting";
    case ChildState::stopping:
        return "stopping";
    case ChildState::ended:
        return "ended";
    case ChildState::failed:
        return "failed";
    }
    return "";
}

Child::Child(asio::any_io_executor executor, ChildPlan plan, std::string program,
    RestartOptions restart, Hooks hooks, std::shared_ptr<const Clock> clock,
    const log::Logger& logger)
    : executor_(std::move(executor)), plan_(std::move(plan)), program_(std::move(program)),
      policy_(restart, random_numbers()), hooks_(std::move(hooks)), clock_(std::move(clock)),
      logger_(logger.with({{"child", plan_.name}})), timer_(executor_),
      gone_(executor_, asio::steady_timer::time_point::max()) {}

void Child::start(bool with_delay) {
    if (with_delay && plan_.start_delay.count() > 0) {
        start_after(plan_.start_delay);
    } else {
        launch();
    }
}

void Child::start_after(std::chrono::milliseconds pause) {
    timer_.expires_after(pause);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled &&
            (self->state_ == ChildState::waiting || self->state_ == ChildState::restarting)) {
            self->launch();
        }
    });
}

void Child::launch() {
    std::error_code ignored; // the child will say what is wrong with it, and in better words
    std::filesystem::create_directories(plan_.catalog.parent_path(), ignored);
    SpawnOptions options{.program = program_,
        .arguments = {"plex-tuner"},
        .environment = plan_.environment,
        .work_directory = plan_.work_directory};
    options.arguments.insert(
        options.arguments.end(), plan_.arguments.begin(), plan_.arguments.end());
    if (state_ == ChildState::restarting) {
        ++restarts_;
    }
    started_ = clock_->steady();
    policy_.started(started_);
    const auto spawned = spawn(options);
    if (!spawned) {
        note_end("did not start: " + spawned.error().message(), false);
        return;
    }
    pid_ = spawned->pid;
    state_ = ChildState::running;
    logger_.info("child started", {{"pid", pid_}, {"args", joined(plan_.arguments)}});
    const auto follow = [&](int descriptor, Stream stream) {
        auto output = std::make_shared<ChildOutput>(executor_, descriptor,
            [on_line = hooks_.on_line, name = plan_.name, stream](
                std::string_view line) { on_line(name, stream, line); });
        output->start();
        return output;
    };
    output_ = follow(spawned->output, Stream::output);
    errors_ = follow(spawned->errors, Stream::errors);
}

void Child::collect() {
    // While it is not collected its group cannot be another's.
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    output_->finish();
    errors_->finish();
    const std::string how = describe_end(status);
    if (state_ == ChildState::stopping) {
        last_end_ = how;
        logger_.info("child stopped", {{"how", how}});
        gone_.cancel();
        return;
    }
    note_end(how, WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

void Child::note_end(const std::string& how, bool is_success) {
    last_end_ = how;
    const auto pause = policy_.ended(clock_->steady());
    if (pause) {
        state_ = ChildState::restarting;
        logger_.warn("child ended, it is started again",
            {{"how", how}, {"in_ms", pause->count()}, {"in_a_row", policy_.ends_in_a_row()}});
        start_after(*pause);
        return;
    }
    state_ = is_success ? ChildState::ended : ChildState::failed;
    logger_.write(is_success ? log::Level::info : log::Level::error, "child ended", {{"how", how}});
    // Not from within start(): who calls that need not expect it.
    asio::post(executor_, [self = shared_from_this()] { self->hooks_.on_final(*self); });
}

void Child::begin_stop() {
    if (state_ == ChildState::stopping) {
        return;
    }
    state_ = ChildState::stopping;
    timer_.cancel();
    if (pid_ < 0) {
        return;
    }
    ::kill(-pid_, SIGTERM);
    timer_.expires_after(kGrace);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled && self->pid_ > 0) {
            self->logger_.warn("child does not stop, it is killed", {{"pid", self->pid_}});
            self->kill_now();
        }
    });
}

asio::awaitable<void> Child::gone() {
    const auto self = shared_from_this();
    while (pid_ > 0) {
        co_await gone_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    timer_.cancel();
}

void Child::kill_hung(std::chrono::seconds silence) const {
    logger_.warn("child hangs, it is killed", {{"pid", pid_}, {"silent_s", silence.count()}});
    kill_now();
}

void Child::kill_now() const {
    if (pid_ > 0) {
        ::kill(-pid_, SIGKILL);
    }
}

void Child::use(const ChildPlan& plan, RestartOptions restart) {
    plan_ = plan;
    policy_.use(restart);
}

} // namespace plex_tuner::fleet
