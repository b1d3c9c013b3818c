// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared_governor.hpp"

#include <random>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace plex_tuner::engine {

namespace {

using std::chrono::milliseconds;

/// Shorter waits are not worth a line in the log.
constexpr std::chrono::seconds kWorthALine{5};
constexpr milliseconds kShortestWait{5};
/// For one's turn, besides what the caller waits for the provider.
constexpr std::chrono::minutes kQueuePatience{10};
/// Others may give their permits back earlier than the ledger can know.
constexpr milliseconds kLongestNap{250};

state::TimePoint now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string host_of_key(std::string_view key) {
    return std::string(key.substr(0, key.find('#')));
}

using Decision = std::variant<state::Permit, state::Wait>;

void log_coordination(const log::Logger& logger, const state::CoordinationState& state) {
    using enum state::CoordinationState::Phase;
    switch (state.phase) {
    case alone:
        logger.warn("requests are not counted with those of other machines; this one keeps to its "
                    "part of the rate until Redis answers",
            {{"redis", state.redis}, {"reason", state.reason}});
        break;
    case returning:
        logger.info("Redis answers; this machine keeps to its part of the rate until others have "
                    "shown what they know",
            {{"redis", state.redis}});
        break;
    case together:
        logger.info("requests are counted with those of other machines",
            {{"redis", state.redis}, {"machines", state.machines}});
        break;
    }
}

} // namespace

/// Gives its verdict, or itself, back on the ledger's thread.
class SharedGovernor::Permit final : public fetch::RequestPermit {
public:
    Permit(SharedGovernor& governor, state::Permit permit)
        : governor_(governor), permit_(std::move(permit)) {}

    ~Permit() override {
        if (permit_) {
            governor_.thread_.post([permit = std::move(*permit_)] {});
        }
    }

    void report(const fetch::RequestOutcome& outcome) override {
        if (!permit_) {
            return;
        }
        const state::Outcome verdict{.status = outcome.status,
            .retry_after = outcome.retry_after,
            .cloudflare = outcome.cloudflare,
            .network_error = outcome.network_error};
        governor_.thread_.post([&governor = governor_, permit = std::move(*permit_),
                                   verdict]() mutable {
            if (auto noted = governor.ledger_.report(std::move(permit), verdict, now()); !noted) {
                governor.warn_once(noted.error());
            }
        });
        permit_.reset();
    }

private:
    SharedGovernor& governor_;
    std::optional<state::Permit> permit_;
};

namespace {

/// Where there is no ledger nobody counts.
class FreePermit final : public fetch::RequestPermit {
public:
    [[nodiscard]] bool governed() const noexcept override { return false; }

    void report(const fetch::RequestOutcome& /*outcome*/) override {}
};

} // namespace

class SharedGovernor::OfAccount final : public fetch::Governor {
public:
    OfAccount(SharedGovernor& shared, std::string account, state::GovernorLimits limits)
        : shared_(shared), account_(std::move(account)), limits_(limits) {}

    asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> acquire(
        const fetch::Request& request, milliseconds max_wait) override {
        return shared_.acquire(key_of(request.url, account_), limits_, 1, max_wait);
    }

private:
    SharedGovernor& shared_;
    std::string account_;
    state::GovernorLimits limits_;
};

state::GovernorLimits governor_limits(const IndexOptions& options) {
    state::GovernorLimits limits;
    limits.concurrent = options.concurrency;
    limits.rate_per_second = options.requests_per_second;
    limits.burst = options.requests_per_second;
    return limits;
}

SharedGovernor::SharedGovernor(state::GovernorLedger ledger, log::Logger logger)
    : ledger_(std::move(ledger)), logger_(std::move(logger)) {}

