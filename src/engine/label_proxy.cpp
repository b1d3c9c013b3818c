// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/engine/label_proxy.hpp>
#include <plex_tuner/fetch/compressed_file.hpp>
#include <plex_tuner/net/io_runtime.hpp>
#include <plex_tuner/plex/provider_labels.hpp>

#include <csignal>
#include <future>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

namespace {

namespace asio = boost::asio;

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kGrace{3};
constexpr std::uint64_t kMaxDocument = std::uint64_t{32} << 20;

/// The labels of now, for all threads.
class LabelBoard {
public:
    void put(plex::ProviderLabels labels) {
        auto next = std::make_shared<const plex::ProviderLabels>(std::move(labels));
        const std::scoped_lock lock(mutex_);
        labels_ = std::move(next);
    }

    [[nodiscard]] std::shared_ptr<const plex::ProviderLabels> get() const {
        const std::scoped_lock lock(mutex_);
        return labels_;
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const plex::ProviderLabels> labels_ =
        std::make_shared<const plex::ProviderLabels>();
};

/// As the server meant it; none when it is damaged.
std::optional<std::string> decompressed(std::string_view body) {
    fetch::Decompressor decompressor(kMaxDocument);
    decompressor.feed(body);
    std::string text;
    bool said_end = false;
    while (!decompressor.ended()) {
        if (decompressor.wants_input() && !std::exchange(said_end, true)) {
            decompressor.end();
        }
        const auto piece = decompressor.next();
        if (!piece) {
            return std::nullopt;
        }
        text.append(*piece);
    }
    return text;
}

class RunningLabelProxy final : public LabelProxy {
public:
    RunningLabelProxy(LabelProxyOptions options, log::Logger logger)
        : options_(std::move(options)), logger_(std::move(logger)), runtime_(logger_.module("net")),
          strand_(asio::make_strand(runtime_.context())), signals_(strand_), next_(strand_),
          client_(fetch::Client::create(options_.fetch, logger_.module("fetch"))),
          server_(*client_, options_.server) {}

    Result<void> bind() {
        net::AnswerRewriter rewriter{.wants = plex::shows_provider_labels,
            .rewrite = [board = board_](std::string_view path, const net::Headers& /*headers*/,
                           std::string_view body) -> std::optional<std::string> {
                const auto labels = board->get();
                const auto text = decompressed(body);
                return text ? plex::with_provider_labels(path, *text, *labels) : std::nullopt;
            }};
        auto proxy = net::ReverseProxy::bind(
            runtime_.context(), options_.proxy, std::move(rewriter), logger_);
        if (!proxy) {
            return fail(std::move(proxy).error());
        }
        proxy_ = std::move(*proxy);
        return {};
    }

    void run() override {
        std::signal(SIGPIPE, SIG_IGN);
        for (const int signal : {SIGTERM, SIGINT}) {
            signals_.add(signal);
        }
        proxy_->start();
        asio::co_spawn(strand_, follow_labels(), asio::detached);
        asio::co_spawn(strand_, wait_for_signal(), asio::detached);
        runtime_.start();
        logger_.info("label proxy serves",
            {{"listen", options_.proxy.listen}, {"port", static_cast<int>(proxy_->port())},
                {"upstream", options_.proxy.upstream}});
        stopped_.get_future().wait();
        runtime_.finish();
        runtime_.stop();
        runtime_.join();
        logger_.info("stopped");
    }

private:
    asio::awaitable<void> follow_labels() {
        bool is_failing = false;
        bool is_first = true;
        while (!stopping_) {
            auto dvrs = co_await server_.dvrs();
            if (stopping_) {
                co_return;
            }
            if (dvrs) {
                plex::ProviderLabels labels(*dvrs, options_.strip_prefix);
                const bool is_news = is_first || is_failing || labels != *board_->get();
                const std::size_t sources = labels.size();
                board_->put(std::move(labels));
                if (is_news) {
                    logger_.info("labels read", {{"sources", sources}});
                }
                is_first = false;
            } else if (!is_failing) {
                logger_.warn("labels cannot be read; those from before stay until they can",
                    {{"error", dvrs.error()}});
            }
            is_failing = !dvrs;
            next_.expires_after(options_.refresh);
            static_cast<void>(co_await next_.async_wait(kAwaitTuple));
        }
    }

    asio::awaitable<void> wait_for_signal() {
        const auto [error, signal] = co_await signals_.async_wait(kAwaitTuple);
        logger_.info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
        stopping_ = true;
        next_.cancel();
        co_await proxy_->stop(kGrace);
        stopped_.set_value();
    }

    LabelProxyOptions options_;
    log::Logger logger_;
    net::IoRuntime runtime_;
    asio::strand<asio::io_context::executor_type> strand_;
    asio::signal_set signals_;
    asio::steady_timer next_;
    std::unique_ptr<fetch::Client> client_;
    plex::Server server_;
    std::shared_ptr<LabelBoard> board_ = std::make_shared<LabelBoard>();
    std::unique_ptr<net::ReverseProxy> proxy_;
    std::promise<void> stopped_;
    bool stopping_ = false; ///< on the strand
};

} // namespace

Result<std::unique_ptr<LabelProxy>> LabelProxy::create(
    LabelProxyOptions options, log::Logger logger) {
    auto proxy = std::make_unique<RunningLabelProxy>(std::move(options), std::move(logger));
    if (auto bound = proxy->bind(); !bound) {
        return fail(std::move(bound).error());
    }
    return std::unique_ptr<LabelProxy>(std::move(proxy));
}

} // namespace plex_tuner::engine
