// SPDX-License-Identifier: GPL-3.0-or-later
#include "transcoded_feed.hpp"

#include <plex_tuner/media/external_transcoder.hpp>
#include <plex_tuner/media/media_worker.hpp>

#include <functional>
#include <string_view>
#include <utility>

#include <boost/asio/post.hpp>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

/// So much may wait for the worker; more stays in the original's ring.
constexpr std::size_t kMaxUnsent = std::size_t{256} * 1024;
/// What the sink is given at once.
constexpr std::size_t kPiece = 188 * 340;
/// Without media for longer, viewers are sent something else.
constexpr milliseconds kOutage{1'000};
/// The worker, the original or a deadline wakes us much earlier.
constexpr std::chrono::hours kUntilWoken{1};

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

[[nodiscard]] bool has_same_codecs(const ts::StreamFormat& one, const ts::StreamFormat& other) {
    const auto video = [](const ts::StreamFormat& format) {
        return format.video ? format.video->codec : ts::Codec::unknown;
    };
    const auto audio = [](const ts::StreamFormat& format) {
        return format.audio.empty() ? ts::Codec::unknown : format.audio.front().codec;
    };
    return video(one) == video(other) && audio(one) == audio(other);
}

} // namespace

TranscodedFeed::TranscodedFeed(ChannelSession::Strand strand, fetch::Client& client,
    const Options& options, TranscodeSource source, UpstreamHost& host, LiveCounters& counters,
    log::Logger log)
    : strand_(std::move(strand)), client_(client), options_(options), source_(std::move(source)),
      host_(host), counters_(counters), log_(std::move(log)) {}

asio::awaitable<UpstreamEnd> TranscodedFeed::run() {
    using Kind = UpstreamEnd::Kind;
    for (;;) {
        const SteadyTime begun = now();
        Life life = co_await live();
        if (stopping_) {
            co_return UpstreamEnd{.kind = Kind::stopped};
        }
        if (life.is_over) {
            co_return UpstreamEnd{.kind = Kind::finished};
        }
        if (life.original_end) {
            co_return UpstreamEnd{.kind = Kind::original, .viewers = *std::move(life.original_end)};
        }
        host_.abandon_piece();
        LiveCounters::add(counters_.transcode_failures);
        const Error& error = life.result.error();
        // What no decoder is for will not be read by the next one either.
        const bool is_hopeless = error.code() == ErrorCode::unsupported && !life.has_given;
        const bool is_late = !is_playing() && start_by_ && now() >= *start_by_;
        const auto pause =
            is_hopeless || is_late ? std::nullopt : budget_.after_end(life.has_given, now());
        tell(life, now() - begun, pause);
        if (!pause) {
            const Kind kind = host_.playable() ? Kind::lost // also behind a clip alone
                              : is_hopeless    ? Kind::no_source
                                               : Kind::no_data;
            co_return UpstreamEnd{
                .kind = kind, .detail = "the transcoder failed: " + error.message()};
        }
        begin_attempt();
        (void)co_await attempt_->sleep_until(now() + *pause);
        if (stopping_) {
            co_return UpstreamEnd{.kind = Kind::stopped};
        }
    }
}

void TranscodedFeed::tell(
    const Life& life, SteadyTime::duration lasted, std::optional<milliseconds> pause) const {
    const log::Logger log =
        log_.with({{"error", life.result.error()}, {"has_given", life.has_given},
            {"ms", std::chrono::duration_cast<milliseconds>(lasted).count()}});
    if (pause) {
        log.warn("transcoder ended, another one begins", {{"in_ms", pause->count()}});
    } else {
        log.error("transcoder ended, and no other one is tried");
    }
}

asio::awaitable<TranscodedFeed::Life> TranscodedFeed::live() {
    begin_attempt();
    has_input_ = false;
    has_finished_ = false;
    has_media_ = false;
    waits_for_clip_ = false;
    LiveCounters::add(counters_.transcode_workers);
    input_format_.reset();
    const auto owner = make_worker();
    media::StreamWorker& worker = *owner;
    const auto reader =
        std::make_shared<OriginalReader>(strand_, source_.original, [this] { on_change(); });
    reader->start();
    Life life;
    for (;;) {
        const bool has_ended = worker.outcome().has_value();
        if (auto given = co_await give_out(worker, life); !given) {
            life.result = given;
            break;
        }
        if (has_ended) {
            life.result = worker.outcome()->has_value()
                              ? Result<void>{}
                              : Result<void>(fail(worker.outcome()->error()));
            life.is_over = life.result && has_finished_;
            if (life.result && !has_finished_) {
                life.result =
                    fail(ErrorCode::unavailable, "the media worker ended before the stream");
            }
            break;
        }
        if (worker.outcome() || take_in(*reader, worker)) {
            continue;
        }
        give_clip(life);
        if (has_changed_codecs()) {
            life.result = fail(ErrorCode::unavailable, "the channel changed its codecs");
            break;
        }
        if (reader->empty() && reader->end() && !has_finished_) {
            if (!reader->end()->programme_over) {
                life.original_end = reader->end();
                break;
            }
            worker.finish();
            has_finished_ = true;
        }
        if (auto slept = co_await attempt_->sleep_until(now() + kUntilWoken); !slept) {
            life.result = slept;
            break;
        }
    }
    if (!life.result && life.result.error().code() == ErrorCode::timeout && !worker.outcome()) {
        life.result = fail(ErrorCode::timeout, life.result.error().message() + worker.last_words());
    }
    reader->stop();
    if (life.is_over) {
        host_.finish_piece();
    }
    has_media_ = false;
    co_return life;
}

