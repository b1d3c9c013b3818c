// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hls/playlist.hpp>

#include <cstdint>
#include <optional>

namespace plex_tuner::hls {
namespace {

using Date = std::chrono::sys_time<Seconds>;

/// Segments of sound end with a whole frame, so they begin a little before or after the pictures'.
constexpr Seconds kSlack{0.15};
/// Playlists whose ends have such numbers count the same segments, unless those of one are shorter.
constexpr std::uint64_t kNumbersApart = 2;
constexpr double kShortest = 0.75;

/// When the playlist's first segment begins, from the first date in it.
std::optional<Date> first_date(const MediaPlaylist& playlist) noexcept {
    Seconds before{0};
    for (const Segment& segment : playlist.segments) {
        if (segment.program_date_time) {
            return Date(*segment.program_date_time) - before;
        }
        before += segment.duration;
    }
    return std::nullopt;
}

/// When a segment begins, as the latest date before it says; from the first one if there is none.
std::optional<Date> date_of(const MediaPlaylist& playlist, std::uint64_t sequence) noexcept {
    std::optional<Date> date = first_date(playlist);
    for (const Segment& segment : playlist.segments) {
        if (segment.program_date_time) {
            date = *segment.program_date_time;
        }
        if (segment.sequence >= sequence || !date) {
            break;
        }
        *date += segment.duration;
    }
    return date;
}

Seconds total(const MediaPlaylist& playlist) noexcept {
    Seconds sum{0};
    for (const Segment& segment : playlist.segments) {
        sum += segment.duration;
    }
    return sum;
}

/// How far a segment is from the begin of the list.
Seconds begin_of(const MediaPlaylist& playlist, std::uint64_t sequence) noexcept {
    Seconds begin{0};
    for (const Segment& segment : playlist.segments) {
        if (segment.sequence >= sequence) {
            break;
        }
        begin += segment.duration;
    }
    return begin;
}

/// The segment that is so far from the begin of the list.
std::uint64_t sequence_at(const MediaPlaylist& playlist, Seconds place) noexcept {
    Seconds end{0};
    for (const Segment& segment : playlist.segments) {
        end += segment.duration;
        if (end > place + kSlack) {
            return segment.sequence;
        }
    }
    return playlist.end_sequence();
}

std::uint64_t sequence_at(const MediaPlaylist& playlist, Date first, Date wanted) noexcept {
    Date end = first;
    for (const Segment& segment : playlist.segments) {
        if (segment.program_date_time) {
            end = *segment.program_date_time;
        }
        end += segment.duration;
        if (end > wanted + kSlack) {
            return segment.sequence;
        }
    }
    return playlist.end_sequence();
}

/// Segments as long as each other, and numbers that end together.
bool count_alike(const MediaPlaylist& a, const MediaPlaylist& b) noexcept {
    if (a.segments.empty() || b.segments.empty()) {
        return false;
    }
    const double ratio = (total(a) / static_cast<double>(a.segments.size())) /
                         (total(b) / static_cast<double>(b.segments.size()));
    const std::uint64_t one = a.end_sequence();
    const std::uint64_t other = b.end_sequence();
    return ratio > kShortest && ratio < 1 / kShortest &&
           (one > other ? one - other : other - one) <= kNumbersApart;
}

} // namespace

std::uint64_t matching_sequence(
    const MediaPlaylist& sound, const MediaPlaylist& pictures, std::uint64_t sequence) noexcept {
    const auto date = date_of(pictures, sequence);
    if (const auto first = first_date(sound); date && first) {
        return sequence_at(sound, *first, *date);
    }
    const Seconds begin = begin_of(pictures, sequence);
    if (sound.endlist && pictures.endlist) {
        return sequence_at(sound, begin);
    }
    if (count_alike(sound, pictures)) {
        return sequence;
    }
    return sequence_at(sound, total(sound) - (total(pictures) - begin));
}

} // namespace plex_tuner::hls
