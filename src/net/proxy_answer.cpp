// SPDX-License-Identifier: GPL-3.0-or-later
// What comes back: answers as they are, answers with another body, and connections that become
// something else.
#include "proxy_session.hpp"

#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::net {

namespace {

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t kPiece = std::size_t{64} * 1024;
constexpr int kSwitchingProtocols = 101;
constexpr int kOk = 200;

} // namespace

asio::awaitable<bool> ProxySession::pass_answer(
    std::shared_ptr<Exchange> exchange, MessageHead answer) {
    const bool upstream_stays = answer.keep_alive;
    if (answer.status == kSwitchingProtocols) {
        if (!exchange->request.upgrade() || !exchange->request.body.done()) {
            lose_client(); // nobody asked for it
            co_return false;
        }
        const ErrorCode error = co_await write(client_, forwarded_answer(answer, false));
        if (!error) {
            co_await tunnel();
        }
        co_return false;
    }
    // A body that is still being sent would be taken for the next request.
    const bool close = !exchange->request.keep_alive || stopping_ ||
                       !exchange->request.body.done() ||
                       answer.body.kind() == BodyFraming::Kind::until_close;
    bool passed = false;
    if (exchange->rewriting && answer.status == kOk) {
        passed = co_await rewrite(exchange, std::move(answer), close);
    } else {
        if (exchange->request.method == "HEAD" &&
            context_->rewriter.wants(exchange->request.path)) {
            answer.headers.remove("Content-Length"); // that of the answer to a GET is another one
            answer.headers.remove("ETag");
        }
        passed = co_await pass_body(std::move(answer), close, {});
    }
    if (!upstream_stays || !passed || !upstream_input_.empty()) {
        drop_upstream();
    }
    if (!passed) {
        lose_client();
    }
    co_return passed && !close;
}

/// The head and the body, of which `seen` was read before. False: the client did not get all.
asio::awaitable<bool> ProxySession::pass_body(MessageHead answer, bool close, std::string seen) {
    ErrorCode error = co_await write(client_, forwarded_answer(answer, close) + seen);
    std::string().swap(seen);
    const auto piece =
        answer.body.done() ? nullptr : std::make_unique_for_overwrite<char[]>(kPiece);
    while (!error && !answer.body.done()) {
        std::string_view bytes = upstream_input_.view();
        const bool from_input = !bytes.empty();
        if (!from_input) {
            const auto [failed, count] =
                co_await upstream_.async_read_some(asio::buffer(piece.get(), kPiece), kAwaitTuple);
            if (failed) {
                co_return failed == asio::error::eof&& answer.body.kind() ==
                    BodyFraming::Kind::until_close;
            }
            bytes = {piece.get(), count};
        }
        const std::size_t taken = answer.body.take(bytes);
        error = co_await write(client_, bytes.substr(0, taken));
        if (answer.body.failed()) {
            co_return false;
        }
        if (from_input) {
            upstream_input_.consume(taken);
        } else if (taken < bytes.size()) {
            drop_upstream(); // it sends what nobody asked for
        }
    }
    co_return !error;
}

asio::awaitable<bool> ProxySession::rewrite(
    std::shared_ptr<Exchange> exchange, MessageHead answer, bool close) {
    std::string wire;
    std::string payload;
    BodyFraming body = answer.body;
    const std::size_t limit = context_->options.max_rewritten_bytes;
    bool complete = body.done();
    while (!complete && wire.size() <= limit) {
        if (upstream_input_.empty()) {
            const ErrorCode error = co_await fill(upstream_, upstream_input_, kPiece);
            if (error) {
                complete =
                    error == asio::error::eof && body.kind() == BodyFraming::Kind::until_close;
                if (!complete) {
                    break; // what is there is passed on, and the break with it
                }
                continue;
            }
        }
        const std::string_view bytes = upstream_input_.view();
        const std::size_t taken = body.take(bytes, &payload);
        wire.append(bytes.substr(0, taken));
        upstream_input_.consume(taken);
        complete = body.done();
        if (body.failed()) {
            break;
        }
    }
    if (complete) {
        const auto changed =
            context_->rewriter.rewrite(exchange->request.path, answer.headers, payload);
        if (changed) {
            std::string text = rewritten_answer(answer, changed->size(), close);
            co_return !co_await write(client_, text.append(*changed));
        }
    }
    const bool failed = body.failed();
    answer.body = body;
    if (complete && body.kind() == BodyFraming::Kind::until_close) {
        co_return !co_await write(client_, forwarded_answer(answer, close).append(wire));
    }
    const bool passed = co_await pass_body(std::move(answer), close, std::move(wire));
    co_return passed && !failed;
}

/// Bytes both ways, until both sides have ended, or one broke.
asio::awaitable<void> ProxySession::tunnel() {
    ++watch_generation_;
    ErrorCode ignored;
    client_.cancel(ignored); // the watch
    if (stopping_) {
        co_return; // it has no end of its own, and nobody would end it any more
    }
    tunnelling_ = true;
    const auto running = std::make_shared<int>(2);
    const auto executor = client_.get_executor();
    asio::co_spawn(executor, pump(shared_from_this(), client_, upstream_, client_input_, running),
        asio::detached);
    asio::co_spawn(executor, pump(shared_from_this(), upstream_, client_, upstream_input_, running),
        asio::detached);
    while (*running > 0) {
        body_ended_.expires_at(asio::steady_timer::time_point::max());
        static_cast<void>(co_await body_ended_.async_wait(kAwaitTuple));
    }
    tunnelling_ = false;
}

asio::awaitable<void> ProxySession::pump(std::shared_ptr<ProxySession> self, Socket& from,
    Socket& to, ReadBuffer& first, std::shared_ptr<int> running) {
    const auto piece = std::make_unique_for_overwrite<char[]>(kPiece);
    ErrorCode error = co_await write(to, first.view());
    first.clear();
    while (!error) {
        const auto [failed, count] =
            co_await from.async_read_some(asio::buffer(piece.get(), kPiece), kAwaitTuple);
        error = failed;
        if (!error) {
            error = co_await write(to, {piece.get(), count});
        }
    }
    if (error == asio::error::eof) {
        ErrorCode ignored;
        to.shutdown(Socket::shutdown_send, ignored);
    } else {
        self->drop_upstream();
        self->drop_client();
    }
    --*running;
    self->body_ended_.cancel();
}

} // namespace plex_tuner::net
