// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/session_drain.hpp>
#include <plex_tuner/plex/session_end.hpp>
#include <plex_tuner/plex/tuner_feeds.hpp>

#include <algorithm>
#include <set>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::plex {

namespace {

using std::chrono::milliseconds;
using Mode = DrainOptions::Mode;

constexpr milliseconds kListenAgain{1'500};

SteadyTime now() {
    return std::chrono::steady_clock::now();
}

asio::awaitable<void> pause(milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

JudgeOptions paced(const DrainOptions& options) {
    JudgeOptions judge = options.judge;
    judge.longest_step = 2 * options.poll;
    return judge;
}

class Drain {
public:
    Drain(Server& server, fetch::Client& client, DrainOptions options,
        std::function<void(std::string)> say)
        : server_(server), feeds_(server, client, {}), judge_(paced(options)),
          options_(std::move(options)), say_(std::move(say)), began_(now()) {}

    [[nodiscard]] asio::awaitable<Result<DrainEnd>> run() {
        if (options_.mode == Mode::now) {
            co_return co_await drain_now();
        }
        using namespace asio::experimental::awaitable_operators;
        auto ended = co_await (drain_abandoned() || listen());
        co_return std::get<0>(std::move(ended));
    }

private:
    [[nodiscard]] asio::awaitable<Result<std::vector<SessionVerdict>>> look();
    [[nodiscard]] asio::awaitable<Result<DrainEnd>> drain_now();
    [[nodiscard]] asio::awaitable<Result<DrainEnd>> drain_abandoned();
    [[nodiscard]] asio::awaitable<void> end(const SessionVerdict& verdict);
    [[nodiscard]] asio::awaitable<std::monostate> listen();

    [[nodiscard]] bool is_over(milliseconds limit) const { return now() - began_ >= limit; }

    Server& server_;
    TunerFeeds feeds_;
    SessionJudge judge_;
    DrainOptions options_;
    std::function<void(std::string)> say_;
    SteadyTime began_;
    std::set<std::string> seen_;  ///< that were told of
    std::set<std::string> ended_; ///< in a dry run: that would be gone
};

asio::awaitable<std::monostate> Drain::listen() {
    while (true) {
        auto events = co_await server_.events();
        if (events) {
            judge_.listening(true, now());
            while (true) {
                const auto event = co_await events->next();
                if (!event) {
                    break;
                }
                if (event->notice) {
                    (void)judge_.note(*event->notice, now());
                }
            }
            judge_.listening(false, now());
        }
        co_await pause(kListenAgain);
    }
}

asio::awaitable<Result<std::vector<SessionVerdict>>> Drain::look() {
    const auto sessions = co_await server_.sessions();
    if (!sessions) {
        judge_.missed();
        co_return std::unexpected(sessions.error());
    }
    std::vector<std::string> channels;
    for (const PlaySession& session : *sessions) {
        if (session.is_live() && !session.is_internal()) {
            channels.push_back(session.channel);
        }
    }
    if (options_.mode != Mode::now && !channels.empty()) {
        co_await feeds_.refresh(channels, now());
    }
    co_return judge_.look(
        *sessions, [this](const PlaySession& session) { return feeds_.of(session.channel); },
        now());
}

asio::awaitable<void> Drain::end(const SessionVerdict& verdict) {
    judge_.tried(verdict.id, now());
    std::string line = "STOP " + session_text(verdict.session);
    if (verdict.stop) {
        line += " why=" + std::string(to_string(*verdict.stop));
    }
    if (options_.dry_run) {
        if (ended_.insert(verdict.id).second) {
            say_(line + " dry_run=1");
        }
        co_return;
    }
    say_(line);
    const auto ended = co_await end_session(server_, verdict.session, verdict.means);
    if (!ended) {
        say_("STOP_FAILED " + session_text(verdict.session) + ": " + ended.error().message());
    }
}

asio::awaitable<Result<DrainEnd>> Drain::drain_now() {
    auto found = co_await look();
    if (!found) {
        co_return std::unexpected(std::move(found).error());
    }
    say_("LIVE_MATCHED " + std::to_string(found->size()));
    for (const SessionVerdict& one : *found) {
        say_("LIVE " + session_text(one.session));
        seen_.insert(one.id);
    }
    for (const SessionVerdict& one : *found) {
        co_await end(one);
    }
    if (options_.dry_run) {
        co_return DrainEnd::done;
    }
    // Somebody who begins to watch meanwhile is not meant.
    while (true) {
        const auto left = co_await look();
        if (!left) {
            co_return std::unexpected(left.error());
        }
        const auto still = std::ranges::count_if(
            *left, [this](const SessionVerdict& one) { return seen_.contains(one.id); });
        if (still == 0) {
            say_("DRAIN OK");
            co_return DrainEnd::done;
        }
        if (is_over(options_.wait)) {
            say_("DRAIN TIMEOUT left=" + std::to_string(still));
            co_return DrainEnd::timeout;
        }
        co_await pause(options_.poll);
    }
}

asio::awaitable<Result<DrainEnd>> Drain::drain_abandoned() {
    const bool watches = options_.mode == Mode::watch;
    if (watches) {
        say_("WATCH_START");
    }
    bool is_first = true;
    bool is_lost = false;
    while (true) {
        const auto found = co_await look();
        if (!found) {
            if (!watches) {
                co_return std::unexpected(found.error());
            }
            if (!std::exchange(is_lost, true)) {
                say_("WATCH_LOST " + found.error().message());
            }
        }
        std::size_t left = 0;
        if (found) {
            is_lost = false;
            if (std::exchange(is_first, false)) {
                say_("LIVE_MATCHED " + std::to_string(found->size()));
                for (const SessionVerdict& one : *found) {
                    say_("LIVE " + session_text(one.session));
                    seen_.insert(one.id);
                }
            }
            for (const SessionVerdict& one : *found) {
                if (watches && seen_.insert(one.id).second) {
                    say_("LIVE " + session_text(one.session));
                }
                if (one.stop && seen_.contains(one.id)) {
                    co_await end(one);
                }
                left += seen_.contains(one.id) && !ended_.contains(one.id) ? 1 : 0;
            }
        }
        if (!watches && left == 0) {
            say_("IDLE_WAIT OK");
            co_return DrainEnd::done;
        }
        if (!watches && is_over(options_.wait)) {
            say_("IDLE_WAIT TIMEOUT left=" + std::to_string(left));
            co_return DrainEnd::timeout;
        }
        if (watches && options_.run_time.count() > 0 && is_over(options_.run_time)) {
            say_("WATCH_END");
            co_return DrainEnd::done;
        }
        co_await pause(options_.poll);
    }
}

} // namespace

asio::awaitable<Result<DrainEnd>> drain_sessions(Server& server, fetch::Client& client,
    DrainOptions options, std::function<void(std::string)> say) {
    Drain drain(server, client, std::move(options), std::move(say));
    co_return co_await drain.run();
}

} // namespace plex_tuner::plex
