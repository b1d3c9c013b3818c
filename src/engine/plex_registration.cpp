// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_registration.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

namespace {

using std::chrono::milliseconds;
using udp = asio::ip::udp;

/// A lineup that has not changed is as wanted while so much of it is mapped: Plex drops single
/// channels for reasons of its own, and loading a guide anew for one of them helps nobody.
constexpr double kEnoughMapped = 0.9;
constexpr milliseconds kFirstRetry{5'000};
constexpr int kMaxRetryDoublings = 6;
constexpr int kMaxCheckDoublings = 4;

std::vector<std::string> numbers_of(const lineup::Lineup& lineup) {
    std::vector<std::string> numbers;
    numbers.reserve(lineup.channels().size());
    for (const lineup::Channel& channel : lineup.channels()) {
        numbers.push_back(channel.guide_number);
    }
    return numbers;
}

bool can_be_registered(const Snapshot& snapshot) {
    return snapshot.guide != nullptr && !snapshot.lineup->channels().empty();
}

} // namespace

PlexRegistration::PlexRegistration(asio::io_context& io, fetch::Client& client,
    const ServiceOptions& options, Publication& publication, std::uint16_t http_port,
    std::shared_ptr<const Clock> clock, log::Logger logger)
    : strand_(asio::make_strand(io)), client_(client), options_(options),
      registration_(*options.plex_registration), publication_(publication),
      announced_(options.base_url, options.http.listen, http_port), clock_(std::move(clock)),
      logger_(std::move(logger)), wake_(strand_),
      ended_(strand_, asio::steady_timer::time_point::max()) {}

PlexRegistration::~PlexRegistration() {
    publication_.on_lineup({});
}

void PlexRegistration::start(FirstResult first_result) {
    running_ = true;
    publication_.on_lineup([this] { asio::post(strand_, [this] { wake_.cancel(); }); });
    asio::co_spawn(strand_, run(std::move(first_result)),
        asio::bind_cancellation_slot(cancel_.slot(), [this](const std::exception_ptr& failure) {
            running_ = false;
            ended_.cancel();
            if (failure && !stopping_) {
                std::rethrow_exception(failure); // a bug; in a stop it is the wait that was ended
            }
        }));
}

asio::awaitable<void> PlexRegistration::stop() {
    publication_.on_lineup({});
    // No cancellation: Asio 1.81 would hand it to the other thread in memory of the waiter.
    co_await asio::co_spawn(strand_, wait_until_ended(),
        asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
}

asio::awaitable<void> PlexRegistration::wait_until_ended() {
    stopping_ = true;
    wake_.cancel();
    cancel_.emit(asio::cancellation_type::terminal);
    while (running_) {
        co_await ended_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

PlexRegistrationStatus PlexRegistration::status() const {
    const std::scoped_lock lock(mutex_);
    return status_;
}

asio::awaitable<void> PlexRegistration::run(FirstResult first_result) {
    while (!stopping_) {
        const auto snapshot = publication_.get();
        milliseconds pause = milliseconds::max();
        if (can_be_registered(*snapshot)) {
            const Result<void> outcome = co_await register_with(snapshot);
            if (stopping_) {
                co_return;
            }
            if (first_result) {
                std::exchange(first_result, nullptr)(outcome);
            }
            pause = pause_after(outcome);
        }
        // A lineup that came while Plex was asked has woken nobody.
        const auto latest = publication_.get();
        if (can_be_registered(*latest) && latest->fingerprint != snapshot->fingerprint) {
            continue;
        }
        wake_.expires_at(pause == milliseconds::max()
                             ? asio::steady_timer::time_point::max()
                             : asio::steady_timer::clock_type::now() + pause);
        co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

milliseconds PlexRegistration::pause_after(const Result<void>& outcome) {
    const milliseconds interval = registration_.check_interval;
    if (!outcome) {
        const milliseconds retry =
            kFirstRetry * (1 << std::min(failures_in_a_row_, kMaxRetryDoublings));
        ++failures_in_a_row_;
        return interval.count() == 0 ? retry : std::min(retry, interval);
    }
    failures_in_a_row_ = 0;
    if (interval.count() == 0) {
        return milliseconds::max();
    }
    const int doublings = std::clamp(changes_in_a_row_ - 1, 0, kMaxCheckDoublings);
    return interval * (1 << doublings);
}

asio::awaitable<Result<void>> PlexRegistration::register_with(
    std::shared_ptr<const Snapshot> snapshot) {
    auto reached_at = co_await base_url();
    if (!reached_at) {
        note_failure(reached_at.error());
        co_return fail(std::move(reached_at).error());
    }
    plex::WantedTuner wanted{.name = options_.device.friendly_name,
        .device_id = options_.device.id.text(),
        .base_url = std::move(*reached_at),
        .channels = numbers_of(*snapshot->lineup)};
    const bool is_known = registered_ == snapshot->fingerprint;
    plex::DvrSyncOptions options;
    options.guide_wait = registration_.guide_wait;
    options.plan.enough_mapped = is_known ? kEnoughMapped : 1.0;
    plex::Server server(client_, registration_.server);
    std::vector<plex::WantedTuner> all;
    all.push_back(std::move(wanted));
    const auto report = co_await plex::sync_dvrs(server, client_, std::move(all), options, logger_);
    if (!report) {
        note_failure(report.error());
        co_return fail(report.error());
    }
    if (!is_known) {
        changes_in_a_row_ = 0;
    }
    auto taken = take(*report);
    registered_ = taken ? snapshot->fingerprint : std::string();
    co_return taken;
}

Result<void> PlexRegistration::take(const plex::DvrReport& report) {
    const plex::DvrResult& result = report.results.front();
    if (result.action == plex::DvrAction::error) {
        Error error(ErrorCode::unavailable, result.error);
        note_failure(error);
        return fail(std::move(error));
    }
    const bool changed = result.action != plex::DvrAction::skipped;
    changes_in_a_row_ = changed ? changes_in_a_row_ + 1 : 0;
    {
        const std::scoped_lock lock(mutex_);
        status_.looked_at = clock_->wall();
        status_.dvr_key = result.dvr_key;
        status_.mapped = result.channels;
        status_.served = result.served;
        status_.error.clear();
        status_.changes += changed ? 1 : 0;
    }
    logger_.write(changed ? log::Level::info : log::Level::debug,
        changed ? "set up in Plex" : "is in Plex as wanted",
        {{"action", plex::to_string(result.action)}, {"dvr", result.dvr_key},
            {"mapped", result.channels}, {"served", result.served}});
    return {};
}

void PlexRegistration::note_failure(const Error& error) {
    if (stopping_) {
        return;
    }
    const std::scoped_lock lock(mutex_);
    if (registration_.only) {
        status_.error = error.message();
        return; // whoever asked for it says so
    }
    // A server that is off for days would fill the log.
    logger_.write(status_.error == error.message() ? log::Level::debug : log::Level::warn,
        "not set up in Plex; it is tried again", {{"error", error}});
    status_.looked_at = clock_->wall();
    status_.error = error.message();
    ++status_.failures;
}

asio::awaitable<Result<std::string>> PlexRegistration::base_url() const {
    const Url& plex = registration_.server.url;
    asio::ip::address ours;
    if (options_.base_url.empty()) {
        // The address that packets to Plex are sent from; nothing is sent for it.
        udp::resolver resolver(strand_);
        const auto [unresolved, endpoints] =
            co_await resolver.async_resolve(std::string(plex.host()), std::to_string(plex.port()),
                asio::as_tuple(asio::use_awaitable));
        if (unresolved || endpoints.empty()) {
            co_return fail(
                ErrorCode::network, "the host of Plex has no address: " + plex.redacted());
        }
        const udp::endpoint there = *endpoints.begin();
        udp::socket socket(strand_);
        boost::system::error_code error;
        if (socket.connect(there, error); !error) {
            ours = socket.local_endpoint(error).address();
        }
        if (error) {
            co_return fail(ErrorCode::network,
                "no way to Plex at " + plex.redacted() + ": " + error.message());
        }
    }
    std::string url = options_.base_url.empty() ? announced_.at(ours) : options_.base_url;
    if (url.empty()) {
        co_return fail(ErrorCode::invalid_argument,
            "the tuner does not listen at " + ours.to_string() +
                ", where Plex would reach it; set PLEX_TUNER_BASE_URL or PLEX_TUNER_ADDR");
    }
    if (url.ends_with('/')) {
        url.pop_back();
    }
    co_return url;
}

} // namespace plex_tuner::engine
