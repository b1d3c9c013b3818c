// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <ctime>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace plex_tuner::state {

namespace {

/// Some ten thousand slots: what answers more is no table of ours.
constexpr std::size_t kMostBytes = 1'048'576;
constexpr int kMostItems = 32'768;
constexpr std::string_view kLate = "it does not answer in time";
constexpr std::string_view kTooMuch = "it answers more than can be meant; is the table ours?";
constexpr std::string_view kNoMemory = "out of memory";

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

/// hiredis makes room for as many items as an array says it has, before there is one.
void* create_bounded_array(const redisReadTask* task, int elements) {
    const auto* original = static_cast<const redisReplyObjectFunctions*>(task->privdata);
    return elements > kMostItems ? nullptr : original->createArray(task, elements);
}

void bound_arrays(redisReader& reader) {
    static redisReplyObjectFunctions* const original = reader.fn;
    static redisReplyObjectFunctions bounded = [] {
        redisReplyObjectFunctions functions = *original;
        functions.createArray = &create_bounded_array;
        return functions;
    }();
    reader.privdata = original;
    reader.fn = &bounded;
}

/// Of the address as it is now: the resolver has no time-out, so it is asked beforehand.
[[nodiscard]] Result<std::string> numeric_address(const RedisAddress& address) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    int failed = 0;
    // The older one first, as hiredis does it.
    for (const int family : {AF_INET, AF_INET6}) {
        hints.ai_family = family;
        failed = ::getaddrinfo(address.host.c_str(), nullptr, &hints, &raw);
        if (failed == 0) {
            break;
        }
    }
    if (failed != 0) {
        return fail(ErrorCode::network, ::gai_strerror(failed));
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> found(raw, &::freeaddrinfo);
    std::array<char, NI_MAXHOST> text{};
    failed = ::getnameinfo(
        found->ai_addr, found->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    if (failed != 0) {
        return fail(ErrorCode::network, ::gai_strerror(failed));
    }
    return std::string(text.data());
}

[[nodiscard]] std::string first_word(const std::string& text) {
    return text.substr(0, text.find(' '));
}

} // namespace

void RedisClient::Close::operator()(redisContext* context) const noexcept {
    ::redisFree(context);
}

RedisClient::RedisClient(std::string place, std::chrono::milliseconds timeout)
    : place_(std::move(place)), timeout_(timeout) {}

RedisClient::RedisClient(RedisClient&&) noexcept = default;
RedisClient& RedisClient::operator=(RedisClient&&) noexcept = default;
RedisClient::~RedisClient() = default;

Result<RedisClient> RedisClient::connect(
    const RedisAddress& address, std::chrono::milliseconds timeout) {
    RedisClient client(address.text(), timeout);
    if (auto opened = client.open(address); !opened) {
        return fail(std::move(opened).error());
    }
    client.finish_by_ = Clock::time_point::max();
    return client;
}

Result<void> RedisClient::open(const RedisAddress& address) {
    auto numeric = numeric_address(address);
    if (!numeric) {
        return broken(ErrorCode::network, numeric.error().message());
    }
    allow(timeout_);
    context_.reset(::redisConnectWithTimeout(numeric->c_str(), address.port, timeval_of(timeout_)));
    if (!context_) {
        return broken(ErrorCode::network, kNoMemory);
    }
    if (context_->err != 0) {
        return broken();
    }
    // From here on we wait ourselves: a time-out of the socket begins anew with each byte.
    const int flags = ::fcntl(context_->fd, F_GETFL);
    if (flags < 0 || ::fcntl(context_->fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        return broken(ErrorCode::network, std::generic_category().message(errno));
    }
    context_->flags &= ~REDIS_BLOCK;
    bound_arrays(*context_->reader);
    return introduce(address);
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
    // ETIMEDOUT is what a connection looks like that nobody answered.
    return context_->err == REDIS_ERR_IO && errno == ETIMEDOUT
               ? broken(ErrorCode::timeout, kLate)
               : broken(ErrorCode::network, static_cast<const char*>(context_->errstr));
}

std::unexpected<Error> RedisClient::broken(ErrorCode code, std::string_view reason) const {
    return fail(code, "Redis at " + place_ + ": " + std::string(reason));
}

Result<void> RedisClient::wait_for(short event, Clock::time_point end) const {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        if (left <= left.zero()) {
            return broken(ErrorCode::timeout, kLate);
        }
        constexpr std::chrono::milliseconds kLongest = std::chrono::minutes(1);
        pollfd waiting{.fd = context_->fd, .events = event, .revents = 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, kLongest).count()));
        if (ready > 0) {
            return {};
        }
        if (ready < 0 && errno != EINTR) {
            return broken(ErrorCode::network, std::generic_category().message(errno));
        }
    }
}

Result<void> RedisClient::send(Clock::time_point end) {
    const NoSigpipe guard;
    for (;;) {
        int done = 0;
        if (::redisBufferWrite(context_.get(), &done) != REDIS_OK) {
            return broken();
        }
        if (done != 0) {
            return {};
        }
        if (auto writable = wait_for(POLLOUT, end); !writable) {
            return writable;
        }
    }
}

Result<RedisReply> RedisClient::receive(Clock::time_point end, std::size_t& received) {
    for (;;) {
        void* raw = nullptr;
        if (::redisGetReplyFromReader(context_.get(), &raw) != REDIS_OK) {
            // Of memory, for what the limits leave there is enough.
            return context_->err == REDIS_ERR_OOM ? broken(ErrorCode::unavailable, kTooMuch)
                                                  : broken();
        }
        if (raw != nullptr) {
            const std::unique_ptr<redisReply, void (*)(void*)> reply(
                static_cast<redisReply*>(raw), &::freeReplyObject);
            return reply_from(*reply);
        }
        if (auto readable = wait_for(POLLIN, end); !readable) {
            return fail(std::move(readable).error());
        }
        const std::size_t before = context_->reader->len;
        if (::redisBufferRead(context_.get()) != REDIS_OK) {
            return broken();
        }
        received += context_->reader->len - before;
        if (received > kMostBytes) {
            return broken(ErrorCode::unavailable, kTooMuch);
        }
    }
}

Result<std::vector<RedisReply>> RedisClient::talk(const std::vector<RedisCommand>& commands) {
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
    const auto end = std::min(finish_by_, Clock::now() + timeout_);
    if (auto sent = send(end); !sent) {
        return fail(std::move(sent).error());
    }
    std::vector<RedisReply> out;
    std::size_t received = 0;
    while (out.size() < commands.size()) {
        auto reply = receive(end, received);
        if (!reply) {
            return fail(std::move(reply).error());
        }
        out.push_back(*std::move(reply));
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
