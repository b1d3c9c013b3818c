// SPDX-License-Identifier: GPL-3.0-or-later
#include "coordination_link.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include <pthread.h>

namespace plex_tuner::state {

namespace {

/// How long starting waits for the first answer, in time-outs: connecting, and being asked.
constexpr int kFirstPatience = 3;

/// Differs after each start of the machine, so that a copied disk makes two of it.
[[nodiscard]] std::string boot_id() {
    constexpr std::size_t kEnough = 8;
    std::string id;
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    file >> id;
    return id.substr(0, kEnough);
}

[[nodiscard]] TimePoint wall_clock() {
    return std::chrono::floor<TimePoint::duration>(std::chrono::system_clock::now());
}

} // namespace

Result<std::unique_ptr<CoordinationLink>> CoordinationLink::open(CoordinationOptions options,
    const std::filesystem::path& directory, std::shared_ptr<LedgerFile> ledger) {
    auto session = Holder::create(directory);
    if (!session) {
        return fail(std::move(session).error());
    }
    std::optional<Standing> standing;
    auto machine =
        ledger->write([&](Database& database, const std::string&) -> Result<std::string> {
            auto id = machine_id(database, session->id());
            if (!id) {
                return id;
            }
            auto loaded = load_standing(database);
            if (!loaded) {
                return fail(std::move(loaded).error());
            }
            standing = *loaded;
            return id;
        });
    if (!machine) {
        return fail(std::move(machine).error());
    }
    return std::unique_ptr<CoordinationLink>(new CoordinationLink(std::move(options), directory,
        std::move(ledger), *std::move(session), *machine + '-' + boot_id(), standing));
}

CoordinationLink::CoordinationLink(CoordinationOptions options, std::filesystem::path directory,
    std::shared_ptr<LedgerFile> ledger, Holder session, std::string machine,
    std::optional<Standing> standing)
    : options_(std::move(options)), directory_(std::move(directory)), ledger_(std::move(ledger)),
      machine_(std::move(machine)), session_(std::move(session)),
      state_{.phase = Phase::alone,
          .machines = 0,
          .redis = options_.redis.text(),
          .reason = "not asked yet"},
      alone_since_(wall_clock()), standing_(standing) {}

void CoordinationLink::start(OnBeat on_beat) {
    on_beat_ = std::move(on_beat);
    Turn turn = lock();
    thread_ = std::thread([this] { run(); });
    changed_.wait_for(turn, options_.timeout * kFirstPatience, [this] { return began_; });
}

CoordinationLink::~CoordinationLink() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) {
        thread_.join();
    }
    if (client_) {
        // What is not said now the lease says later.
        begin();
        [[maybe_unused]] const auto said = remove_session(*client_, session_.id());
    }
}

void CoordinationLink::run() {
    ::pthread_setname_np(::pthread_self(), "coordination");
    Turn turn = lock();
    while (!stopping_) {
        hurry_ = false;
        if (!client_) {
            connect(turn);
        }
        if (client_ && !stopping_) {
            begin();
            beat(turn);
        }
        tell(turn);
        if (!began_) {
            began_ = true;
            changed_.notify_all();
        }
        changed_.wait_for(turn, options_.heartbeat, [this] { return stopping_ || hurry_; });
    }
}

void CoordinationLink::connect(Turn& turn) {
    // Nobody waits while this takes place, again and again with a server that is too slow.
    turn.unlock();
    auto client = meet();
    turn.lock();
    if (client) {
        client_ = *std::move(client);
    } else {
        lost(client.error());
    }
}

void CoordinationLink::begin() {
    if (client_) {
        client_->allow(options_.timeout);
    }
}

CoordinationLink::Turn CoordinationLink::lock() {
    Turn turn(mutex_);
    begin();
    return turn;
}

