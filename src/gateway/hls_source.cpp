// SPDX-License-Identifier: GPL-3.0-or-later
#include "hls_source.hpp"

#include "body_kind.hpp"
#include "segment_body.hpp"
#include "upstream_status.hpp"

#include <plex_tuner/media/worker.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

/// A playlist that has not come by then is asked for again; sooner while segments are listed that
/// could be played meanwhile.
constexpr milliseconds kPlaylistLimit{10'000};
constexpr milliseconds kMinPlaylistLimit{1'000};
/// The sink gathers for less; for longer it waits for its viewers, which says nothing of the line.
constexpr milliseconds kHolding{200};
/// A segment may take twice its target duration, within these bounds.
constexpr milliseconds kMinSegmentLimit{10'000};
constexpr milliseconds kMaxSegmentLimit{60'000};
constexpr int kSegmentTries = 2;
constexpr milliseconds kSegmentRetryPause{200};
/// More segments lost in a row than this, and the source is dead.
constexpr int kMaxLostInRow = 10;
/// The same before any was had: with so many the reason is not with the segments.
constexpr int kMaxLostAtStart = 2;
/// A playlist that names playlists: master, variant, and one more for odd servers.
constexpr int kMaxNesting = 3;
/// Media may pause for so many target durations before the source counts as stalled.
constexpr int kPatienceTargets = 5;

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

/// A reload that was refused like this may succeed with a new token from the original address.
[[nodiscard]] bool wants_new_token(const Error& error) {
    const int status = error.http_status().value_or(0);
    return status == 401 || status == 403 || status == 404 || status == 410;
}

/// What the worker process makes a transport stream of.
[[nodiscard]] bool is_remuxed(BodyKind kind) {
    return kind == BodyKind::mp4 || kind == BodyKind::audio;
}

[[nodiscard]] Result<void> check_segment_kind(BodyKind kind) {
    switch (kind) {
    case BodyKind::mp4:
    case BodyKind::audio:
        if (!media::is_available()) {
            return fail(ErrorCode::unsupported, "this build of plex-tuner has no FFmpeg "
                                                "(PT_WITH_FFMPEG is off), which HLS segments of "
                                                "MP4 or packed audio need");
        }
        return {};
    case BodyKind::transport_stream:
        return {};
    case BodyKind::empty:
        return fail(ErrorCode::empty_body, "the segment is empty");
    default:
        return fail(ErrorCode::parse, std::string("the segment is ").append(describe(kind)));
    }
}

[[nodiscard]] bool is_fatal(const Error& error) {
    return error.code() == ErrorCode::unsupported;
}

} // namespace

HlsSource::HlsSource(Attempt& attempt, MediaSink& sink, const RequestFactory& requests, Url source,
    BandwidthPolicy& bandwidth, const media::WorkerOptions& remuxing, log::Logger log)
    : attempt_(attempt), sink_(sink), requests_(requests), source_(source),
      playlist_url_(std::move(source)), bandwidth_(bandwidth), log_(std::move(log)),
      keys_(attempt, requests), init_sections_(attempt, requests, keys_),
      remuxer_(attempt, sink, remuxing) {}

asio::awaitable<Result<void>> HlsSource::play(std::string text, Url effective) {
    auto first = co_await resolve(Document{std::move(text), std::move(effective)});
    if (!first) {
        co_return fail(std::move(first).error());
    }
    if (auto accepted = accept(std::move(*first)); !accepted) {
        co_return accepted;
    }
    Result<void> nothing_played; ///< why, as far as is known
    for (;;) {
        if (!cursor_.playlist().endlist && now() >= cursor_.reload_at()) {
            if (auto reloaded = co_await reload(playlist_url_); !reloaded) {
                co_return reloaded;
            }
        }
        if (const auto next = cursor_.next()) {
            const bool changed = std::exchange(variant_changed_, false);
            sink_.seam((next->discontinuity || changed) && any_segment_ ? ts::Seam::discontinuity
                                                                        : ts::Seam::continuous);
            any_segment_ = true;
            auto played = co_await play_segment(next->segment);
            if (played) {
                lost_in_row_ = 0;
                any_played_ = true;
                continue;
            }
            if (attempt_.cancelled() || is_fatal(played.error()) ||
                ++lost_in_row_ > (any_played_ ? kMaxLostInRow : kMaxLostAtStart)) {
                co_return played;
            }
            log_.warn(
                "segment lost", {{"sequence", next->segment.sequence}, {"error", played.error()}});
            cursor_.segment_lost();
            nothing_played = std::move(played);
            continue;
        }
        if (cursor_.ended()) {
            co_return any_played_ ? Result<void>{} : nothing_played;
        }
        if (cursor_.stale(now())) {
            co_return fail(ErrorCode::timeout, "the playlist brings no new segments");
        }
        if (auto slept = co_await attempt_.sleep_until(cursor_.reload_at()); !slept) {
            co_return slept;
        }
    }
}

asio::awaitable<Result<HlsSource::Document>> HlsSource::fetch_text(Url url, milliseconds limit) {
    Attempt::Transfer transfer(attempt_, requests_.text(url, limit));
    auto head = co_await transfer.head();
    if (!head) {
        co_return fail(std::move(head).error());
    }
    if (!is_success_status(head->status)) {
        co_return fail(upstream_status_error(head->status));
    }
    std::string text;
    for (;;) {
        auto part = co_await transfer.read();
        if (!part) {
            co_return fail(std::move(part).error());
        }
        if (part->empty()) {
            co_return Document{std::move(text), head->effective_url};
        }
        if (text.size() + part->size() > hls::kMaxPlaylistBytes) {
            co_return fail(ErrorCode::too_large, "the playlist is too large");
        }
        text.append(*part);
    }
}

asio::awaitable<Result<HlsSource::Loaded>> HlsSource::resolve(Document document) {
    std::optional<std::uint64_t> bandwidth;
    for (int depth = 0; depth < kMaxNesting; ++depth) {
        auto parsed = hls::parse(document.text);
        if (!parsed) {
            co_return fail(std::move(parsed).error());
        }
        if (auto* media = std::get_if<hls::MediaPlaylist>(&*parsed)) {
            co_return Loaded{std::move(*media), std::move(document.url), bandwidth};
        }
        const auto& master = std::get<hls::MasterPlaylist>(*parsed);
        const auto ladder = hls::variant_ladder(master);
        if (ladder.empty()) {
            co_return fail(ErrorCode::parse, "the master playlist has no variants");
        }
        variants_ = ladder.size();
        const hls::Variant& variant = *ladder[std::min(bandwidth_.level(), ladder.size() - 1)];
        if (hls::separate_audio(master, variant) != nullptr) {
            co_return fail(ErrorCode::unsupported, "HLS with separate audio is not supported yet");
        }
        auto url = document.url.resolve(variant.uri);
        if (!url) {
            co_return fail(std::move(url).error().with_context("address of the variant"));
        }
        bandwidth = variant.bandwidth;
        auto next = co_await fetch_text(std::move(*url), playlist_limit());
        if (!next) {
            co_return fail(std::move(next).error().with_context("media playlist"));
        }
        document = std::move(*next);
    }
    co_return fail(ErrorCode::parse, "playlists name each other without end");
}

Result<void> HlsSource::accept(Loaded loaded) {
    if (loaded.playlist.i_frames_only) {
        return fail(ErrorCode::unsupported, "an I-frame playlist cannot be played");
    }
    playlist_url_ = std::move(loaded.url);
    if (loaded.bandwidth && loaded.bandwidth != chosen_bandwidth_) {
        log_.info(chosen_bandwidth_ ? "variant changed" : "variant chosen",
            {{"bandwidth", *loaded.bandwidth}, {"step", bandwidth_.level()},
                {"variants", variants_}});
        variant_changed_ = chosen_bandwidth_.has_value();
        chosen_bandwidth_ = loaded.bandwidth;
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

asio::awaitable<Result<void>> HlsSource::reload(Url from) {
    auto document = co_await fetch_text(from, playlist_limit());
    if (!document && wants_new_token(document.error()) && !(from == source_)) {
        log_.info("playlist refused, asking the original address", {{"error", document.error()}});
        document = co_await fetch_text(source_, playlist_limit());
    }
    Result<Loaded> loaded = document ? co_await resolve(std::move(*document))
                                     : Result<Loaded>(fail(std::move(document).error()));
    if (attempt_.cancelled()) {
        co_return fail(*attempt_.cancelled());
    }
    if (!loaded) {
        // Staleness decides when this has lasted too long.
        log_.debug("playlist not reloaded", {{"error", loaded.error()}});
        cursor_.load_failed(now());
        co_return is_fatal(loaded.error()) ? Result<void>(fail(std::move(loaded).error()))
                                           : Result<void>{};
    }
    co_return accept(std::move(*loaded));
}

asio::awaitable<Result<void>> HlsSource::play_segment(hls::Segment segment) {
    remuxer_.begin_segment();
    segment_bytes_ = 0;
    held_ = {};
    const SteadyTime begun = now();
    auto result = co_await try_segment(segment);
    if (result) {
        sink_.finish_piece();
    } else {
        sink_.abandon_piece();
    }
    // One that the line was too slow for says as much as one that came late.
    if (result || result.error().code() == ErrorCode::timeout) {
        auto adapted = co_await adapt(now() - begun - held_, segment);
        if (!adapted) {
            co_return adapted;
        }
    }
    co_return result;
}

asio::awaitable<Result<void>> HlsSource::try_segment(hls::Segment segment) {
    for (int tries = 1;; ++tries) {
        auto url = playlist_url_.resolve(segment.uri);
        if (!url) {
            co_return fail(std::move(url).error().with_context("address of a segment"));
        }
        auto result = co_await fetch_segment(segment, *url);
        if (result || attempt_.cancelled() || is_fatal(result.error()) || tries == kSegmentTries) {
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
        } else if (auto slept = co_await attempt_.sleep_until(now() + kSegmentRetryPause); !slept) {
            co_return slept;
        }
    }
}

asio::awaitable<Result<void>> HlsSource::fetch_segment(
    const hls::Segment& segment, const Url& url) {
    auto init = co_await init_sections_.load(segment.map, playlist_url_);
    if (!init) {
        co_return fail(std::move(init).error());
    }
    remuxer_.use_init_section(std::move(*init));
    auto cipher = co_await keys_.cipher(segment.key.get(), segment.sequence, playlist_url_);
    if (!cipher) {
        co_return fail(std::move(cipher).error());
    }
    fetch::Request request = requests_.media(url);
    request.gather = sink_.may_gather();
    if (!cursor_.playlist().endlist) {
        request.limits.total = segment_limit();
    }
    if (segment.range) {
        if (segment.range->length == 0) {
            co_return fail(ErrorCode::parse, "a segment with an empty byte range");
        }
        request.range = {
            segment.range->offset, segment.range->offset + (segment.range->length - 1)};
    }
    Attempt::Transfer transfer(attempt_, std::move(request));
    auto head = co_await transfer.head();
    if (!head) {
        co_return fail(std::move(head).error());
    }
    if (!is_success_status(head->status)) {
        co_return fail(upstream_status_error(head->status));
    }
    const bool encrypted = cipher->has_value();
    SegmentBody body(segment.range, head->status == 200, std::move(*cipher));
    std::uint64_t known = segment_bytes_; // a second try brings the first bytes again
    std::string sniffed;
    bool decided = segment_bytes_ > 0;
    bool remuxing = false;
    while (!body.over()) {
        auto part = co_await transfer.read();
        if (!part) {
            co_return fail(std::move(part).error());
        }
        const std::size_t read = part->size();
        auto taken = body.take(std::move(*part));
        if (!taken) {
            co_return fail(std::move(taken).error());
        }
        std::string_view bytes = *taken;
        const auto repeated = std::min<std::uint64_t>(known, bytes.size());
        bytes.remove_prefix(static_cast<std::size_t>(repeated));
        known -= repeated;
        if (!decided) {
            sniffed.append(bytes);
            const BodyKind kind = classify(sniffed, body.over());
            if (kind == BodyKind::undecided) {
                continue;
            }
            const bool media = kind == BodyKind::transport_stream || is_remuxed(kind);
            if (!media && encrypted) {
                keys_.forget(*segment.key, playlist_url_);
                co_return fail(ErrorCode::parse,
                    "what the segment decrypts to is no media: another key was used");
            }
            if (auto checked = check_segment_kind(kind); !checked) {
                co_return checked;
            }
            decided = true;
            bytes = sniffed;
            remuxing = is_remuxed(kind);
            if (remuxing) {
                remuxer_.begin(
                    kind == BodyKind::mp4 ? media::InputKind::mp4 : media::InputKind::packed_audio);
            } else {
                remuxer_.begin_transport_stream();
            }
        }
        auto given = remuxing ? co_await wait_for_viewers(remuxer_.write(bytes))
                              : co_await give(bytes, read);
        if (!given) {
            co_return given;
        }
    }
    if (remuxing) {
        if (auto finished = co_await wait_for_viewers(remuxer_.finish()); !finished) {
            co_return finished;
        }
    }
    if (segment.range && head->status == 206 && head->content_length) {
        (void)co_await transfer.read(); // its end, so that the connection can be used again
    }
    co_return known == 0 ? Result<void>{}
                         : Result<void>(fail(ErrorCode::network, "the segment became shorter"));
}

asio::awaitable<Result<void>> HlsSource::give(std::string_view bytes, std::size_t read) {
    if (bytes.empty()) {
        co_return Result<void>{};
    }
    segment_bytes_ += bytes.size();
    sink_.feed(bytes);
    co_return co_await wait_for_viewers(sink_.wait_for_room());
}

asio::awaitable<Result<void>> HlsSource::wait_for_viewers(asio::awaitable<Result<void>> wait) {
    const SteadyTime before = now();
    auto paced = co_await std::move(wait);
    if (const auto waited = now() - before; waited > kHolding) {
        held_ += waited;
    }
    co_return paced;
}

asio::awaitable<Result<void>> HlsSource::adapt(hls::Seconds took, const hls::Segment& segment) {
    using Change = BandwidthPolicy::Change;
    const Change change = bandwidth_.after_segment(took, segment.duration, variants_, now());
    if (change == Change::none) {
        co_return Result<void>{};
    }
    log_.info(change == Change::lower
                  ? "segments come slower than they play, taking a lower variant"
                  : "the line has room, trying a better variant",
        {{"step", bandwidth_.level()}, {"variants", variants_}});
    co_return co_await reload(source_);
}

milliseconds HlsSource::playlist_limit() const {
    return cursor_.has_next() ? std::clamp(target() / 2, kMinPlaylistLimit, kPlaylistLimit)
                              : kPlaylistLimit;
}

milliseconds HlsSource::target() const {
    return std::chrono::duration_cast<milliseconds>(cursor_.playlist().target_duration);
}

milliseconds HlsSource::segment_limit() const {
    return std::clamp(target() * 2, kMinSegmentLimit, kMaxSegmentLimit);
}

} // namespace plex_tuner::gateway
