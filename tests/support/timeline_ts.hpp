// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "timeline_cursor.hpp"
#include "timeline_media.hpp"
#include "timeline_wire.hpp"

#include <mutex>

namespace plex_tuner::testing {

/// Plays a script as one continuous transport stream. Requests are served one after the other: one
/// that comes while another is served waits for its end. Thread-safe.
class TimelineTs {
public:
    TimelineTs(Script script, TimelineClips clips, SentObserver sent)
        : cursor_(std::move(script)), media_(std::move(clips)), sent_(std::move(sent)) {}

    void serve(ProviderConnection& connection, const ProviderRequest& request);

private:
    struct Exchange; ///< one request and its answer

    [[nodiscard]] bool run_step(Exchange& exchange);
    [[nodiscard]] bool run(Exchange& exchange, const step::Serve& serve);
    [[nodiscard]] bool run(Exchange& exchange, const step::Answer& answer);
    [[nodiscard]] bool run(Exchange& exchange, const step::End& end);
    [[nodiscard]] bool begin_media(Exchange& exchange);

    std::timed_mutex turn_;
    TimelineCursor cursor_;
    TimelineMedia media_;
    step::Pace pace_{.times = 4};
    SentObserver sent_;
};

} // namespace plex_tuner::testing
