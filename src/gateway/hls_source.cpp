// SPDX-License-Identifier: GPL-3.0-or-later
#include "hls_source.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

/// A playlist that has not come by then is asked for again; sooner while segments are listed that
/// could be played meanwhile.
constexpr milliseconds kPlaylistLimit{10'000};
constexpr milliseconds kMinPlaylistLimit{1'000};
/// A segment may take twice its target duration, within these bounds.
constexpr milliseconds kMinSegmentLimit{10'000};
constexpr milliseconds kMaxSegmentLimit{60'000};
constexpr int kSegmentTries = 2;
/// Of one without which all that came before would be for nothing; six seconds.
constexpr int kKeptSegmentTries = 6;
/// Doubled with each try.
constexpr milliseconds kSegmentRetryPause{200};
/// More segments lost in a row than this, and the source is dead.
constexpr int kMaxLostInRow = 10;
/// The same before any was had: with so many the reason is not with the segments.
constexpr int kMaxLostAtStart = 2;
/// Refused so often in a row, by the playlist and its origin, and the source is left.
constexpr int kMaxRefusals = 2;
/// A run goes on where the last one ended unless it would be farther behind the end of a live
/// playlist than so many target durations and this.
constexpr int kResumeTargets = 3;
constexpr hls::Seconds kResumeWithin{30};
/// Media may pause for so many target durations before the source counts as stalled.
constexpr int kPatienceTargets = 5;

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

/// No access, or a page in place of a playlist, which does not pass as a fault does.
[[nodiscard]] bool is_refusal(const Error& error) {
    const int status = error.http_status().value_or(0);
    return status == 401 || status == 403 || error.code() == ErrorCode::blocked ||
           error.code() == ErrorCode::parse;
}

[[nodiscard]] std::optional<PlayedSegment> identify(
    const hls::Segment& segment, const Url& playlist) {
    const auto url = playlist.resolve(segment.uri);
    return url ? std::optional(PlayedSegment{segment.sequence, std::string(url->path())})
               : std::nullopt;
}

[[nodiscard]] bool is_fatal(const Error& error) {
    return error.code() == ErrorCode::unsupported;
}

} // namespace

HlsSource::HlsSource(Attempt& attempt, MediaSink& sink, const RequestFactory& requests, Url source,
    SourceMemory& memory, const media::WorkerOptions& remuxing, log::Logger log)
    : attempt_(attempt), sink_(sink), source_(source), playlist_url_(std::move(source)),
      memory_(memory), log_(std::move(log)), playlists_(attempt, requests, memory.bandwidth),
      worker_(attempt.strand(), remuxing, [&attempt] { attempt.wake(); }),
      segments_(attempt, sink_, requests, worker_),
      sound_(
          attempt, sink_, playlists_, requests, worker_, [this] { return reload(source_); }, log_) {
}

asio::awaitable<Result<void>> HlsSource::play(std::string text, Url effective) {
    auto first = co_await playlists_.resolve(
        PlaylistText{std::move(text), std::move(effective)}, playlist_limit());
    if (!first) {
        co_return fail(std::move(first).error());
    }
    if (auto accepted = accept(std::move(*first)); !accepted) {
        co_return accepted;
    }
    resume();
    Result<void> nothing_played; ///< why, as far as is known
    for (;;) {
        if (!cursor_.playlist().endlist && now() >= cursor_.reload_at()) {
            if (auto reloaded = co_await reload(playlist_url_); !reloaded) {
                co_return reloaded;
            }
        }
        if (const auto next = cursor_.next()) {
            const bool changed = std::exchange(variant_changed_, false);
            sink_.begin_time_bases(next->time_bases);
            sink_.seam((next->discontinuity || changed) && any_segment_ ? ts::Seam::discontinuity
                                                                        : ts::Seam::continuous);
            any_segment_ = true;
            auto played = co_await play_segment(next->segment);
            if (played) {
                lost_in_row_ = 0;
                any_played_ = true;
                memory_.last_segment = identify(next->segment, playlist_url_);
                continue;
            }
            if (attempt_.cancelled() || is_fatal(played.error()) || sink_.keeps_all() ||
                ++lost_in_row_ > (any_played_ ? kMaxLostInRow : kMaxLostAtStart)) {
                if (!any_played_ && !attempt_.cancelled()) {
                    memory_.last_segment.reset(); // what follows it is not to be had
                    // The next run begins with a lower variant, if there is one.
                    static_cast<void>(memory_.bandwidth.variant_failed(playlists_.variants()));
                }
                co_return played;
            }
            log_.warn(
                "segment lost", {{"sequence", next->segment.sequence}, {"error", played.error()}});
            cursor_.segment_lost();
            nothing_played = std::move(played);
            continue;
        }
        if (cursor_.ended()) {
            sink_.finish();
            co_return any_played_ ? Result<void>{} : nothing_played;
        }
        if (cursor_.stale(now())) {
            co_return fail(staleness());
        }
        if (auto slept = co_await attempt_.sleep_until(cursor_.reload_at()); !slept) {
            co_return slept;
        }
    }
}

Result<void> HlsSource::accept(Loaded loaded) {
    if (loaded.playlist.i_frames_only) {
        return fail(ErrorCode::unsupported, "an I-frame playlist cannot be played");
    }
    if (sink_.keeps_all() && !loaded.playlist.endlist) {
        return fail(ErrorCode::unsupported, "a live playlist has no end, and makes no file");
    }
    playlist_url_ = std::move(loaded.url);
    const auto bandwidth = loaded.variant ? std::optional(loaded.variant->bandwidth) : std::nullopt;
    if (bandwidth && bandwidth != chosen_bandwidth_) {
        log_.info(chosen_bandwidth_ ? "variant changed" : "variant chosen",
            {{"bandwidth", *bandwidth}, {"step", memory_.bandwidth.level()},
                {"variants", playlists_.variants()}});
        variant_changed_ = chosen_bandwidth_.has_value();
        chosen_bandwidth_ = bandwidth;
    }
    if (loaded.variant) {
        sound_.choose(std::move(loaded.variant->sound));
    }
    const std::uint64_t missed = cursor_.segments_missed();
    const std::uint64_t restarts = cursor_.restarts();
    cursor_.loaded(std::move(loaded.playlist), now());
    if (const std::uint64_t more = cursor_.segments_missed() - missed; more > 0) {
        log_.warn("segments missed: the playlist went on without us", {{"segments", more}});
        sink_.segments_missed(more);
    }
    if (cursor_.restarts() != restarts) {
        log_.info("playlist began anew, following it");
    }
    sink_.set_patience(target() * kPatienceTargets);
    return {};
}

void HlsSource::resume() {
    const auto& last = memory_.last_segment;
    const hls::MediaPlaylist& playlist = cursor_.playlist();
    const hls::Segment* const segment = last ? cursor_.find(last->sequence) : nullptr;
    const auto listed = segment != nullptr ? identify(*segment, playlist_url_) : std::nullopt;
    if (!listed || listed->path != last->path) {
        return;
    }
    hls::Seconds behind{0};
    for (const hls::Segment& later : playlist.segments) {
        behind += later.sequence > last->sequence ? later.duration : hls::Seconds(0);
    }
    if (playlist.endlist || behind <= playlist.target_duration * kResumeTargets + kResumeWithin) {
        cursor_.start_at(last->sequence + 1);
    }
}

Error HlsSource::staleness() const {
    constexpr std::string_view kNothingNew = "the playlist brings no new segments";
    return reload_error_ ? reload_error_->with_context(kNothingNew)
                         : Error(ErrorCode::timeout, std::string(kNothingNew));
}

asio::awaitable<Result<void>> HlsSource::reload(Url from) {
    auto document = co_await playlists_.fetch(from, playlist_limit());
    if (!document && (wants_new_token(document.error()) || is_refusal(document.error())) &&
        !(from == source_)) {
        log_.info("playlist refused, asking the original address", {{"error", document.error()}});
        document = co_await playlists_.fetch(source_, playlist_limit());
    }
    Result<Loaded> loaded =
        document ? co_await playlists_.resolve(std::move(*document), playlist_limit())
                 : Result<Loaded>(fail(std::move(document).error()));
    if (attempt_.cancelled()) {
        co_return fail(*attempt_.cancelled());
    }
    if (!loaded) {
        // Staleness decides when this has lasted too long.
        log_.debug("playlist not reloaded", {{"error", loaded.error()}});
        cursor_.load_failed(now());
        reload_error_ = std::move(loaded).error();
        refusals_ = is_refusal(*reload_error_) ? refusals_ + 1 : 0;
        co_return is_fatal(*reload_error_) || refusals_ >= kMaxRefusals
            ? Result<void>(fail(*reload_error_))
            : Result<void>{};
    }
    reload_error_.reset();
    refusals_ = 0;
    co_return accept(std::move(*loaded));
}

asio::awaitable<Result<void>> HlsSource::play_segment(hls::Segment segment) {
    const SteadyTime begun = now();
    const std::uint64_t restarts = cursor_.restarts();
    if (auto sounded = co_await sound_.fetch_for(segment, cursor_.playlist()); !sounded) {
        co_return sounded;
    }
    // The sound may have brought addresses with a new token.
    if (const auto* fresh = cursor_.find(segment.sequence);
        fresh != nullptr && cursor_.restarts() == restarts) {
        segment = *fresh;
    }
    segments_.begin_segment();
    auto result = co_await try_segment(segment);
    if (result) {
        sink_.finish_piece();
    } else {
        sink_.abandon_piece();
    }
    // One that the line was too slow for says as much as one that came late.
    if (result || result.error().code() == ErrorCode::timeout) {
        auto adapted = co_await adapt(now() - begun - segments_.held() - sound_.waited(), segment);
        if (!adapted) {
            co_return adapted;
        }
    }
    co_return result;
}

asio::awaitable<Result<void>> HlsSource::try_segment(hls::Segment segment) {
    const int most = sink_.keeps_all() ? kKeptSegmentTries : kSegmentTries;
    for (int tries = 1;; ++tries) {
        auto result = co_await segments_.fetch(segment, playlist_url_, segment_limit());
        if (result || attempt_.cancelled() || is_fatal(result.error()) || tries == most) {
            co_return result;
        }
        if (wants_new_token(result.error()) && lost_in_row_ == 0) {
            log_.info("segment refused, asking the original address for a new playlist",
                {{"sequence", segment.sequence}, {"error", result.error()}});
            const std::uint64_t restarts = cursor_.restarts();
            if (auto reloaded = co_await reload(source_); !reloaded) {
                co_return reloaded;
            }
            const hls::Segment* again = cursor_.find(segment.sequence);
            if (again == nullptr || cursor_.restarts() != restarts) {
                co_return result;
            }
            segment = *again;
            if (tries == 1) {
                continue;
            }
        }
        const auto pause = kSegmentRetryPause * (1 << (tries - 1));
        if (auto slept = co_await attempt_.sleep_until(now() + pause); !slept) {
            co_return slept;
        }
    }
}

asio::awaitable<Result<void>> HlsSource::adapt(hls::Seconds took, const hls::Segment& segment) {
    if (sink_.keeps_all()) {
        co_return Result<void>{};
    }
    using Change = BandwidthPolicy::Change;
    const Change change =
        memory_.bandwidth.after_segment(took, segment.duration, playlists_.variants(), now());
    if (change == Change::none) {
        co_return Result<void>{};
    }
    log_.info(change == Change::lower
                  ? "segments come slower than they play, taking a lower variant"
                  : "the line has room, trying a better variant",
        {{"step", memory_.bandwidth.level()}, {"variants", playlists_.variants()}});
    co_return co_await reload(source_);
}

milliseconds HlsSource::playlist_limit() const {
    return cursor_.has_next() ? std::clamp(target() / 2, kMinPlaylistLimit, kPlaylistLimit)
                              : kPlaylistLimit;
}

milliseconds HlsSource::target() const {
    return std::chrono::duration_cast<milliseconds>(cursor_.playlist().target_duration);
}

std::optional<milliseconds> HlsSource::segment_limit() const {
    if (cursor_.playlist().endlist) {
        return std::nullopt;
    }
    return std::clamp(target() * 2, kMinSegmentLimit, kMaxSegmentLimit);
}

} // namespace plex_tuner::gateway
