// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline_segmenter.hpp"

#include <algorithm>
#include <type_traits>

namespace plex_tuner::testing {
namespace {

constexpr std::int64_t kTicksPerMs = 27'000;

template <class T>
concept ChangesMedia = requires(TimelineMedia& media, const T& step) { media.apply(step); };

/// Statements that concern a segment as a whole: what is in the making is finished before them.
[[nodiscard]] bool begins_segment(const Step& step) {
    return std::holds_alternative<step::MarkSegment>(step) ||
           std::holds_alternative<step::End>(step) || std::holds_alternative<step::Stall>(step) ||
           std::holds_alternative<step::ByteRanges>(step) ||
           std::holds_alternative<step::EndList>(step);
}

[[nodiscard]] bool fills_a_list(const Step& step) {
    return std::holds_alternative<step::Serve>(step) || std::holds_alternative<step::Answer>(step);
}

} // namespace

bool TimelineSegmenter::has_tokens() const {
    return std::ranges::any_of(cursor_.script(),
        [](const Step& step) { return std::holds_alternative<step::TokenExpires>(step); });
}

/// What is repeated for ever makes no segment.
bool TimelineSegmenter::is_over() const {
    if (!cursor_.at_last()) {
        return false;
    }
    const Step& last = cursor_.step();
    return std::holds_alternative<step::Loop>(last)
               ? std::ranges::none_of(cursor_.script(), fills_a_list)
               : !fills_a_list(last);
}

TimelineSegmenter::Event TimelineSegmenter::next() {
    for (;;) {
        const Step& step = cursor_.step();
        if (const auto* served = std::get_if<step::Serve>(&step)) {
            if (auto segment = serve(*served)) {
                return std::move(*segment);
            }
            continue;
        }
        if (full() || (begins_segment(step) && !bytes_.empty())) {
            return finish();
        }
        if (is_over()) {
            return Event(step);
        }
        if (auto event = note(step)) {
            return std::move(*event);
        }
    }
}

bool TimelineSegmenter::full() const {
    return !bytes_.empty() && media_.at_join() && media_.time() - begin_ >= length_;
}

/// A segment that is full; nullopt when the statement is over before.
std::optional<TimelineSegment> TimelineSegmenter::serve(const step::Serve& serve) {
    if (!serving_) {
        serving_ = true;
        serve_end_.reset();
        if (serve.time) {
            serve_end_ = media_.begin_stretch(*serve.time);
        }
        packets_left_ = serve.packets.value_or(std::numeric_limits<std::size_t>::max());
    }
    while ((!serve_end_ || media_.time() < *serve_end_) && packets_left_ > 0) {
        if (full()) {
            return finish();
        }
        if (bytes_.empty()) {
            begin_ = media_.time();
        }
        media_.append_packet(bytes_);
        --packets_left_;
    }
    serving_ = false;
    cursor_.advance();
    return std::nullopt;
}

std::optional<TimelineSegmenter::Event> TimelineSegmenter::note(const Step& step) {
    if (std::holds_alternative<step::Answer>(step)) {
        return Event(step);
    }
    std::optional<Event> event;
    std::visit(
        [&]<class T>(const T& value) {
            if constexpr (ChangesMedia<T>) {
                media_.apply(value);
            } else if constexpr (std::is_same_v<T, step::Pace>) {
                set_pace(value);
            } else if constexpr (std::is_same_v<T, step::SegmentLength>) {
                length_ = value.time.count() * kTicksPerMs;
            } else if constexpr (std::is_same_v<T, step::MarkSegment>) {
                mark(value);
            } else if constexpr (std::is_same_v<T, step::End>) {
                coming_.end = value;
            } else if constexpr (std::is_same_v<T, step::Stall>) {
                coming_.stall = value;
            } else if constexpr (std::is_same_v<T, step::ByteRanges>) {
                coming_.by_range = true;
            } else if constexpr (!std::is_same_v<T, step::Head> && !std::is_same_v<T, step::Loop>) {
                event = Event(step);
            }
        },
        step);
    if (std::holds_alternative<step::Loop>(step)) {
        cursor_.rewind();
    } else {
        cursor_.advance();
    }
    return event;
}

void TimelineSegmenter::mark(const step::MarkSegment& mark) {
    using Mark = step::MarkSegment::Mark;
    switch (mark.mark) {
    case Mark::discontinuity:
        coming_.discontinuity = true;
        return;
    case Mark::gap:
        coming_.gap = true;
        coming_.status = 404;
        return;
    case Mark::status:
        coming_.status = mark.status;
        return;
    case Mark::sequence_reset:
        coming_.sequence_reset = true;
        return;
    }
}

void TimelineSegmenter::set_pace(const step::Pace& pace) {
    coming_.pace = pace;
    if (pace.times > 0) {
        speed_ = pace.times;
    }
}

TimelineSegment TimelineSegmenter::finish() {
    TimelineSegment segment = coming_;
    segment.bytes = std::make_shared<const std::string>(std::move(bytes_));
    segment.duration = media_.time() - begin_;
    bytes_.clear();
    // What holds for all segments stays.
    coming_ = {.by_range = coming_.by_range, .pace = coming_.pace};
    return segment;
}

} // namespace plex_tuner::testing
