// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis_table.hpp"

#include "ledger_time.hpp"
#include "redis_rows.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <random>
#include <thread>
#include <utility>

namespace plex_tuner::state {

namespace {

constexpr std::string_view kSessions = "plex-tuner:sessions";
constexpr std::string_view kTable = "plex-tuner:table";
/// What nobody used for so long is forgotten, learned limits, too.
constexpr std::string_view kKeepMilliseconds = "604800000";
constexpr int kAttempts = 200;
/// Of the time there is: what begins later may not come to its end.
constexpr int kTimeForAttempts = 2;
constexpr int kAttemptsWithoutPause = 3;
constexpr int kMaxPauseMicroseconds = 3'000;

[[nodiscard]] std::unexpected<Error> strange(std::string_view what) {
    return fail(ErrorCode::unavailable,
        "Redis answered " + std::string(what) + " with what is no answer to it; is it Redis?");
}

[[nodiscard]] std::optional<TimePoint> time_from(const RedisReply& reply) {
    if (reply.items.size() != 2) {
        return std::nullopt;
    }
    const auto seconds = ascii::parse_integer<std::int64_t>(reply.items[0].text);
    const auto microseconds = ascii::parse_integer<std::int64_t>(reply.items[1].text);
    if (!seconds || !microseconds) {
        return std::nullopt;
    }
    return TimePoint(std::chrono::seconds(*seconds) + std::chrono::microseconds(*microseconds));
}

[[nodiscard]] RedisFields fields_from(const RedisReply& reply) {
    RedisFields fields;
    for (std::size_t i = 0; i + 1 < reply.items.size(); i += 2) {
        fields[reply.items[i].text] = reply.items[i + 1].text;
    }
    return fields;
}

/// The line "run_id:…" of INFO; it is another one whenever the server was started.
[[nodiscard]] std::string run_id_from(std::string_view info) {
    constexpr std::string_view kName = "run_id:";
    const std::size_t begin = info.find(kName);
    if (begin == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = info.substr(begin + kName.size());
    return std::string(rest.substr(0, rest.find_first_of(" \r\n")));
}

[[nodiscard]] Sessions living_sessions(
    const RedisFields& fields, TimePoint now, const IsDead& is_dead) {
    Sessions out;
    for (const auto& [id, text] : fields) {
        auto session = session_from_text(text);
        if (session && session->expires > now && !(is_dead && is_dead(id, *session))) {
            out.emplace(id, *std::move(session));
        }
    }
    return out;
}

/// What makes `before` into `after`.
[[nodiscard]] std::vector<RedisCommand> changes(
    const std::string& key, const RedisFields& before, const RedisFields& after) {
    RedisCommand set{"HSET", key};
    for (const auto& [field, text] : after) {
        const auto old = before.find(field);
        if (old == before.end() || old->second != text) {
            set.insert(set.end(), {field, text});
        }
    }
    RedisCommand remove{"HDEL", key};
    for (const auto& [field, text] : before) {
        if (!after.contains(field)) {
            remove.push_back(field);
        }
    }
    std::vector<RedisCommand> out;
    for (RedisCommand* command : {&set, &remove}) {
        if (command->size() > 2) {
            out.push_back(std::move(*command));
        }
    }
    return out;
}

/// False: what was watched has changed.
[[nodiscard]] Result<bool> execute(RedisClient& client, std::vector<RedisCommand> commands) {
    commands.insert(commands.begin(), {"MULTI"});
    commands.push_back({"EXEC"});
    auto replies = client.run(commands);
    if (!replies) {
        return fail(std::move(replies).error());
    }
    return replies->back().kind == RedisReply::Kind::array;
}

/// Lets the others finish.
void pause_before(int attempt) {
    if (attempt >= kAttemptsWithoutPause) {
        std::random_device random;
        std::this_thread::sleep_for(
            std::chrono::microseconds(static_cast<int>(random() % kMaxPauseMicroseconds)));
    }
}

} // namespace

Result<TimePoint::duration> table_age(RedisClient& client) {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        pause_before(attempt);
        auto replies = client.run({{"WATCH", std::string(kTable)}, {"TIME"}, {"INFO", "server"},
            {"HGETALL", std::string(kTable)}});
        if (!replies) {
            return fail(std::move(replies).error());
        }
        const auto now = time_from((*replies)[1]);
        const std::string run = run_id_from((*replies)[2].text);
        if (!now || run.empty()) {
            return strange("TIME or INFO");
        }
        RedisFields table = fields_from((*replies)[3]);
        const auto since = ascii::parse_integer<std::int64_t>(table["since"]);
        if (table["run"] == run && since) {
            if (auto done = client.run({{"UNWATCH"}}); !done) {
                return fail(std::move(done).error());
            }
            return std::max(*now - time_from_column(*since), TimePoint::duration::zero());
        }
        auto begun = execute(client,
            {{"HSET", std::string(kTable), "run", run, "since", std::to_string(to_column(*now))}});
        if (!begun) {
            return fail(std::move(begun).error());
        }
        if (*begun) {
            return TimePoint::duration::zero();
        }
    }
    return fail(ErrorCode::unavailable, "the table in Redis changes all the time");
}

Result<Sessions> show_session(RedisClient& client, const std::string& id,
    const std::string& machine, TimePoint::duration lease) {
    const std::string key(kSessions);
    auto replies = client.run({{"TIME"}, {"HGETALL", key}});
    if (!replies) {
        return fail(std::move(replies).error());
    }
    const auto now = time_from(replies->front());
    if (!now) {
        return strange("TIME");
    }
    std::vector<RedisCommand> commands{
        {"HSET", key, id, to_text(Session{.machine = machine, .expires = *now + lease})},
        {"PEXPIRE", key, std::string(kKeepMilliseconds)}};
    const RedisFields others = fields_from((*replies)[1]);
    for (const auto& [other, text] : others) {
        const auto session = session_from_text(text);
        if (other != id && (!session || session->expires + lease < *now)) {
            commands.push_back({"HDEL", key, other});
        }
    }
    if (auto shown = client.run(commands); !shown) {
        return fail(std::move(shown).error());
    }
    return living_sessions(others, *now, nullptr);
}

Result<void> remove_session(RedisClient& client, const std::string& id) {
    auto removed = client.run({{"HDEL", std::string(kSessions), id}});
    return removed ? Result<void>() : fail(std::move(removed).error());
}

Result<std::optional<RedisView>> update_hash(RedisClient& client, const std::string& key,
    const IsDead& is_dead, const std::function<void(RedisView&)>& change) {
    const auto enough = client.time_left() / kTimeForAttempts;
    for (int attempt = 0; attempt < kAttempts && (attempt == 0 || client.time_left() > enough);
        ++attempt) {
        pause_before(attempt);
        auto replies = client.run(
            {{"WATCH", key}, {"TIME"}, {"HGETALL", std::string(kSessions)}, {"HGETALL", key}});
        if (!replies) {
            return fail(std::move(replies).error());
        }
        const auto now = time_from((*replies)[1]);
        if (!now) {
            return strange("TIME");
        }
        const RedisFields before = fields_from((*replies)[3]);
        RedisView seen{.now = *now,
            .sessions = living_sessions(fields_from((*replies)[2]), *now, is_dead),
            .fields = before};
        change(seen);
        std::vector<RedisCommand> commands = changes(key, before, seen.fields);
        if (commands.empty()) {
            if (auto done = client.run({{"UNWATCH"}}); !done) {
                return fail(std::move(done).error());
            }
            return seen;
        }
        commands.push_back({"PEXPIRE", key, std::string(kKeepMilliseconds)});
        auto executed = execute(client, std::move(commands));
        if (!executed) {
            return fail(std::move(executed).error());
        }
        if (*executed) {
            return seen;
        }
    }
    return std::nullopt;
}

} // namespace plex_tuner::state
