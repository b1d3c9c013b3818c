// SPDX-License-Identifier: GPL-3.0-or-later
// A fetch::Client whose answers the test scripts, byte by byte and from its own thread.
#pragma once

#include <plex_tuner/fetch/client.hpp>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::testing {

namespace asio = boost::asio;

/// One answer while it is being sent. Thread-safe.
class FakeBody {
public:
    void push(std::string bytes);

    void push(const std::vector<std::uint8_t>& bytes) {
        push(std::string(bytes.begin(), bytes.end()));
    }

    void finish();                                 ///< regular end
    void cut(ErrorCode code = ErrorCode::network); ///< the connection breaks

    /// Bytes the gateway has not read yet.
    [[nodiscard]] std::size_t unread() const;
    [[nodiscard]] bool closed_by_client() const;
    void wait_closed_by_client();

private:
    friend class FakeTransfer;

    void notify(std::unique_lock<std::mutex> lock);

    mutable std::mutex mutex_;
    std::condition_variable closed_;
    std::string unread_;
    bool finished_ = false;
    std::optional<Error> error_;
    bool client_gone_ = false;
    std::function<void()> waiter_;
};

struct FakeAnswer {
    int status = 200;
    std::string effective_url; ///< empty: as requested
    std::shared_ptr<FakeBody> body;
    std::optional<Error> connect_error;
    bool hang = false; ///< no response header, ever
    fetch::HeaderList headers = {};
};

/// Thread-safe.
class FakeOrigin final : public fetch::Client {
public:
    using Handler = std::function<FakeAnswer(const fetch::Request&)>;

    void on(const std::string& url, Handler handler);
    /// Answers every request for `url` with this complete body.
    void serve(const std::string& url, std::string body, int status = 200);

    void serve(const std::string& url, const std::vector<std::uint8_t>& body) {
        serve(url, std::string(body.begin(), body.end()));
    }

    /// The first request for `url` gets this body, which the test fills; later ones hang.
    std::shared_ptr<FakeBody> open(const std::string& url);

    [[nodiscard]] std::vector<std::string> requested() const;
    [[nodiscard]] std::size_t count(const std::string& url) const;
    void wait_requested(const std::string& url, std::size_t times = 1);
    /// The last request for `url`.
    [[nodiscard]] std::optional<fetch::Request> last(const std::string& url) const;

    [[nodiscard]] int running() const { return *running_; }

    std::unique_ptr<fetch::Transfer> start(fetch::Request request) override;
    asio::awaitable<Result<fetch::Response>> get(fetch::Request, std::size_t) override;
    asio::awaitable<std::vector<Result<fetch::Response>>> get_in_turn(
        std::vector<fetch::Request>, fetch::InTurn) override;

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Handler> handlers_;
    std::vector<fetch::Request> requests_;
    std::shared_ptr<std::atomic<int>> running_ = std::make_shared<std::atomic<int>>(0);
};

} // namespace plex_tuner::testing
