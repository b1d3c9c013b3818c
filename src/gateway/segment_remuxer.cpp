// SPDX-License-Identifier: GPL-3.0-or-later
#include "segment_remuxer.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::gateway {
namespace {

/// Ten seconds of 50 Mb/s.
constexpr std::uint64_t kMaxSegmentBytes = 64 * 1024 * 1024;
/// So much may wait for the worker.
constexpr std::size_t kMaxUnsent = 1024 * 1024;
/// What the sink is given at once.
constexpr std::size_t kPiece = 188 * 340;
constexpr std::uint8_t kTablesVersions = 32;
/// The worker or its watchdog wakes us much earlier.
constexpr std::chrono::hours kUntilWoken{1};

[[nodiscard]] bool same_bytes(const InitSection& a, const InitSection& b) {
    return a == b || (a && b && *a == *b);
}

} // namespace

SegmentRemuxer::SegmentRemuxer(Attempt& attempt, MediaSink& sink, media::MediaWorker& worker)
    : attempt_(attempt), sink_(sink), worker_(worker) {}

void SegmentRemuxer::use_init_section(InitSection init) {
    const bool changed = !same_bytes(init_, init);
    if (changed && any_segment_) {
        sink_.seam(ts::Seam::discontinuity);
        tables_version_ = static_cast<std::uint8_t>((tables_version_ + 1) % kTablesVersions);
    }
    init_due_ = init_due_ || changed;
    init_ = std::move(init);
    any_segment_ = true;
}

void SegmentRemuxer::begin_transport_stream() {
    if (init_ && std::exchange(init_due_, false)) {
        sink_.feed(*init_);
    }
}

void SegmentRemuxer::begin(media::InputKind kind) {
    skip_ = given_;
    taken_ = 0;
    worker_.begin({kind, tables_version_, next_time_});
    if (kind == media::InputKind::mp4 && init_) {
        worker_.feed(*init_);
    }
}

asio::awaitable<Result<void>> SegmentRemuxer::write(std::string_view bytes) {
    taken_ += bytes.size();
    if (taken_ > kMaxSegmentBytes) {
        co_return fail(ErrorCode::too_large, "the segment is too large");
    }
    worker_.feed(bytes);
    for (;;) {
        if (auto given = co_await give_out(); !given) {
            co_return given;
        }
        if (worker_.outcome()) {
            // Before its end a job is over only when it failed.
            co_return fail(worker_.outcome()->error());
        }
        if (worker_.unsent() <= kMaxUnsent) {
            co_return Result<void>{};
        }
        if (auto slept =
                co_await attempt_.sleep_until(std::chrono::steady_clock::now() + kUntilWoken);
            !slept) {
            co_return slept;
        }
    }
}

asio::awaitable<Result<void>> SegmentRemuxer::finish() {
    worker_.finish();
    for (;;) {
        const bool over = worker_.outcome().has_value();
        if (auto given = co_await give_out(); !given) {
            co_return given;
        }
        if (over) {
            break;
        }
        if (worker_.outcome()) {
            continue; // it came while we were giving out
        }
        if (auto slept =
                co_await attempt_.sleep_until(std::chrono::steady_clock::now() + kUntilWoken);
            !slept) {
            co_return slept;
        }
    }
    const Result<media::JobResult>& outcome = *worker_.outcome();
    if (!outcome) {
        co_return fail(outcome.error());
    }
    next_time_ = outcome->end_time;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> SegmentRemuxer::give_out() {
    const std::string output = worker_.take_output();
    std::string_view rest = output;
    const std::size_t known = std::min<std::uint64_t>(skip_, rest.size());
    skip_ -= known;
    rest.remove_prefix(known);
    while (!rest.empty()) {
        const std::string_view piece = rest.substr(0, kPiece);
        rest.remove_prefix(piece.size());
        given_ += piece.size();
        sink_.feed(std::string(piece));
        if (auto paced = co_await sink_.pace(piece.size()); !paced) {
            co_return paced;
        }
    }
    co_return Result<void>{};
}

} // namespace plex_tuner::gateway
