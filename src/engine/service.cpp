// SPDX-License-Identifier: GPL-3.0-or-later
#include "base_url.hpp"
#include "channel_book.hpp"
#include "client_finder.hpp"
#include "emby_reaper.hpp"
#include "media_server_registration.hpp"
#include "native_device.hpp"
#include "plex_reaper.hpp"
#include "refresher.hpp"
#include "routes.hpp"
#include "shared_slots.hpp"
#include "transcode_overrides.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/demo/demo_provider.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/net/io_runtime.hpp>

#include <csignal>
#include <future>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>

namespace plex_tuner::engine {

namespace {

// Shutdown has 5 s in all; what is left after the streams ended is small answers.
constexpr std::chrono::seconds kServerGrace{2};
// A shutdown that takes longer than promised is ended by force.
constexpr std::chrono::milliseconds kShutdownLimit{4'800};

/// One thread takes the bytes of all streams from the providers, splices them and gives them to the
/// viewers: a channel takes less than a thousandth of it, and each hand-over to another thread
/// would cost a wake-up and the bytes their place in the cache.
constexpr unsigned kIoThreads = 1;

class RunningService final : public Service {
public:
    RunningService(ServiceOptions options, log::Logger logger)
        : options_(std::move(options)), logger_(std::move(logger)),
          clock_(std::make_shared<SystemClock>()), runtime_(logger_.module("net"), kIoThreads),
          signals_(asio::make_strand(runtime_.context())) {}

    Result<void> prepare();

    [[nodiscard]] std::uint16_t port() const noexcept override { return server_->port(); }

    [[nodiscard]] Result<void> run() override;

    void show_films(FilmStatus films) override { routes_->show_films(std::move(films)); }

private:
    [[nodiscard]] Result<void> count_connections();
    void register_in_servers();
    void end_when_registered(Result<void> outcome);
    [[nodiscard]] asio::awaitable<void> watch_signals();
    [[nodiscard]] asio::awaitable<void> stop_in_order();

    ServiceOptions options_;
    log::Logger logger_;
    std::shared_ptr<const Clock> clock_;
    net::IoRuntime runtime_;
    asio::signal_set signals_;
    Publication publication_;
    // Destroyed in reverse: what uses something stands below it.
    std::unique_ptr<fetch::Client> client_;
    std::unique_ptr<fetch::Client> stream_client_; ///< for the streams, on their thread
    std::unique_ptr<SharedSlots> slots_;           ///< null: no account has connections to count
    std::shared_ptr<ChannelBook> channels_;
    std::unique_ptr<demo::DemoProvider> demo_;
    std::unique_ptr<gateway::Gateway> gateway_;
    std::unique_ptr<TranscodeOverridesReader> transcode_overrides_;
    std::unique_ptr<Refresher> refresher_;
    std::unique_ptr<Routes> routes_;
    std::unique_ptr<net::HttpServer> server_;
    std::unique_ptr<NativeDevice> native_;
    std::vector<std::unique_ptr<MediaServerRegistration>> registrations_;
    std::unique_ptr<PlexReaper> reaper_; ///< null: not wanted
    std::vector<std::unique_ptr<EmbyReaper>> emby_reapers_;
    Result<void> outcome_;
    std::size_t registrations_due_ = 0; ///< of those that are all it is to do
    bool is_done_ = false;
    std::promise<void> stopped_;
};

Result<void> make_state_directory(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
        return fail(ErrorCode::io, "cannot create the state directory " + directory.string() +
                                       ": " + error.message() +
                                       "; choose another with PLEX_TUNER_STATE_DIR");
    }
    return {};
}

Result<void> RunningService::prepare() {
    if (auto made = make_state_directory(options_.index.state_directory); !made) {
        return made;
    }
    AtomicFile::remove_leftovers(options_.index.catalog);
    AtomicFile::remove_leftovers_in(options_.index.state_directory);

    auto bound = net::HttpServer::bind(
        runtime_.context(), options_.http,
        [this](net::Exchange& exchange) { return routes_->router().dispatch(exchange); },
        logger_.module("http"));
    if (!bound) {
        return fail(std::move(bound).error());
    }
    server_ = std::move(*bound);
    client_ = fetch::Client::create(options_.fetch, logger_.module("fetch"));
    stream_client_ =
        fetch::Client::create_on(runtime_.context(), options_.fetch, logger_.module("fetch"));
    if (auto counted = count_connections(); !counted) {
        return counted;
    }
    auto channels = ChannelBook::open(
        options_.index.state_directory / "channels.db", clock_, logger_.module("channels"));
    if (!channels) {
        return fail(std::move(channels).error());
    }
    channels_ = std::move(*channels);
    options_.gateway.observer = channels_.get();
    gateway_ = gateway::Gateway::create(
        runtime_.context(), *stream_client_, options_.gateway, logger_.module("gateway"));

    if (options_.demo) {
        auto demo = demo::DemoProvider::start(runtime_.context(), clock_, logger_.module("demo"));
        if (!demo) {
            return fail_with(std::move(demo), "demo provider");
        }
        demo_ = std::move(*demo);
        auto playlist = Url::parse(demo_->playlist_url());
        if (!playlist) {
            return fail(std::move(playlist).error());
        }
        options_.index.accounts = {
            {.key = "demo", .tag = {}, .playlist = std::move(*playlist), .hosts = {}}};
    }
    refresher_ = std::make_unique<Refresher>(*client_, options_, publication_, slots_.get(),
        channels_, clock_, logger_.module("refresh"));
    if (auto opened = refresher_->open(); !opened) {
        return opened;
    }
    refresher_->load_last_state();
    transcode_overrides_ = std::make_unique<TranscodeOverridesReader>(
        TranscodeOverrideFiles{options_.transcode_overrides, options_.profile_overrides}, *gateway_,
        logger_.module("transcode"));
    transcode_overrides_->read();
    refresher_->on_refresh([this] { transcode_overrides_->read(); });
    native_ = std::make_unique<NativeDevice>(runtime_.context(), options_, publication_, *gateway_,
        server_->port(), logger_.module("native"));
    routes_ = std::make_unique<Routes>(
        options_, publication_, *refresher_, *gateway_, *native_, *channels_, *clock_);
    routes_->attach(*server_);
    if (options_.client_adapt) {
        routes_->adapt_to_clients(std::make_shared<ClientFinder>(runtime_.context(), *client_,
            *options_.client_adapt, clock_, logger_.module("clients")));
    }
    for (const MediaServerOptions& media_server : options_.media_servers) {
        registrations_.push_back(std::make_unique<MediaServerRegistration>(runtime_.context(),
            make_registration_target(media_server, *client_, logger_.module("register")),
            media_server.guide_wait, options_, publication_, server_->port(), clock_,
            logger_.module("register")));
    }
    routes_->show_registrations([this] {
        std::vector<RegistrationStatus> all;
        all.reserve(registrations_.size());
        for (const auto& registration : registrations_) {
            all.push_back(registration->status());
        }
        return all;
    });
    for (const EmbyReaperOptions& reaper : options_.emby_reapers) {
        emby_reapers_.push_back(std::make_unique<EmbyReaper>(runtime_.context(), *client_, reaper,
            publication_, *gateway_, clock_, logger_.module("reaper")));
    }
    routes_->show_emby_reapers([this] {
        std::vector<EmbyReaperStatus> all;
        all.reserve(emby_reapers_.size());
        for (const auto& reaper : emby_reapers_) {
            all.push_back(reaper->status());
        }
        return all;
    });
    if (options_.plex_reaper) {
        reaper_ = std::make_unique<PlexReaper>(
            runtime_.context(), *client_, options_, *gateway_, clock_, logger_.module("plex"));
        routes_->show_plex_reaper([this] { return reaper_->status(); });
    }
    return {};
}

Result<void> RunningService::count_connections() {
    std::vector<SlotAccount> accounts = slot_accounts(options_.index.accounts);
    if (accounts.empty()) {
        return {};
    }
    auto slots = SharedSlots::open(options_.index.shared_directory, std::move(accounts),
        logger_.module("slots"), options_.index.coordination);
    if (!slots) {
        return fail(std::move(slots).error());
    }
    slots_ = std::move(*slots);
    options_.gateway.slots = slots_.get();
    return {};
}

void RunningService::register_in_servers() {
    registrations_due_ = registrations_.size();
    for (const auto& registration : registrations_) {
        registration->start([this](Result<void> outcome) {
            if (options_.register_only) {
                asio::post(signals_.get_executor(), [this, outcome = std::move(outcome)]() mutable {
                    end_when_registered(std::move(outcome));
                });
            }
        });
    }
}

void RunningService::end_when_registered(Result<void> outcome) {
    if (!outcome) {
        outcome_ = std::move(outcome);
    }
    if (--registrations_due_ == 0) {
        is_done_ = true;
        signals_.cancel();
    }
}

Result<void> RunningService::run() {
    std::signal(SIGPIPE, SIG_IGN);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        signals_.add(signal);
    }
    server_->start();
    native_->start();
    register_in_servers();
    if (reaper_) {
        reaper_->start();
    }
    for (const auto& reaper : emby_reapers_) {
        reaper->start();
    }
    asio::co_spawn(signals_.get_executor(), watch_signals(), [](const std::exception_ptr& failure) {
        if (failure) {
            std::rethrow_exception(failure); // a bug: without it no signal would be heard again
        }
    });
    refresher_->start(); // before a thread can run the stop that a signal asks for
    runtime_.start();
    logger_.info("serving",
        {{"port", static_cast<int>(server_->port())}, {"device_id", options_.device.id.text()},
            {"tuners", options_.gateway.tuner_count}, {"version", options_.version}});
    stopped_.get_future().wait();
    runtime_.finish();
    runtime_.stop();
    runtime_.join();
    logger_.info("stopped");
    return std::move(outcome_);
}

asio::awaitable<void> RunningService::watch_signals() {
    while (true) {
        const auto [error, signal] =
            co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (is_done_) {
            break;
        }
        if (error) {
            co_return;
        }
        if (signal == SIGHUP) {
            logger_.info("refresh asked for", {{"signal", "SIGHUP"}});
            refresher_->trigger();
            continue;
        }
        logger_.info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
        break;
    }
    asio::steady_timer limit(runtime_.context(), kShutdownLimit);
    limit.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) {
            logger_.error("shutdown took too long, ending now");
            std::_Exit(EXIT_FAILURE);
        }
    });
    co_await stop_in_order();
    limit.cancel();
    stopped_.set_value();
}

asio::awaitable<void> RunningService::stop_in_order() {
    // New work first, then what feeds the viewers, then the connections, then what they read from.
    // A refresh may take a moment to see it; the viewers need not wait for that.
    refresher_->request_stop();
    for (const auto& registration : registrations_) {
        co_await registration->stop();
    }
    if (reaper_) {
        co_await reaper_->stop();
    }
    for (const auto& reaper : emby_reapers_) {
        co_await reaper->stop();
    }
    co_await native_->stop();
    co_await gateway_->stop();
    co_await server_->stop(kServerGrace);
    co_await refresher_->stop();
    if (demo_) {
        co_await demo_->stop();
    }
}

} // namespace

Result<std::unique_ptr<Service>> Service::create(ServiceOptions options, log::Logger logger) {
    auto service = std::make_unique<RunningService>(std::move(options), std::move(logger));
    if (auto prepared = service->prepare(); !prepared) {
        return fail(std::move(prepared).error());
    }
    return service;
}

} // namespace plex_tuner::engine
