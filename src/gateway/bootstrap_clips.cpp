// SPDX-License-Identifier: GPL-3.0-or-later
#include "bootstrap_clips.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

namespace plex_tuner::gateway {
namespace {

/// Some hundred KB each.
constexpr std::size_t kMostClips = 48;
/// Of a fraction that is a rate of pictures.
constexpr std::uint32_t kMaxTerm = 1'000'000;

} // namespace

BootstrapClips::BootstrapClips(boost::asio::any_io_executor strand, media::WorkerOptions options,
    std::chrono::milliseconds length, log::Logger logger)
    : strand_(std::move(strand)), options_(std::move(options)), length_(length),
      logger_(std::move(logger)) {}

BootstrapClips::Clip BootstrapClips::find(
    const media::Profile& profile, const ts::FrameRate& rate, std::function<void()> when_made) {
    if (!media::has_bootstrap_clip(profile)) {
        return nullptr;
    }
    Wanted wanted{.profile = profile, .clip = {.length = length_}};
    if (rate.known() && rate.numerator < kMaxTerm && rate.denominator < kMaxTerm) {
        wanted.clip.rate_numerator = static_cast<int>(rate.numerator);
        wanted.clip.rate_denominator = static_cast<int>(rate.denominator);
    }
    wanted.key = profile.name + ' ' + std::to_string(wanted.clip.rate_numerator) + '/' +
                 std::to_string(wanted.clip.rate_denominator);
    const std::lock_guard lock(mutex_);
    const auto known = clips_.find(wanted.key);
    if (known == clips_.end() && clips_.size() >= kMostClips) {
        return nullptr;
    }
    if (known == clips_.end()) {
        clips_.emplace(wanted.key, nullptr);
        wanted_.push_back(wanted);
        if (wanted_.size() == 1) {
            boost::asio::post(strand_, [self = shared_from_this()] { self->make_next(); });
        }
    }
    const bool is_coming = std::ranges::find(wanted_, wanted.key, &Wanted::key) != wanted_.end();
    if (is_coming && when_made) {
        waiting_.push_back(std::move(when_made));
    }
    return known == clips_.end() ? nullptr : known->second;
}

std::string BootstrapClips::problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
}

void BootstrapClips::make_next() {
    Wanted wanted;
    {
        const std::lock_guard lock(mutex_);
        if (wanted_.empty()) {
            return;
        }
        wanted = wanted_.front();
    }
    made_.clear();
    worker_ = std::make_unique<media::MediaWorker>(strand_, options_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->look();
        }
    });
    worker_->begin_clip(wanted.profile, wanted.clip);
    worker_->finish();
    look();
}

void BootstrapClips::look() {
    if (!worker_) {
        return;
    }
    made_ += worker_->take_output();
    if (!worker_->outcome()) {
        return;
    }
    const Result<media::JobResult> outcome = *worker_->outcome();
    std::vector<std::function<void()>> waiting;
    {
        const std::lock_guard lock(mutex_);
        const Wanted wanted = wanted_.front();
        wanted_.pop_front();
        waiting.swap(waiting_);
        if (outcome) {
            logger_.info("bootstrap clip made", {{"clip", wanted.key}, {"bytes", made_.size()},
                                                    {"ms", wanted.clip.length.count()}});
            clips_[wanted.key] = std::make_shared<const std::string>(std::exchange(made_, {}));
        } else {
            problem_ = "there is no bootstrap clip of the profile " + wanted.profile.name + ": " +
                       outcome.error().message();
            logger_.error("transcoding cannot work as configured", {{"problem", problem_}});
        }
    }
    for (const auto& tell : waiting) {
        tell();
    }
    // Not while it calls us.
    boost::asio::post(
        strand_, [self = shared_from_this(), worker = std::shared_ptr<media::MediaWorker>(
                                                 std::move(worker_))] { self->make_next(); });
}

} // namespace plex_tuner::gateway