std::unique_ptr<media::StreamWorker> TranscodedFeed::make_worker() {
    const auto tell = [this] {
        on_change();
    };
    if (options_.ffmpeg) {
        return std::make_unique<media::ExternalTranscoder>(strand_, *options_.ffmpeg,
            source_.profile,
            media::ExternalLimits{.silence = options_.transcoding.silence,
                .silence_once_giving = options_.transcoding.silence_once_giving},
            tell);
    }
    auto own = std::make_unique<media::MediaWorker>(strand_, options_.transcoding, tell);
    own->begin(source_.profile);
    return own;
}

bool TranscodedFeed::has_changed_codecs() {
    if (!options_.ffmpeg) {
        return false; // ours goes on with what comes
    }
    auto format = source_.original->format();
    if (!format || format == input_format_) {
        return false;
    }
    const bool is_first = !input_format_;
    const auto before = std::exchange(input_format_, std::move(format));
    return !is_first && !has_same_codecs(*before, *input_format_);
}

void TranscodedFeed::feed_host(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, kPiece);
        bytes.remove_prefix(piece.size());
        host_.feed(std::string(piece));
    }
}

asio::awaitable<Result<void>> TranscodedFeed::give_out(media::StreamWorker& worker, Life& life) {
    const std::string output = worker.take_output();
    if (!output.empty() && !std::exchange(life.has_given, true)) {
        has_given_ = true;
        host_.begin_upstream();
    }
    feed_host(output);
    if (output.empty()) {
        co_return attempt_->cancelled() ? fail(*attempt_->cancelled()) : Result<void>{};
    }
    // What comes meanwhile is taken together.
    is_pacing_ = true;
    auto paced = co_await host_.pace(output.size());
    is_pacing_ = false;
    if (attempt_->cancelled()) {
        co_return fail(*attempt_->cancelled());
    }
    co_return paced;
}

bool TranscodedFeed::take_in(OriginalReader& reader, media::StreamWorker& worker) {
    bool has_taken = false;
    while (worker.unsent() < kMaxUnsent) {
        auto piece = reader.take();
        if (!piece) {
            break;
        }
        if (piece->is_behind_gap) {
            LiveCounters::add(counters_.transcode_laps);
            log_.warn("the transcoder is too slow for the channel, a part of it is left out");
        }
        worker.feed(piece->bytes);
        has_taken = true;
        if (!std::exchange(has_input_, true)) {
            set_start_deadline();
        }
    }
    return has_taken;
}

void TranscodedFeed::give_clip(const Life& life) {
    // A channel that does not come is refused, not begun with a clip.
    if (!source_.clips || has_given_clip_ || has_given_ || life.has_given || !has_input_) {
        return;
    }
    std::function<void()> wake;
    if (!std::exchange(waits_for_clip_, true)) {
        wake = [strand = strand_, weak = std::weak_ptr(attempt_)] {
            asio::post(strand, [weak] {
                if (const auto attempt = weak.lock()) {
                    attempt->wake();
                }
            });
        };
    }
    const auto format = source_.original->format();
    const auto rate = format && format->video ? format->video->rate : ts::FrameRate{};
    const BootstrapClips::Clip clip = source_.clips->find(source_.profile, rate, std::move(wake));
    if (!clip) {
        return;
    }
    has_given_clip_ = true;
    is_giving_clip_ = true;
    host_.begin_upstream();
    feed_host(*clip);
    host_.finish_piece();
    is_giving_clip_ = false;
    log_.info("bootstrap clip sent", {{"bytes", clip->size()}});
}

void TranscodedFeed::on_change() {
    if (!is_pacing_) {
        attempt_->wake();
    }
}

void TranscodedFeed::begin_attempt() {
    attempt_ = std::make_shared<Attempt>(strand_, client_);
    if (stopping_) {
        attempt_->cancel(Error(ErrorCode::cancelled, "closed"));
    }
}

void TranscodedFeed::set_start_deadline() {
    SteadyTime by = now() + options_.transcode_start_timeout;
    if (!is_playing()) {
        start_by_ = start_by_.value_or(by);
        by = *start_by_;
    }
    attempt_->set_deadline(by, "the transcoder gave nothing to play within " +
                                   std::to_string(options_.transcode_start_timeout.count()) +
                                   " ms");
}

void TranscodedFeed::stop() {
    stopping_ = true;
    if (attempt_) {
        attempt_->cancel(Error(ErrorCode::cancelled, "closed"));
    }
}

void TranscodedFeed::condemn(FailoverReason /*reason*/, std::string why) {
    if (attempt_) {
        attempt_->cancel(Error(ErrorCode::parse, std::move(why)));
    }
}

bool TranscodedFeed::in_outage() const {
    return !has_media_ || now() - last_media_ > kOutage;
}

void TranscodedFeed::on_media(SteadyTime time) {
    if (is_giving_clip_) {
        return; // the transcode has not begun
    }
    last_media_ = time;
    has_media_ = true;
    if (attempt_ && is_playing()) {
        attempt_->move_deadline(time + kUntilWoken * 24 * 365);
    }
}

asio::awaitable<Result<void>> TranscodedFeed::sleep_until(SteadyTime time) {
    return attempt_->sleep_until(time);
}

void TranscodedFeed::wake() {
    if (attempt_) {
        attempt_->wake();
    }
}

} // namespace plex_tuner::gateway
