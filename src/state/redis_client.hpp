// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/state/coordination.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct redisContext; // NOLINT(readability-identifier-naming): of hiredis

namespace plex_tuner::state {

struct RedisReply {
    enum class Kind { nil, text, integer, array, error };
    Kind kind = Kind::nil;
    std::string text; ///< of text and error
    std::int64_t integer = 0;
    std::vector<RedisReply> items;
};

using RedisCommand = std::vector<std::string>;

/// One connection to Redis, which blocks. After a network error or time-out it is of no use; nor is
/// it when more was answered than a table of ours can be.
class RedisClient {
public:
    using Clock = std::chrono::steady_clock;

    /// Connected, authenticated, at its database: all of it within `timeout`, and so is each run()
    /// afterwards, however the answer trickles in. The resolver takes its own time.
    [[nodiscard]] static Result<RedisClient> connect(
        const RedisAddress& address, std::chrono::milliseconds timeout);

    RedisClient(RedisClient&&) noexcept;
    RedisClient& operator=(RedisClient&&) noexcept;
    RedisClient(const RedisClient&) = delete;
    RedisClient& operator=(const RedisClient&) = delete;
    ~RedisClient();

    /// Sends all at once; one reply each. An error that Redis answers to any of them is an error
    /// of the whole (unavailable); the connection stays of use then.
    [[nodiscard]] Result<std::vector<RedisReply>> run(const std::vector<RedisCommand>& commands);

    /// What is run from now on must be over within `time` altogether.
    void allow(std::chrono::milliseconds time) { finish_by_ = Clock::now() + time; }

    /// What is left of it.
    [[nodiscard]] Clock::duration time_left() const { return finish_by_ - Clock::now(); }

private:
    RedisClient(std::string place, std::chrono::milliseconds timeout);
    [[nodiscard]] Result<void> open(const RedisAddress& address);
    [[nodiscard]] Result<void> introduce(const RedisAddress& address);
    [[nodiscard]] Result<std::vector<RedisReply>> talk(const std::vector<RedisCommand>& commands);
    [[nodiscard]] Result<void> send(Clock::time_point end);
    /// Adds to `received` what came, in bytes.
    [[nodiscard]] Result<RedisReply> receive(Clock::time_point end, std::size_t& received);
    /// Until the connection can be read from or written to, as poll() names it.
    [[nodiscard]] Result<void> wait_for(short event, Clock::time_point end) const;
    [[nodiscard]] std::unexpected<Error> broken() const;
    [[nodiscard]] std::unexpected<Error> broken(ErrorCode code, std::string_view reason) const;

    struct Close {
        void operator()(redisContext* context) const noexcept;
    };

    std::unique_ptr<redisContext, Close> context_;
    std::string place_;
    std::chrono::milliseconds timeout_;
    Clock::time_point finish_by_ = Clock::time_point::max();
};

} // namespace plex_tuner::state
