// SPDX-License-Identifier: GPL-3.0-or-later
#include "sound_rendition.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

/// A playlist that has nothing new is not asked for again sooner.
constexpr milliseconds kMinReload{500};
/// A request may take at least this.
constexpr milliseconds kMinRequestLimit{500};
/// So often the time that pictures wait is halved while nothing comes.
constexpr int kHalvings = 3;
constexpr int kTries = 2;
constexpr milliseconds kRetryPause{200};
/// Segments of sound end with a whole frame, a little before or after the pictures.
constexpr hls::Seconds kSlack{0.3};

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

[[nodiscard]] bool is_fatal(const Error& error) {
    return error.code() == ErrorCode::unsupported;
}

[[nodiscard]] std::optional<hls::Seconds> seconds(std::optional<std::int64_t> ticks) {
    return ticks ? std::optional(hls::Seconds(
                       static_cast<double>(*ticks) / static_cast<double>(ts::kTimestampHz)))
                 : std::nullopt;
}

} // namespace

SoundRendition::SoundRendition(Attempt& attempt, JoinedSink& joined, PlaylistResolver& playlists,
    const RequestFactory& requests, media::MediaWorker& worker, Renew renew, log::Logger log)
    : attempt_(attempt), joined_(joined), playlists_(playlists), renew_(std::move(renew)),
      log_(std::move(log)), segments_(attempt, joined.sound(), requests, worker) {}

void SoundRendition::choose(std::optional<SoundChoice> choice) {
    joined_.join(choice.has_value());
    const bool same =
        choice && choice_ && choice->group == choice_->group && choice->name == choice_->name;
    if (same && choice->url == choice_->url) {
        return;
    }
    choice_ = std::move(choice);
    playlist_url_ = choice_ ? std::optional(choice_->url) : std::nullopt;
    loaded_at_.reset();
    if (same) {
        return;
    }
    cursor_ = hls::SegmentCursor();
    placed_ = false;
    missing_ = false;
    failures_ = 0;
    joined_.change_sound();
    if (choice_) {
        log_.info("sound from a playlist of its own",
            {{"group", choice_->group}, {"name", choice_->name}, {"language", choice_->language}});
    }
}

asio::awaitable<Result<void>> SoundRendition::fetch_for(
    const hls::Segment& segment, const hls::MediaPlaylist& pictures) {
    waited_ = {};
    if (!choice_) {
        co_return Result<void>{};
    }
    target_ = std::chrono::duration_cast<milliseconds>(pictures.target_duration);
    // Where sound does not come, pictures must not come slower than they play.
    deadline_ =
        now() + (pictures.endlist ? target_ * 2 : target_) / (1 << std::min(failures_, kHalvings));
    if (const auto ahead = seconds(joined_.sound_ahead()); ahead && *ahead < -target_ * 2) {
        placed_ = false; // sound of what was shown long ago is of no use
    }
    hls::Seconds fetched{0};
    while (choice_ && !is_enough(segment, fetched)) {
        auto next = co_await this->next(segment, pictures);
        if (!next) {
            co_return fail(std::move(next).error());
        }
        if (!*next) {
            break;
        }
        joined_.begin_sound_time_bases((*next)->time_bases);
        fetched += (*next)->segment.duration;
        auto result = co_await fetch((*next)->segment);
        if (!result && (attempt_.cancelled() || is_fatal(result.error()))) {
            co_return result;
        }
        if (!result) {
            break; // the next one belongs to other pictures
        }
        if (now() >= deadline_) {
            break;
        }
    }
    tell_of_foreign_clock();
    co_return Result<void>{};
}

bool SoundRendition::is_enough(const hls::Segment& segment, hls::Seconds fetched) const {
    const hls::Seconds slack = std::min(kSlack, segment.duration / 4);
    const auto ahead = seconds(joined_.sound_ahead());
    if (!ahead) {
        return fetched + slack >= segment.duration;
    }
    return *ahead + slack >= segment.duration || fetched >= segment.duration + target_ * 2;
}

milliseconds SoundRendition::time_left() const {
    return std::max(std::chrono::duration_cast<milliseconds>(deadline_ - now()), kMinRequestLimit);
}

void SoundRendition::tell_of_foreign_clock() {
    if (choice_ && !joined_.sound_ahead() && !std::exchange(told_foreign_, true)) {
        log_.warn("the sound of its own playlist has another clock than the pictures");
    }
}

// --- playlist -----------------------------------------------------------------------------------

bool SoundRendition::is_due() const {
    if (!loaded_at_) {
        return true;
    }
    const auto passed = now() - *loaded_at_;
    return !cursor_.playlist().endlist &&
           (passed >= target_ * 2 ||
               (!cursor_.has_next() && passed >= std::max(target_ / 2, kMinReload)));
}