Result<std::unique_ptr<SharedGovernor>> SharedGovernor::open(const std::filesystem::path& directory,
    log::Logger logger, std::optional<state::CoordinationOptions> coordination) {
    if (coordination) {
        coordination->on_change = [logger](const state::CoordinationState& state) {
            log_coordination(logger, state);
        };
    }
    auto random = std::make_shared<std::minstd_rand>(std::random_device{}());
    auto ledger = state::GovernorLedger::open({.directory = directory,
        .random = [random = std::move(
                       random)] { return std::uniform_real_distribution<double>(0, 1)(*random); },
        .coordination = std::move(coordination)});
    if (!ledger) {
        return fail(std::move(ledger).error());
    }
    return std::unique_ptr<SharedGovernor>(
        new SharedGovernor(std::move(*ledger), std::move(logger)));
}

std::string SharedGovernor::key_of(const Url& url, std::string_view account) {
    std::string key(url.host());
    return key.append(1, ':').append(std::to_string(url.port())).append(1, '#').append(account);
}

std::unique_ptr<fetch::Governor> SharedGovernor::for_account(
    std::string account, state::GovernorLimits limits) {
    return std::make_unique<OfAccount>(*this, std::move(account), limits);
}

asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> SharedGovernor::acquire(
    std::string key, state::GovernorLimits limits, int count, milliseconds max_wait) {
    const auto give_up = std::chrono::steady_clock::now() + max_wait;
    asio::steady_timer timer(co_await asio::this_coro::executor);
    bool told = false;
    for (;;) {
        // In a pointer, for what a thread hands over must be default-constructible.
        auto decision = co_await thread_.run([this, key, limits, count] {
            return std::make_shared<Result<Decision>>(
                ledger_.try_acquire(key, limits, now(), count));
        });
        if (!*decision) {
            warn_once(decision->error());
            co_return std::make_unique<FreePermit>();
        }
        if (auto* permit = std::get_if<state::Permit>(&**decision)) {
            co_return std::make_unique<Permit>(*this, std::move(*permit));
        }
        const auto& wait = std::get<state::Wait>(**decision);
        const auto pause = std::chrono::ceil<milliseconds>(wait.until - now());
        const bool in_a_queue = wait.reason == state::WaitReason::concurrency ||
                                wait.reason == state::WaitReason::rate ||
                                wait.reason == state::WaitReason::trial;
        // Those before us are no sign that the provider wants to be left alone.
        const auto limit = in_a_queue ? give_up + kQueuePatience : give_up;
        if (std::chrono::steady_clock::now() + pause > limit) {
            co_return fail(ErrorCode::unavailable,
                host_of_key(key) + " is left alone for another " +
                    std::to_string(std::chrono::ceil<std::chrono::seconds>(pause).count()) +
                    " s (" + std::string(to_string(wait.reason)) + ")");
        }
        if (pause >= kWorthALine && !told) {
            told = true;
            logger_.info("waiting until the provider may be asked again",
                {{"host", host_of_key(key)}, {"ms", pause.count()},
                    {"reason", to_string(wait.reason)}});
        }
        timer.expires_after(std::clamp(pause, kShortestWait, kLongestNap));
        const auto [cancelled] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        // A cancellation that came while the ledger was asked has met no wait to end.
        const auto state = co_await asio::this_coro::cancellation_state;
        if (cancelled || state.cancelled() != asio::cancellation_type::none) {
            co_return fail(ErrorCode::cancelled, "cancelled while waiting for the provider");
        }
    }
}

asio::awaitable<std::vector<state::GovernorStatus>> SharedGovernor::status() {
    co_return co_await thread_.run([this] {
        for (const std::string& warning : ledger_.take_warnings()) {
            logger_.warn(warning);
        }
        auto statuses = ledger_.snapshot(now());
        if (!statuses) {
            warn_once(statuses.error());
            return std::vector<state::GovernorStatus>();
        }
        return std::move(*statuses);
    });
}

asio::awaitable<std::optional<state::CoordinationState>> SharedGovernor::coordination() {
    co_return co_await thread_.run([this] { return ledger_.coordination(); });
}

void SharedGovernor::warn_once(const Error& error) {
    if (!warned_.exchange(true)) {
        logger_.error("requests are not counted with those of other processes", {{"error", error}});
    }
}

} // namespace plex_tuner::engine
