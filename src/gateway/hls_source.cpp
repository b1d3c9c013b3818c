// SPDX-License-Identifier: GPL-3.0-or-later
#include "hls_source.hpp"

#include "body_kind.hpp"
#include "upstream_status.hpp"

#include <plex_tuner/remux/worker.hpp>

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

/// A playlist that has not come by then is asked for again.
constexpr milliseconds kPlaylistLimit{10'000};
/// A segment may take twice its target duration, within these bounds.
constexpr milliseconds kMinSegmentLimit{10'000};
constexpr milliseconds kMaxSegmentLimit{60'000};
constexpr int kSegmentTries = 2;
constexpr milliseconds kSegmentRetryPause{200};
/// More segments lost in a row than this, and the source is dead.
constexpr int kMaxLostInRow = 10;
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

/// What can be relayed as it is; the rest is refused by name.
[[nodiscard]] Result<void> check_supported(const hls::Segment& segment) {
    if (segment.key && segment.key->method != hls::KeyMethod::none) {
        return fail(ErrorCode::unsupported, segment.key->method == hls::KeyMethod::aes_128
                                                ? "AES-128 encrypted HLS is not supported yet"
                                                : "HLS with this encryption is not supported");
    }
    return {};
}

[[nodiscard]] Result<void> check_segment_kind(BodyKind kind) {
    switch (kind) {
    case BodyKind::mp4:
    case BodyKind::audio:
        if (!remux::is_available()) {
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
    const remux::WorkerOptions& remuxing, log::Logger log)
    : attempt_(attempt), sink_(sink), requests_(requests), source_(source),
      playlist_url_(std::move(source)), log_(std::move(log)), init_sections_(attempt, requests),
      remuxer_(attempt, sink, remuxing) {}

asio::awaitable<Result<void>> HlsSource::play(std::string text, Url effective) {
    auto first = co_await resolve(Document{std::move(text), std::move(effective)});
    if (!first) {
        co_return fail(std::move(first).error());
    }
    if (auto accepted = accept(std::move(*first)); !accepted) {
        co_return accepted;
    }
    for (;;) {
        if (!cursor_.playlist().endlist && now() >= cursor_.reload_at()) {
            if (auto reloaded = co_await reload(); !reloaded) {
                co_return reloaded;
            }
        }
        if (const auto next = cursor_.next()) {
            sink_.seam(next->discontinuity && any_segment_ ? ts::Seam::discontinuity
                                                           : ts::Seam::continuous);
            any_segment_ = true;
            auto played = co_await play_segment(next->segment);
            if (played) {
                lost_in_row_ = 0;
                continue;
            }
            if (attempt_.cancelled() || is_fatal(played.error()) ||
                ++lost_in_row_ > kMaxLostInRow) {
                co_return played;
            }
            log_.warn(
                "segment lost", {{"sequence", next->segment.sequence}, {"error", played.error()}});
            cursor_.segment_lost();
            continue;
        }
        if (cursor_.ended()) {
            co_return Result<void>{};
        }
        if (cursor_.stale(now())) {
            co_return fail(ErrorCode::timeout, "the playlist brings no new segments");
        }
        if (auto slept = co_await attempt_.sleep_until(cursor_.reload_at()); !slept) {
            co_return slept;
        }
    }
}

asio::awaitable<Result<HlsSource::Document>> HlsSource::fetch_text(Url url) {
    Attempt::Transfer transfer(attempt_, requests_.text(url, kPlaylistLimit));
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
    for (int depth = 0; depth < kMaxNesting; ++depth) {
        auto parsed = hls::parse(document.text);
        if (!parsed) {
            co_return fail(std::move(parsed).error());
        }
        if (auto* media = std::get_if<hls::MediaPlaylist>(&*parsed)) {
            co_return Loaded{std::move(*media), std::move(document.url)};
        }
        const auto& master = std::get<hls::MasterPlaylist>(*parsed);
        const hls::Variant* variant = hls::choose_variant(master);
        if (variant == nullptr) {
            co_return fail(ErrorCode::parse, "the master playlist has no variants");
        }
        if (hls::separate_audio(master, *variant) != nullptr) {
            co_return fail(ErrorCode::unsupported, "HLS with separate audio is not supported yet");
        }
        auto url = document.url.resolve(variant->uri);
        if (!url) {
            co_return fail(std::move(url).error().with_context("address of the variant"));
        }
        log_.debug("variant chosen", {{"bandwidth", variant->bandwidth}, {"url", *url}});
        auto next = co_await fetch_text(std::move(*url));
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

asio::awaitable<Result<void>> HlsSource::reload() {
    auto document = co_await fetch_text(playlist_url_);
    if (!document && wants_new_token(document.error()) && !(playlist_url_ == source_)) {
        log_.info("playlist refused, asking the original address", {{"error", document.error()}});
        document = co_await fetch_text(source_);
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

asio::awaitable<Result<void>> HlsSource::play_segment(const hls::Segment& segment) {
    if (auto supported = check_supported(segment); !supported) {
        co_return supported;
    }
    auto url = playlist_url_.resolve(segment.uri);
    if (!url) {
        co_return fail(std::move(url).error().with_context("address of a segment"));
    }
    auto init = co_await init_sections_.load(segment.map, playlist_url_);
    if (!init) {
        co_return fail(std::move(init).error());
    }
    remuxer_.begin_segment(std::move(*init));
    segment_bytes_ = 0;
    Result<void> result;
    for (int tries = 1;; ++tries) {
        result = co_await fetch_segment(segment, *url);
        if (result || attempt_.cancelled() || is_fatal(result.error()) || tries == kSegmentTries) {
            break;
        }
        if (auto slept = co_await attempt_.sleep_until(now() + kSegmentRetryPause); !slept) {
            result = std::move(slept);
            break;
        }
    }
    sink_.finish_piece();
    co_return result;
}

asio::awaitable<Result<void>> HlsSource::fetch_segment(
    const hls::Segment& segment, const Url& url) {
    fetch::Request request = requests_.media(url);
    if (!cursor_.playlist().endlist) {
        request.limits.total = segment_limit();
    }
    std::uint64_t left = std::numeric_limits<std::uint64_t>::max();
    if (segment.range) {
        if (segment.range->length == 0) {
            co_return fail(ErrorCode::parse, "a segment with an empty byte range");
        }
        left = segment.range->length;
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
    // A server without ranges sends the whole resource; a second try sends the first bytes again.
    std::uint64_t skip = segment.range && head->status == 200 ? segment.range->offset : 0;
    std::uint64_t known = segment_bytes_;
    std::string sniffed;
    bool decided = segment_bytes_ > 0;
    bool remuxing = false;
    for (;;) {
        auto part = co_await transfer.read();
        if (!part) {
            co_return fail(std::move(part).error());
        }
        const bool complete = part->empty();
        std::string_view bytes = *part;
        for (std::uint64_t* drop : {&skip, &known}) {
            const std::size_t count = std::min<std::uint64_t>(*drop, bytes.size());
            bytes.remove_prefix(count);
            *drop -= count;
            left -= drop == &known ? count : 0;
        }
        bytes = bytes.substr(0, std::min<std::uint64_t>(left, bytes.size()));
        left -= bytes.size();
        if (!decided) {
            sniffed.append(bytes);
            const BodyKind kind = classify(sniffed, complete || left == 0);
            if (kind != BodyKind::undecided) {
                if (auto checked = check_segment_kind(kind); !checked) {
                    co_return checked;
                }
                decided = true;
                bytes = sniffed;
                remuxing = kind != BodyKind::transport_stream;
                if (remuxing) {
                    remuxer_.begin(kind == BodyKind::mp4 ? remux::InputKind::mp4
                                                         : remux::InputKind::packed_audio);
                } else {
                    remuxer_.begin_transport_stream();
                }
            } else {
                continue;
            }
        }
        if (remuxing) {
            if (auto written = co_await remuxer_.write(bytes); !written) {
                co_return written;
            }
        } else if (!bytes.empty()) {
            segment_bytes_ += bytes.size();
            sink_.feed(bytes);
            if (auto paced = co_await sink_.pace(part->size()); !paced) {
                co_return paced;
            }
        }
        if (complete || left == 0) {
            break;
        }
    }
    if (remuxing) {
        co_return co_await remuxer_.finish();
    }
    co_return known == 0 ? Result<void>{}
                         : Result<void>(fail(ErrorCode::network, "the segment became shorter"));
}

milliseconds HlsSource::target() const {
    return std::chrono::duration_cast<milliseconds>(cursor_.playlist().target_duration);
}

milliseconds HlsSource::segment_limit() const {
    return std::clamp(target() * 2, kMinSegmentLimit, kMaxSegmentLimit);
}

} // namespace plex_tuner::gateway
