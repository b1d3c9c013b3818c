// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace plex_tuner::media {

/// What the bytes of a job are.
enum class InputKind : std::uint8_t {
    /// ISO base media file format: an initialisation section and fragments (RFC 8216 3.3).
    mp4 = 1,
    /// Frames of ADTS, MPEG audio, AC-3 or E-AC-3, with an ID3 tag before them (RFC 8216 3.4).
    packed_audio = 2,
};

/// One segment that is to become a transport stream of its own. Each job is told all it needs, so
/// that any worker can do it.
struct Job {
    InputKind kind = InputKind::mp4;
    /// version_number of PAT and PMT, 0 to 31: another one tells readers that the streams changed.
    std::uint8_t tables_version = 0;
    /// Time of the first sample, 90 kHz and modulo 2^33, if packed audio does not say it.
    std::int64_t start_time = 0;
    friend bool operator==(const Job&, const Job&) = default;
};

/// What a job that succeeded ended with.
struct JobResult {
    std::int64_t end_time = 0; ///< when its last sample ends, 90 kHz and modulo 2^33
    friend bool operator==(const JobResult&, const JobResult&) = default;
};

} // namespace plex_tuner::media
