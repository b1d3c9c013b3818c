// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/state/coordination.hpp>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
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

/// One connection to Redis, which blocks. After a network error or time-out it is of no use.
class RedisClient {
public:
    /// Connected, authenticated, at its database. `timeout` is for connecting and each answer;
    /// the resolver takes its own time.
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

private:
    RedisClient(redisContext* context, std::string place);
    [[nodiscard]] Result<std::vector<RedisReply>> talk(const std::vector<RedisCommand>& commands);
    [[nodiscard]] Result<void> introduce(const RedisAddress& address);
    [[nodiscard]] std::unexpected<Error> broken() const;

    struct Close {
        void operator()(redisContext* context) const noexcept;
    };

    std::unique_ptr<redisContext, Close> context_;
    std::string place_;
};

} // namespace plex_tuner::state