asio::awaitable<Result<std::optional<hls::SegmentCursor::Next>>> SoundRendition::next(
    const hls::Segment& segment, const hls::MediaPlaylist& pictures) {
    for (bool waited = false;; waited = true) {
        if (is_due()) {
            if (auto loaded = co_await load(); !loaded) {
                co_return fail(std::move(loaded).error());
            }
            if (!choice_) {
                co_return std::nullopt;
            }
        }
        if (!placed_ && !cursor_.playlist().segments.empty()) {
            cursor_.start_at(
                hls::matching_sequence(cursor_.playlist(), pictures, segment.sequence));
            placed_ = true;
        }
        if (auto next = cursor_.next()) {
            missing_ = false;
            co_return next;
        }
        if (waited || missing_ || cursor_.ended() || failures_ > 0) {
            missing_ = true;
            co_return std::nullopt;
        }
        const SteadyTime begun = now();
        const SteadyTime due = *loaded_at_ + std::max(target_ / 2, kMinReload);
        if (auto slept = co_await attempt_.sleep_until(due); !slept) {
            co_return fail(std::move(slept).error());
        }
        waited_ += now() - begun;
    }
}

asio::awaitable<Result<void>> SoundRendition::load() {
    auto loaded = co_await try_load();
    if (!loaded && wants_new_token(loaded.error()) && !std::exchange(renewed_, true)) {
        log_.info("playlist of the sound refused, asking the original address",
            {{"error", loaded.error()}});
        if (auto renewed = co_await renew_(); !renewed) {
            co_return renewed;
        }
        loaded = co_await try_load();
    }
    if (attempt_.cancelled()) {
        co_return fail(*attempt_.cancelled());
    }
    if (!loaded) {
        log_.write(failures_++ == 0 ? log::Level::warn : log::Level::debug,
            "playlist of the sound not loaded", {{"error", loaded.error()}});
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> SoundRendition::try_load() {
    if (!choice_) {
        co_return Result<void>{}; // the variant that is in force now has its sound in it
    }
    auto loaded = co_await playlists_.fetch_media(*playlist_url_, time_left());
    loaded_at_ = now();
    if (!loaded) {
        cursor_.load_failed(now());
        co_return fail(std::move(loaded).error());
    }
    playlist_url_ = std::move(loaded->url);
    const std::uint64_t restarts = cursor_.restarts();
    const std::uint64_t missed = cursor_.segments_missed();
    cursor_.loaded(std::move(loaded->playlist), now());
    if (const std::uint64_t more = cursor_.segments_missed() - missed; more > 0) {
        log_.warn("segments of sound missed: their playlist went on", {{"segments", more}});
        joined_.sound_lost(more);
    }
    placed_ = placed_ && cursor_.restarts() == restarts;
    co_return Result<void>{};
}

// --- segments -----------------------------------------------------------------------------------

asio::awaitable<Result<void>> SoundRendition::fetch(const hls::Segment& segment) {
    const std::uint64_t sequence = segment.sequence;
    auto result = co_await try_fetch(segment);
    if (result) {
        joined_.sound().finish_piece();
        if (std::exchange(failures_, 0) > 0) {
            log_.info("there is sound again", {{"sequence", sequence}});
        }
        renewed_ = false;
        co_return result;
    }
    joined_.sound().abandon_piece();
    cursor_.segment_lost();
    if (!attempt_.cancelled()) {
        joined_.sound_lost(1);
        log_.write(failures_++ == 0 ? log::Level::warn : log::Level::debug, "segment of sound lost",
            {{"sequence", sequence}, {"error", result.error()}});
    }
    co_return result;
}

asio::awaitable<Result<void>> SoundRendition::try_fetch(hls::Segment segment) {
    segments_.begin_segment();
    for (int tries = 1;; ++tries) {
        auto result = co_await segments_.fetch(segment, *playlist_url_, time_left());
        if (result || attempt_.cancelled() || is_fatal(result.error()) || tries == kTries ||
            now() >= deadline_) {
            co_return result;
        }
        if (wants_new_token(result.error()) && !std::exchange(renewed_, true)) {
            log_.info("segment of sound refused, asking the original address for a new playlist",
                {{"sequence", segment.sequence}, {"error", result.error()}});
            if (auto renewed = co_await renew_(); !renewed) {
                co_return renewed;
            }
            if (auto loaded = co_await load(); !loaded) {
                co_return loaded;
            }
            const hls::Segment* again = cursor_.find(segment.sequence);
            if (again == nullptr || !choice_) {
                co_return result;
            }
            segment = *again;
        } else if (auto slept = co_await attempt_.sleep_until(now() + kRetryPause); !slept) {
            co_return slept;
        }
    }
}

} // namespace plex_tuner::gateway
