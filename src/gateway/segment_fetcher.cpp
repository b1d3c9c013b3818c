// SPDX-License-Identifier: GPL-3.0-or-later
#include "segment_fetcher.hpp"

#include "body_kind.hpp"
#include "segment_body.hpp"
#include "upstream_status.hpp"

#include <plex_tuner/media/worker.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

/// A wait for longer is one for viewers, which says nothing of the line.
constexpr milliseconds kHolding{200};

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
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

} // namespace

SegmentFetcher::SegmentFetcher(
    Attempt& attempt, MediaSink& sink, const RequestFactory& requests, media::MediaWorker& worker)
    : attempt_(attempt), sink_(sink), requests_(requests), keys_(attempt, requests),
      init_sections_(attempt, requests, keys_), remuxer_(attempt, sink, worker) {}

void SegmentFetcher::begin_segment() {
    remuxer_.begin_segment();
    segment_bytes_ = 0;
    held_ = {};
}

asio::awaitable<Result<void>> SegmentFetcher::fetch(
    const hls::Segment& segment, const Url& playlist, std::optional<milliseconds> limit) {
    auto url = playlist.resolve(segment.uri);
    if (!url) {
        co_return fail(std::move(url).error().with_context("address of a segment"));
    }
    auto init = co_await init_sections_.load(segment.map, playlist);
    if (!init) {
        co_return fail(std::move(init).error());
    }
    remuxer_.use_init_section(std::move(*init));
    auto cipher = co_await keys_.cipher(segment.key.get(), segment.sequence, playlist);
    if (!cipher) {
        co_return fail(std::move(cipher).error());
    }
    fetch::Request request = requests_.media(*url);
    request.gather = sink_.may_gather();
    if (limit) {
        request.limits.total = *limit;
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
        auto taken = body.take(std::move(*part));
        if (!taken) {
            co_return fail(std::move(taken).error());
        }
        std::string bytes = std::move(*taken);
        const auto repeated = std::min<std::uint64_t>(known, bytes.size());
        bytes.erase(0, static_cast<std::size_t>(repeated));
        known -= repeated;
        if (!decided) {
            sniffed.append(bytes);
            const BodyKind kind = classify(sniffed, body.over());
            if (kind == BodyKind::undecided) {
                continue;
            }
            const bool media = kind == BodyKind::transport_stream || is_remuxed(kind);
            if (!media && encrypted) {
                keys_.forget(*segment.key, playlist);
                co_return fail(ErrorCode::parse,
                    "what the segment decrypts to is no media: another key was used");
            }
            if (auto checked = check_segment_kind(kind); !checked) {
                co_return checked;
            }
            decided = true;
            bytes = std::exchange(sniffed, {});
            remuxing = is_remuxed(kind);
            if (remuxing) {
                remuxer_.begin(
                    kind == BodyKind::mp4 ? media::InputKind::mp4 : media::InputKind::packed_audio);
            } else {
                remuxer_.begin_transport_stream();
            }
        }
        auto given = remuxing ? co_await wait_for_viewers(remuxer_.write(bytes))
                              : co_await give(std::move(bytes));
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

asio::awaitable<Result<void>> SegmentFetcher::give(std::string bytes) {
    if (bytes.empty()) {
        co_return Result<void>{};
    }
    segment_bytes_ += bytes.size();
    sink_.feed(std::move(bytes));
    co_return co_await wait_for_viewers(sink_.wait_for_room());
}

asio::awaitable<Result<void>> SegmentFetcher::wait_for_viewers(asio::awaitable<Result<void>> wait) {
    const SteadyTime before = now();
    auto paced = co_await std::move(wait);
    if (const auto waited = now() - before; waited > kHolding) {
        held_ += waited;
    }
    co_return paced;
}

} // namespace plex_tuner::gateway
