// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics.hpp"

#include <plex_tuner/ts/pes.hpp>

#include <array>

namespace plex_tuner::engine {

/// A gauge of what one tuner plays.
struct StreamMetric {
    MetricDescription description;
    double (*value)(const gateway::TunerStatus&, const MetricsFacts&);
};

/// One line for each tuner that is open, with the label tuner="0" and so on: as many as there are
/// tuners, whatever is watched.
inline constexpr auto kStreamMetrics = std::to_array<StreamMetric>({
    {{"plex_tuner_stream_bits_per_second", "gauge", "Rate of what the tuner's source sends."},
        [](const gateway::TunerStatus& tuner, const MetricsFacts&) {
            return static_cast<double>(tuner.bits_per_second);
        }},
    {{"plex_tuner_stream_key_frame_interval_seconds", "gauge",
         "Mean time between key frames since the tuner opened its channel; 0: not known."},
        [](const gateway::TunerStatus& tuner, const MetricsFacts&) {
            return tuner.insight.key_frames.mean() / ts::kTimestampHz;
        }},
    {{"plex_tuner_stream_key_frame_interval_max_seconds", "gauge",
         "Longest time between key frames since then; 0: not known."},
        [](const gateway::TunerStatus& tuner, const MetricsFacts&) {
            return static_cast<double>(tuner.insight.key_frames.max) / ts::kTimestampHz;
        }},
    {{"plex_tuner_stream_pcr_interval_seconds", "gauge",
         "Mean time between clock references in the last ten seconds; 0: not known."},
        [](const gateway::TunerStatus& tuner, const MetricsFacts&) {
            return tuner.insight.clock.interval.mean() / ts::kPcrHz;
        }},
    {{"plex_tuner_stream_pcr_interval_max_seconds", "gauge",
         "Longest time between clock references in the last ten seconds; 0: not known."},
        [](const gateway::TunerStatus& tuner, const MetricsFacts&) {
            return static_cast<double>(tuner.insight.clock.interval.max) / ts::kPcrHz;
        }},
    {{"plex_tuner_stream_pcr_jitter_seconds", "gauge",
         "By how much the arrival of the stream strayed from its clock in the last ten seconds, "
         "peak to peak; 0: not known."},
        [](const gateway::TunerStatus& tuner, const MetricsFacts&) {
            return static_cast<double>(tuner.insight.clock.jitter.value_or(0)) / ts::kPcrHz;
        }},
    {{"plex_tuner_stream_continuity_errors", "gauge",
         "Continuity errors in what the sources sent since the tuner opened its channel."},
        [](const gateway::TunerStatus& tuner, const MetricsFacts&) {
            return static_cast<double>(tuner.insight.continuity_errors);
        }},
    {{"plex_tuner_stream_damaged_units", "gauge",
         "Pictures and pieces of sound left out since then."},
        [](const gateway::TunerStatus& tuner, const MetricsFacts&) {
            return static_cast<double>(tuner.insight.damaged_units);
        }},
    {{"plex_tuner_stream_splices", "gauge",
         "Seams and jumps of clocks since then that viewers do not see."},
        [](const gateway::TunerStatus& tuner, const MetricsFacts&) {
            return static_cast<double>(tuner.insight.splices);
        }},
});

} // namespace plex_tuner::engine