Result<void> CoordinationLink::pass(Turn& turn) {
    turn.unlock();
    turn.lock();
    if (stopping_) {
        return fail(ErrorCode::cancelled, "the process ends");
    }
    if (!client_) {
        return fail(ErrorCode::unavailable, state_.reason);
    }
    begin();
    if (Clock::now() - shown_at_ > options_.lease / 2) {
        // With much to show and a far Redis the lease must not end meanwhile.
        return show_session();
    }
    return {};
}

void CoordinationLink::tell(Turn& turn) {
    while (to_tell_) {
        const CoordinationState state = *std::exchange(to_tell_, std::nullopt);
        if (options_.on_change) {
            turn.unlock();
            options_.on_change(state);
            turn.lock();
        }
    }
}

void CoordinationLink::beat(Turn& turn) {
    auto shown = show_session();
    if (shown) {
        shown = on_beat_(turn);
    }
    if (!shown) {
        if (!stopping_) {
            lost(shown.error());
        }
        return;
    }
    if (Clock::now() >= trusted_at_) {
        was_together_ = true;
        enter(Phase::together, {});
    } else {
        enter(Phase::returning, {});
    }
}

Result<RedisClient> CoordinationLink::meet() {
    auto client = RedisClient::connect(options_.redis, options_.timeout);
    if (!client) {
        return client;
    }
    if (const Turn turn(mutex_); stopping_) {
        return fail(ErrorCode::cancelled, "the process ends");
    }
    client->allow(options_.timeout);
    auto age = table_age(*client);
    if (!age) {
        return fail(std::move(age).error());
    }
    // Others may come back later than we do, and a new table has nothing yet of what they hold.
    const auto missing = was_together_ ? TimePoint::duration(options_.lease)
                                       : TimePoint::duration(options_.lease) - *age;
    trusted_at_ = Clock::now() + std::max<Clock::duration>(missing, Clock::duration::zero());
    return client;
}

Result<void> CoordinationLink::show_session() {
    // Without its file others of this machine take the session for dead.
    if (!session_.is_visible()) {
        auto session = Holder::create(directory_);
        if (!session) {
            return fail(std::move(session).error());
        }
        session_ = *std::move(session);
    }
    auto sessions = state::show_session(*client_, session_.id(), machine_, options_.lease);
    if (!sessions) {
        return fail(std::move(sessions).error());
    }
    shown_at_ = Clock::now();
    note_standing(*sessions);
    return {};
}

void CoordinationLink::note_standing(const Sessions& sessions) {
    std::set<std::string_view> machines{machine_};
    for (const auto& [id, session] : sessions) {
        machines.insert(session.machine);
    }
    const Standing standing{.machines = static_cast<int>(machines.size()),
        .rank = static_cast<int>(std::distance(machines.begin(), machines.find(machine_)))};
    state_.machines = standing.machines;
    // While others come back they are not all there.
    if (state_.phase != Phase::together || standing_ == standing) {
        return;
    }
    const auto stored = ledger_->write(
        [&](Database& database, const std::string&) { return store_standing(database, standing); });
    if (stored) {
        standing_ = standing;
    }
}

void CoordinationLink::lost(const Error& error) {
    client_.reset();
    enter(Phase::alone, error.message());
}

void CoordinationLink::enter(Phase phase, std::string reason) {
    if (state_.phase == phase && began_ && (phase != Phase::alone || state_.reason == reason)) {
        return;
    }
    const bool same = state_.phase == phase && began_;
    // On the way back it is still alone.
    if (phase == Phase::alone && state_.phase == Phase::together) {
        alone_since_ = wall_clock();
    }
    state_.phase = phase;
    state_.reason = std::move(reason);
    if (!same) {
        to_tell_ = state_;
        hurry_ = true;
        changed_.notify_all();
    }
}

IsDead CoordinationLink::is_dead() const {
    return [this](const std::string& id, const Session& session) {
        return session.machine == machine_ && id != session_.id() &&
               Holder::is_dead(directory_, id);
    };
}

} // namespace plex_tuner::state
