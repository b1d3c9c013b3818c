// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/raw_client.hpp"

#include <plex_tuner/net/http_server.hpp>
#include <plex_tuner/net/io_runtime.hpp>

#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace plex_tuner::net::test {

using plex_tuner::test::RawClient;
using plex_tuner::test::RawResponse;

/// Keeps every event as "level message key=value …" lines.
class RecordingSink final : public log::Sink {
public:
    [[nodiscard]] bool enabled(log::Level) const noexcept override { return true; }

    void write(const log::Record& record) override {
        std::string line(record.module);
        line += ": ";
        line += record.message;
        for (const log::Field& field : record.fields) {
            line += ' ';
            line += field.key;
            line += '=' + field.value;
        }
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
        changed_.notify_all();
    }

    /// Waits for the first line that contains `text`; empty when it does not come.
    std::string wait_for(const std::string& text) {
        std::unique_lock lock(mutex_);
        std::string found;
        changed_.wait_for(lock, RawClient::kPatience, [&] {
            for (const std::string& line : lines_) {
                if (line.find(text) != std::string::npos) {
                    found = line;
                }
            }
            return !found.empty();
        });
        return found;
    }

    bool has(const std::string& text) {
        const std::lock_guard lock(mutex_);
        return std::ranges::any_of(
            lines_, [&](const std::string& line) { return line.contains(text); });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;
};

/// An event that another thread waits for.
class Signal {
public:
    void set() {
        const std::lock_guard lock(mutex_);
        ++count_;
        changed_.notify_all();
    }

    /// False when `count` sets do not happen within the client's patience.
    bool wait(int count = 1) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, RawClient::kPatience, [&] { return count_ >= count; });
    }

    int count() {
        const std::lock_guard lock(mutex_);
        return count_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

/// A server on a free loopback port with two io threads. Handlers are set before serve().
class ServerTest : public ::testing::Test {
public:
    /// Waits until a counter has a value; false when it never does.
    template <class Counter, class Value>
    static bool reaches(const Counter& counter, Value value) {
        const auto deadline = std::chrono::steady_clock::now() + RawClient::kPatience;
        while (static_cast<Value>(counter.load()) != value) {
            if (std::chrono::steady_clock::now() > deadline) {
                return false;
            }
            std::this_thread::yield();
        }
        return true;
    }

protected:
    ServerTest() { options.listen = "127.0.0.1:0"; }

    /// Nothing of the server runs any more when the members of a derived fixture go.
    void TearDown() override {
        stop(std::chrono::seconds(0));
        server.reset();
        runtime.stop();
        runtime.join();
    }

    void serve(Handler handler) {
        auto bound = HttpServer::bind(
            runtime.context(), options, std::move(handler), log::Logger(sink, "test"));
        ASSERT_TRUE(bound) << bound.error().message();
        server = std::move(*bound);
        server->start();
        runtime.start();
    }

    /// Serves a fixed text for every request.
    void serve_text(std::string text) {
        serve([body = std::make_shared<const std::string>(std::move(text))](
                  Exchange& exchange) -> asio::awaitable<void> {
            Response response = Response::text(200, "");
            response.body = body;
            co_await exchange.send(std::move(response));
        });
    }

    void stop(std::chrono::steady_clock::duration grace) {
        if (server && !stopped_) {
            stopped_ = true;
            asio::co_spawn(runtime.context(), server->stop(grace), asio::use_future).get();
        }
    }

    RawClient client() { return RawClient(server->port()); }

    std::shared_ptr<RecordingSink> sink = std::make_shared<RecordingSink>();
    HttpServerOptions options;
    IoRuntime runtime{log::Logger(sink, "test"), 2};
    std::unique_ptr<HttpServer> server;

private:
    bool stopped_ = false;
};

} // namespace plex_tuner::net::test
