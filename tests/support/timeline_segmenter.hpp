// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "timeline_cursor.hpp"
#include "timeline_media.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace plex_tuner::testing {

/// A segment of a timeline, with what its transfer does wrong.
struct TimelineSegment {
    std::shared_ptr<const std::string> bytes = {};
    std::int64_t duration = 0; ///< ticks of 27 MHz
    bool discontinuity = false;
    bool gap = false;
    bool sequence_reset = false;
    int status = 200;
    std::optional<step::End> end = {};     ///< once, in the middle
    std::optional<step::Stall> stall = {}; ///< once, in the middle
    bool by_range = false;
    step::Pace pace = {}; ///< of its transfer; only the rate counts
};

/// Cuts a timeline into segments at key frames, statement by statement. Not thread-safe.
class TimelineSegmenter {
public:
    TimelineSegmenter(Script script, TimelineClips clips)
        : cursor_(std::move(script)), media_(std::move(clips)) {}

    /// A segment, or a statement that the list must follow: Window, SequenceBack, PlaylistStall,
    /// TokenExpires, or Answer, which comes again until answered() was called often enough. Any
    /// other: nothing follows, and it comes for ever.
    using Event = std::variant<TimelineSegment, Step>;

    [[nodiscard]] Event next();

    /// An Answer has been sent.
    void answered(const step::Answer& answer) { cursor_.use(answer.times); }

    /// How many times faster than real time segments appear.
    [[nodiscard]] double speed() const noexcept { return speed_; }

    [[nodiscard]] bool has_tokens() const;

private:
    [[nodiscard]] bool is_over() const;
    [[nodiscard]] bool full() const;
    [[nodiscard]] std::optional<TimelineSegment> serve(const step::Serve& serve);
    [[nodiscard]] std::optional<Event> note(const Step& step);
    void mark(const step::MarkSegment& mark);
    void set_pace(const step::Pace& pace);
    [[nodiscard]] TimelineSegment finish();

    TimelineCursor cursor_;
    TimelineMedia media_;
    std::string bytes_; ///< of the segment in the making
    std::int64_t begin_ = 0;
    std::optional<std::int64_t> serve_end_; ///< of the Serve under way
    std::size_t packets_left_ = 0;          ///< likewise
    bool serving_ = false;
    std::int64_t length_ = 27'000'000;
    TimelineSegment coming_;
    double speed_ = 4;
};

} // namespace plex_tuner::testing
