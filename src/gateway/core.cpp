// SPDX-License-Identifier: GPL-3.0-or-later
#include "core.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::gateway {
namespace {

[[nodiscard]] std::vector<Upstream::Source> sources_of(const lineup::Channel& channel) {
    std::vector<Upstream::Source> result;
    result.reserve(channel.sources.size());
    for (const catalog::StreamSource& source : channel.sources) {
        Upstream::Source& copy = result.emplace_back();
        copy.url = source.url.str();
        for (const catalog::NamedText& header : source.headers) {
            copy.headers.emplace_back(header.name, header.value);
        }
    }
    return result;
}

} // namespace

Core::Core(asio::io_context& context, fetch::Client& fetch_client, Options gateway_options,
    log::Logger gateway_log)
    : io(context), client(fetch_client), options(std::move(gateway_options)),
      log(std::move(gateway_log)), tuners(options.tuner_count, options.max_viewers_per_channel),
      transcodes(options.max_transcodes),
      tee_(options.debug_tee.bytes > 0
               ? std::make_unique<DebugTee>(options.debug_tee, counters, log)
               : nullptr),
      policy_(std::make_shared<const TranscodePolicy>(options.transcode, TranscodeOverrides())),
      worker_check_(
          std::make_shared<WorkerCheck>(asio::make_strand(context), options.transcoding, log)),
      clips_(options.bootstrap.count() > 0
                 ? std::make_shared<BootstrapClips>(
                       asio::make_strand(context), options.transcoding, options.bootstrap, log)
                 : nullptr),
      strand_(asio::make_strand(context)), idle_timer_(strand_) {}

bool Core::make_room(const ChannelSession& session) {
    const auto idle = tuners.take_idle(session);
    if (idle) {
        idle->close("another channel needs its connection");
    }
    return idle != nullptr;
}

std::shared_ptr<const TranscodePolicy> Core::transcode_policy() const {
    const std::lock_guard lock(policy_mutex_);
    return policy_;
}

void Core::set_transcode_overrides(TranscodeOverrides overrides) {
    auto policy = std::make_shared<const TranscodePolicy>(options.transcode, std::move(overrides));
    {
        const std::lock_guard lock(policy_mutex_);
        policy_.swap(policy);
    }
    check_transcoding();
}

void Core::check_transcoding() {
    if (transcode_policy()->is_used() && !options.ffmpeg) {
        worker_check_->start();
    }
    if (clips_) {
        for (const media::Profile& profile : transcode_policy()->usual_profiles()) {
            // So that it is there when a viewer comes.
            (void)clips_->find(profile, {.numerator = 25, .denominator = 1});
            (void)clips_->find(profile, {.numerator = 30'000, .denominator = 1'001});
        }
    }
}

std::vector<std::string> Core::transcode_problems() const {
    auto problems = problems_of(*transcode_policy(), options.ffmpeg.get());
    if (std::string problem = worker_check_->problem(); !problem.empty()) {
        problems.push_back(std::move(problem));
    }
    if (std::string problem = clips_ ? clips_->problem() : std::string(); !problem.empty()) {
        problems.push_back(std::move(problem));
    }
    return problems;
}

std::expected<Tuners::Admission, TuneError> Core::admit(
    const StreamRequest& request, std::string_view viewer) {
    const lineup::Channel& channel = *request.channel;
    auto admission = tuners.join(channel.channel_id, request.forced_tuner,
        [&](int tuner) {
            ChannelSession::Identity identity{std::string(channel.channel_id), channel.guide_number,
                std::string(channel.guide_name), tuner};
            return std::make_shared<ChannelSession>(io, client, options, counters,
                shared_from_this(), std::move(identity), sources_of(channel), log);
        },
        {.address = viewer, .holds_reservation = request.holds_reservation});
    if (admission && admission->created) {
        if (admission->evicted) {
            admission->evicted->close("tuner wanted for another channel");
        }
        remember(admission->session);
        admission->session->start(admission->evicted);
    }
    return admission;
}

std::shared_ptr<ChannelSession> Core::admit_to_transcode(
    const std::shared_ptr<ChannelSession>& original, const media::Profile& profile,
    std::string_view reason) {
    const auto [session, created] = transcodes.join(*original, profile.name, [&] {
        ChannelSession::Identity identity = original->identity();
        identity.profile = profile.name;
        identity.reason = reason;
        return std::make_shared<ChannelSession>(io, client, options, counters, shared_from_this(),
            std::move(identity), TranscodeSource{original, profile, clips_}, log);
    });
    if (created) {
        remember(session);
        session->start(nullptr);
    }
    return session;
}

void Core::remember(const std::shared_ptr<ChannelSession>& session) {
    const std::lock_guard lock(sessions_mutex_);
    std::erase_if(sessions_, [](const auto& known) { return known.expired(); });
    sessions_.push_back(session);
}

void Core::close_all(const std::string& reason) {
    std::vector<std::weak_ptr<ChannelSession>> sessions;
    {
        const std::lock_guard lock(sessions_mutex_);
        sessions = sessions_;
    }
    for (const auto& known : sessions) {
        if (const auto session = known.lock()) {
            session->close(reason);
        }
    }
}

bool Core::idle() const noexcept {
    return counters.channels_open.load() == 0 && counters.transcodes_open.load() == 0 &&
           serving.load() == 0;
}

asio::awaitable<void> Core::wait_idle(std::chrono::milliseconds limit) {
    const SteadyTime end = std::chrono::steady_clock::now() + limit;
    waiting_ = true;
    co_await asio::dispatch(asio::bind_executor(strand_, asio::use_awaitable));
    while (!idle() && std::chrono::steady_clock::now() < end) {
        idle_timer_.expires_at(end);
        co_await idle_timer_.async_wait(
            asio::bind_executor(strand_, asio::as_tuple(asio::use_awaitable)));
    }
}

void Core::changed() {
    if (waiting_) {
        asio::post(strand_, [self = shared_from_this()] { self->idle_timer_.cancel(); });
    }
}

} // namespace plex_tuner::gateway
