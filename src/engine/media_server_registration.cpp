// SPDX-License-Identifier: GPL-3.0-or-later
#include "media_server_registration.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

namespace {

using std::chrono::milliseconds;
using udp = asio::ip::udp;

/// A lineup that has not changed is as wanted while so much of it is mapped: servers drop single
/// channels for reasons of their own, and loading a guide anew for one of them helps nobody.
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

MediaServerRegistration::MediaServerRegistration(asio::io_context& io,
    std::unique_ptr<RegistrationTarget> target, milliseconds lineup_wait,
    const ServiceOptions& options, Publication& publication, std::uint16_t http_port,
    std::shared_ptr<const Clock> clock, log::Logger logger)
    : work_(io), target_(std::move(target)), lineup_wait_(lineup_wait), options_(options),
      publication_(publication), announced_(options.base_url, options.http.listen, http_port),
      clock_(std::move(clock)), logger_(std::move(logger)), wake_(work_.strand()) {
    status_.server = target_->name();
}

MediaServerRegistration::~MediaServerRegistration() {
    publication_.forget(listener_);
}

void MediaServerRegistration::start(FirstResult first_result) {
    listener_ =
        publication_.on_lineup([this] { asio::post(work_.strand(), [this] { wake_.cancel(); }); });
    work_.spawn(run(std::move(first_result)));
}

asio::awaitable<void> MediaServerRegistration::stop() {
    publication_.forget(listener_);
    co_await work_.stop([this] { wake_.cancel(); });
}

RegistrationStatus MediaServerRegistration::status() const {
    const std::scoped_lock lock(mutex_);
    return status_;
}

asio::awaitable<void> MediaServerRegistration::run(FirstResult first_result) {
    using Timer = asio::steady_timer;
    const auto give_up = Timer::clock_type::now() + lineup_wait_;
    // When to look again at a lineup that stays as it is.
    auto due = options_.register_only ? give_up : Timer::time_point::max();
    std::string tried; ///< fingerprint of the lineup
    while (!work_.stopping()) {
        const auto snapshot = publication_.get();
        const bool is_due = Timer::clock_type::now() >= due;
        if (can_be_registered(*snapshot) && (is_due || snapshot->fingerprint != tried)) {
            tried = snapshot->fingerprint;
            const Result<void> outcome = co_await register_with(snapshot);
            if (work_.stopping()) {
                co_return;
            }
            if (first_result) {
                std::exchange(first_result, nullptr)(outcome);
            }
            const milliseconds pause = pause_after(outcome);
            due = pause == milliseconds::max() ? Timer::time_point::max()
                                               : Timer::clock_type::now() + pause;
            continue; // a lineup that came while the server was asked has woken nobody
        }
        if (is_due && first_result) {
            std::exchange(first_result, nullptr)(fail(ErrorCode::timeout,
                "there was no lineup with a guide in time; the log says what the provider lacks"));
            co_return;
        }
        if (is_due) { // and there is nothing to register: the next lineup is news again
            due = Timer::time_point::max();
            tried.clear();
        }
        wake_.expires_at(due);
        co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

milliseconds MediaServerRegistration::pause_after(const Result<void>& outcome) {
    const milliseconds interval = options_.registration_check;
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

asio::awaitable<Result<void>> MediaServerRegistration::register_with(
    std::shared_ptr<const Snapshot> snapshot) {
    auto reached_at = co_await base_url();
    if (!reached_at) {
        note_failure(reached_at.error());
        co_return fail(std::move(reached_at).error());
    }
    const bool is_known = registered_ == snapshot->fingerprint;
    const auto outcome = co_await target_->set_up({.name = options_.device.friendly_name,
                                                      .device_id = options_.device.id.text(),
                                                      .base_url = std::move(*reached_at),
                                                      .channels = numbers_of(*snapshot->lineup)},
        is_known ? kEnoughMapped : 1.0);
    if (!outcome) {
        note_failure(outcome.error());
        co_return fail(outcome.error());
    }
    if (outcome->mapped == 0 && outcome->served > 0) {
        Error error(
            ErrorCode::unavailable, std::string(target_->name()) + " has not loaded the guide yet");
        note_failure(error);
        co_return fail(std::move(error));
    }
    if (!is_known) {
        changes_in_a_row_ = 0;
    }
    registered_ = snapshot->fingerprint;
    take(*outcome);
    co_return Result<void>{};
}

void MediaServerRegistration::take(const RegistrationOutcome& outcome) {
    const bool changed = outcome.action != plex::DvrAction::skipped;
    changes_in_a_row_ = changed ? changes_in_a_row_ + 1 : 0;
    {
        const std::scoped_lock lock(mutex_);
        status_.looked_at = clock_->wall();
        status_.key = outcome.key;
        status_.mapped = outcome.mapped;
        status_.served = outcome.served;
        status_.error.clear();
        status_.changes += changed ? 1 : 0;
    }
    logger_.write(changed ? log::Level::info : log::Level::debug,
        changed ? "set up in the media server" : "is in the media server as wanted",
        {{"server", target_->name()}, {"action", plex::to_string(outcome.action)},
            {"key", outcome.key}, {"mapped", outcome.mapped}, {"served", outcome.served}});
}

void MediaServerRegistration::note_failure(const Error& error) {
    if (work_.stopping()) {
        return;
    }
    const std::scoped_lock lock(mutex_);
    if (options_.register_only) {
        status_.error = error.message();
        return; // whoever asked for it says so
    }
    // A server that is off for days would fill the log.
    logger_.write(status_.error == error.message() ? log::Level::debug : log::Level::warn,
        "not set up in the media server; it is tried again",
        {{"server", target_->name()}, {"error", error}});
    status_.looked_at = clock_->wall();
    status_.error = error.message();
    ++status_.failures;
}

asio::awaitable<Result<std::string>> MediaServerRegistration::base_url() const {
    const Url& there = target_->url();
    asio::ip::address ours;
    if (options_.base_url.empty()) {
        // The address that packets to the server are sent from; nothing is sent for it.
        udp::resolver resolver(work_.strand());
        const auto [unresolved, endpoints] =
            co_await resolver.async_resolve(std::string(there.host()), std::to_string(there.port()),
                asio::as_tuple(asio::use_awaitable));
        if (unresolved || endpoints.empty()) {
            co_return fail(ErrorCode::network,
                "the host of the media server has no address: " + there.redacted());
        }
        const udp::endpoint endpoint = *endpoints.begin();
        udp::socket socket(work_.strand());
        boost::system::error_code error;
        if (socket.connect(endpoint, error); !error) {
            ours = socket.local_endpoint(error).address();
        }
        if (error) {
            co_return fail(ErrorCode::network,
                "no way to the media server at " + there.redacted() + ": " + error.message());
        }
    }
    std::string url = options_.base_url.empty() ? announced_.at(ours) : options_.base_url;
    if (url.empty()) {
        co_return fail(
            ErrorCode::invalid_argument, "the tuner does not listen at " + ours.to_string() +
                                             ", where the media server would reach it; set "
                                             "PLEX_TUNER_BASE_URL or PLEX_TUNER_ADDR");
    }
    if (url.ends_with('/')) {
        url.pop_back();
    }
    co_return url;
}

} // namespace plex_tuner::engine
