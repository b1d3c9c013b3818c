// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis_client.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <ctime>
#include <span>
#include <utility>

#include <hiredis/hiredis.h>
#include <pthread.h>
#include <sys/time.h>

namespace plex_tuner::state {

namespace {

[[nodiscard]] timeval timeval_of(std::chrono::milliseconds time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return {
        .tv_sec = seconds.count(), .tv_usec = std::chrono::microseconds(time - seconds).count()};
}

/// hiredis writes without MSG_NOSIGNAL: a server that closed would kill the process.
class NoSigpipe {
public:
    NoSigpipe() {
        sigset_t pending;
        ::sigpending(&pending);
        was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
        ::sigemptyset(&pipe_);
        ::sigaddset(&pipe_, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }

    ~NoSigpipe() {
        const timespec at_once{};
        while (!was_pending_ && ::sigtimedwait(&pipe_, nullptr, &at_once) == SIGPIPE) {
        }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

    NoSigpipe(const NoSigpipe&) = delete;
    NoSigpipe& operator=(const NoSigpipe&) = delete;

private:
    sigset_t pipe_{};
    sigset_t before_{};
    bool was_pending_ = false;
};

// As deep as what we ask for goes (an EXEC with arrays in it).
// NOLINTNEXTLINE(misc-no-recursion): bounded by hiredis, which takes seven levels
[[nodiscard]] RedisReply reply_from(const redisReply& reply) {
    using Kind = RedisReply::Kind;
    RedisReply out;
    switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        out.kind = Kind::text;
        out.text.assign(reply.str, static_cast<std::size_t>(reply.len));
        break;
    case REDIS_REPLY_ERROR:
        out.kind = Kind::error;
        out.text.assign(reply.str, static_cast<std::size_t>(reply.len));
        break;
    case REDIS_REPLY_INTEGER:
        out.kind = Kind::integer;
        out.integer = reply.integer;
        break;
    case REDIS_REPLY_ARRAY:
        out.kind = Kind::array;
        for (const redisReply* item : std::span(reply.element, reply.elements)) {
            out.items.push_back(reply_from(*item));
        }
        break;
    default:
        break;
    }
    return out;
}

/// An error that stands in a reply, or in one of those of an EXEC.
[[nodiscard]] const RedisReply* error_in(const RedisReply& reply) {
    if (reply.kind == RedisReply::Kind::error) {
        return &reply;
    }
    const auto found = std::ranges::find(reply.items, RedisReply::Kind::error, &RedisReply::kind);
    return found == reply.items.end() ? nullptr : &*found;
}

[[nodiscard]] std::string first_word(const std::string& text) {
    return text.substr(0, text.find(' '));
}

} // namespace

void RedisClient::Close::operator()(redisContext* context) const noexcept {
    ::redisFree(context);
}

RedisClient::RedisClient(redisContext* context, std::string place)
    : context_(context), place_(std::move(place)) {}

RedisClient::RedisClient(RedisClient&&) noexcept = default;
RedisClient& RedisClient::operator=(RedisClient&&) noexcept = default;
RedisClient::~RedisClient() = default;

Result<RedisClient> RedisClient::connect(
    const RedisAddress& address, std::chrono::milliseconds timeout) {
    const timeval limit = timeval_of(timeout);
    RedisClient client(
        ::redisConnectWithTimeout(address.host.c_str(), address.port, limit), address.text());
    if (!client.context_ || client.context_->err != 0) {
        return client.broken();
    }
    if (::redisSetTimeout(client.context_.get(), limit) != REDIS_OK) {
        return client.broken();
    }
    if (auto introduced = client.introduce(address); !introduced) {
        return fail(std::move(introduced).error());
    }
    return client;
}

Result<void> RedisClient::introduce(const RedisAddress& address) {
    if (!address.password.empty()) {
        RedisCommand command{"AUTH"};
        if (!address.user.empty()) {
            command.push_back(address.user);
        }
        command.push_back(address.password.reveal());
        auto replies = talk({command});
        if (!replies) {
            return fail(std::move(replies).error());
        }
        // Never the whole answer: some servers repeat what they were given.
        if (const RedisReply* error = error_in(replies->front())) {
            return fail(ErrorCode::unavailable, "Redis at " + place_ +
                                                    " does not take user and password (" +
                                                    first_word(error->text) + ")");
        }
    }
    if (address.database != 0) {
        auto selected = run({{"SELECT", std::to_string(address.database)}});
        if (!selected) {
            return fail(std::move(selected).error());
        }
    }
    return {};
}

std::unexpected<Error> RedisClient::broken() const {
    // EAGAIN is what a passed SO_RCVTIMEO looks like.
    const bool late = context_ && context_->err == REDIS_ERR_IO && errno == EAGAIN;
    std::string reason = late ? "it does not answer" : "out of memory";
    if (!late && context_) {
        reason = std::string(static_cast<const char*>(context_->errstr));
    }
    return fail(
        late ? ErrorCode::timeout : ErrorCode::network, "Redis at " + place_ + ": " + reason);
}

Result<std::vector<RedisReply>> RedisClient::talk(const std::vector<RedisCommand>& commands) {
    const NoSigpipe guard;
    for (const RedisCommand& command : commands) {
        std::vector<const char*> arguments;
        std::vector<std::size_t> lengths;
        for (const std::string& argument : command) {
            arguments.push_back(argument.data());
            lengths.push_back(argument.size());
        }
        if (::redisAppendCommandArgv(context_.get(), static_cast<int>(command.size()),
                arguments.data(), lengths.data()) != REDIS_OK) {
            return broken();
        }
    }
    std::vector<RedisReply> out;
    while (out.size() < commands.size()) {
        void* raw = nullptr;
        if (::redisGetReply(context_.get(), &raw) != REDIS_OK || raw == nullptr) {
            return broken();
        }
        const std::unique_ptr<redisReply, void (*)(void*)> reply(
            static_cast<redisReply*>(raw), &::freeReplyObject);
        out.push_back(reply_from(*reply));
    }
    return out;
}

Result<std::vector<RedisReply>> RedisClient::run(const std::vector<RedisCommand>& commands) {
    auto replies = talk(commands);
    if (!replies) {
        return replies;
    }
    // Of a refused transaction, the first one says why.
    for (std::size_t i = 0; i < replies->size(); ++i) {
        if (const RedisReply* error = error_in((*replies)[i])) {
            return fail(ErrorCode::unavailable,
                "Redis at " + place_ + " refuses " + commands[i].front() + ": " + error->text);
        }
    }
    return replies;
}

} // namespace plex_tuner::state
