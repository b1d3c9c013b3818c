// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/state/coordination.hpp>
#include <plex_tuner/state/time_point.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace plex_tuner::state {

class GovernorCoordinator;
class LedgerFile;

/// What a provider puts up with. Processes that share a key should give the same.
struct GovernorLimits {
    int concurrent = 2;         ///< permits at a time, over all processes; at least 1
    double rate_per_second = 0; ///< permits per second in the long run; 0: no limit
    int burst = 1;              ///< permits at once after a pause; at least 1
};

enum class WaitReason {
    concurrency,  ///< all permits are out
    rate,         ///< the token bucket is empty
    retry_after,  ///< the provider said when
    back_off,     ///< after 403, 429, 5xx or a broken connection
    breaker_open, ///< too many failures in a row
    trial,        ///< one process tries whether the provider is back
};

/// "concurrency", "rate", "retry-after", "back-off", "breaker open", "trial running".
[[nodiscard]] std::string_view to_string(WaitReason reason) noexcept;

/// Ask again at `until`; for concurrency and trial that is a guess, some 100 ms ahead.
struct Wait {
    TimePoint until;
    WaitReason reason = WaitReason::rate;
};

/// The right to one request, for as long as this lives (for a download: until the body is here).
/// Give it back with GovernorLedger::report; destroying it instead gives it back without a verdict,
/// which blocks for the length of a small write. May outlive the ledger object.
class Permit {
public:
    Permit(Permit&& other) noexcept;
    Permit& operator=(Permit&& other) noexcept;
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    ~Permit();

    /// The provider is being tried after the breaker opened; everybody waits for the verdict.
    [[nodiscard]] bool is_trial() const noexcept { return trial_; }

private:
    friend class GovernorLedger;
    Permit() = default;

    std::shared_ptr<LedgerFile> ledger_;
    std::shared_ptr<GovernorCoordinator> coordinator_; ///< null: no other machines
    std::string shared_id_;
    std::string key_;
    std::string holder_;
    std::int64_t id_ = 0;
    TimePoint granted_at_;
    bool trial_ = false;
};

/// How a request ended.
struct Outcome {
    int status = 0; ///< HTTP status; 0 when none came
    std::optional<std::chrono::seconds> retry_after{};
    bool cloudflare = false;    ///< the answer came from a Cloudflare front
    bool network_error = false; ///< no answer, or the body broke off
};

enum class BreakerState { closed, open, half_open };

/// "closed", "open", "half-open".
[[nodiscard]] std::string_view to_string(BreakerState state) noexcept;

/// One key, for metrics and pages.
struct GovernorStatus {
    std::string key;
    BreakerState breaker = BreakerState::closed;
    std::optional<Wait> cool_down; ///< no permit before; never for concurrency or rate
    int in_flight = 0;             ///< permits held by living processes
    int failures = 0;              ///< in a row
    int last_status = 0;           ///< of the latest report; 0: none, or no answer
};

// The policy. Back-off doubles from its base with each failure in a row and varies by ±25 %;
// failures of requests that were under way together count once.
inline constexpr std::chrono::seconds kBackOffBase{1};
inline constexpr std::chrono::seconds kForbiddenBackOffBase{5}; ///< 403
inline constexpr std::chrono::minutes kMaxBackOff{5};
/// From the second 503 in a row of a Cloudflare front on: that is a block, and only time heals it.
inline constexpr std::chrono::minutes kCloudflareBackOffBase{2};
inline constexpr std::chrono::minutes kMaxCloudflareBackOff{15};
inline constexpr std::chrono::hours kMaxRetryAfter{1};
inline constexpr int kBreakerFailures = 5;
inline constexpr std::chrono::seconds kMinBreakerOpen{30};
/// Keys beyond this many are forgotten, the longest unused first.
inline constexpr int kMaxGovernorKeys = 1000;

struct GovernorOptions {
    std::filesystem::path directory; ///< the machine's; made if need be; on a local file system
    /// Uniform in [0, 1), for jitter; called with a lock held, one call at a time.
    std::function<double()> random;
    /// Machines that share providers; empty: this one alone.
    std::optional<CoordinationOptions> coordination = {};
};

/// Who may ask a provider, and when: one row per key in ledger.db, shared by all processes of the
/// machine. Permits of a killed process are free at the next look. A key names provider host and
/// account (1 to 256 bytes) and shows up in metrics: no credentials in it, hash the account.
///
/// With a coordination, the keys are those of several machines: rows and permits are kept in Redis,
/// by its clock, and the rules are the same. ledger.db has the permits of this machine even so, and
/// what is known of failures. While Redis does not answer, the machine goes on alone with its part
/// of rate, burst and permits (of as many machines as there were at the last look), leaves alone
/// whom all left alone, and tells what it learnt when Redis is back.
///
/// Calls block (for a small transaction, at worst ten seconds behind others, and for the time-out
/// of Redis) and may come from any thread. They fail with disk_full, io or unavailable when the
/// ledger cannot be used, and the message names the file and the remedy; that Redis cannot is no
/// failure.
class GovernorLedger {
public:
    [[nodiscard]] static Result<GovernorLedger> open(GovernorOptions options);

    /// A permit for `requests` in a row (at least 1), one at a time, or when to ask again. They
    /// count against the rate at once: who comes next waits for all of them. invalid_argument for
    /// limits out of range.
    [[nodiscard]] Result<std::variant<Permit, Wait>> try_acquire(
        std::string_view key, const GovernorLimits& limits, TimePoint now, int requests = 1);

    /// Takes the permit back with a verdict. 403, 429, 5xx (and the invented statuses above) and
    /// network errors cool the key down; every other status shows that the provider is well,
    /// except 458, which says nothing but that an account's connections are in use. An error means
    /// that the verdict was not noted; the permit is given back even so.
    [[nodiscard]] Result<void> report(Permit permit, const Outcome& outcome, TimePoint now);

    /// All keys, sorted.
    [[nodiscard]] Result<std::vector<GovernorStatus>> snapshot(TimePoint now);

    /// Empty: there are no other machines.
    [[nodiscard]] std::optional<CoordinationState> coordination() const;

    /// What happened to ledger.db since the last call (damaged and begun anew), for the user.
    [[nodiscard]] std::vector<std::string> take_warnings();

private:
    GovernorLedger(std::shared_ptr<LedgerFile> ledger, std::function<double()> random)
        : ledger_(std::move(ledger)), random_(std::move(random)) {}

    [[nodiscard]] Result<std::variant<Permit, Wait>> acquire_here(
        std::string_view key, const GovernorLimits& limits, TimePoint now, int requests);
    [[nodiscard]] Permit record(
        std::string_view key, TimePoint now, std::string shared_id, bool trial);

    std::shared_ptr<LedgerFile> ledger_;
    std::shared_ptr<GovernorCoordinator> coordinator_;
    std::function<double()> random_;
};

} // namespace plex_tuner::state
