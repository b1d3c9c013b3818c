// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection.hpp"
#include "http_exchange.hpp"
#include "server_context.hpp"

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/cancellation_signal.hpp>

namespace plex_tuner::net {

/// The requests of one connection, one after the other. Everything runs on the connection's strand
/// unless it says otherwise.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
public:
    enum class Purpose {
        serve,
        refuse, ///< too many connections: answer 503 and close
    };

    HttpSession(
        std::shared_ptr<ServerContext> context, asio::ip::tcp::socket socket, Purpose purpose);

    /// Any thread. `ended` runs once on the strand when the session is over.
    void start(std::function<void()> ended);
    /// Any thread. Ends an idle session; one that answers a request ends after it.
    void request_stop();
    /// Any thread. Resets the connection; an open exchange learns of it by on_disconnect and
    /// errors.
    void request_reset();
    /// Any thread. Cancels whatever the handler waits for.
    void request_cancel();

private:
    struct Incoming {
        Request request;
        HttpExchange::Terms terms;
    };

    [[nodiscard]] asio::awaitable<void> run();
    [[nodiscard]] asio::awaitable<void> refuse();
    [[nodiscard]] asio::awaitable<void> serve();
    [[nodiscard]] asio::awaitable<std::optional<Incoming>> read_request();
    [[nodiscard]] asio::awaitable<bool> answer_request(Incoming incoming);
    [[nodiscard]] asio::awaitable<void> run_handler(HttpExchange& exchange, std::string& failure);
    [[nodiscard]] asio::awaitable<void> reject(RequestProblem problem);
    [[nodiscard]] asio::awaitable<void> finish(const HttpExchange& exchange, bool handler_failed);
    [[nodiscard]] Incoming make_incoming(RequestParser& parser);

    std::shared_ptr<ServerContext> context_;
    Purpose purpose_;
    std::shared_ptr<Connection> connection_;
    asio::cancellation_signal cancel_;
    bool handling_ = false;
    bool stopping_ = false;
    bool forced_ = false;
};

} // namespace plex_tuner::net
