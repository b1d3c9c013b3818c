// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "joined_sink.hpp"
#include "playlist_resolver.hpp"
#include "request_factory.hpp"
#include "segment_fetcher.hpp"

#include <plex_tuner/hls/segment_cursor.hpp>
#include <plex_tuner/log/logger.hpp>

#include <chrono>
#include <functional>
#include <optional>

namespace plex_tuner::gateway {

/// The sound of an HLS source whose variant has it in a playlist of its own (RFC 8216 sections
/// 4.3.4.1, 4.3.4.2): before each segment of the pictures it fetches as much sound as that needs,
/// by the time stamps of both, for segments of sound may have other lengths and numbers. Sound that
/// cannot be had is missing; pictures wait for it no longer than a target duration. Confined to the
/// session's strand.
class SoundRendition {
public:
    /// Chooses variant and rendition anew at the original address, as after a refusal; an error
    /// only when the source cannot go on. May call choose().
    using Renew = std::function<asio::awaitable<Result<void>>()>;

    SoundRendition(Attempt& attempt, JoinedSink& joined, PlaylistResolver& playlists,
        const RequestFactory& requests, media::MediaWorker& worker, Renew renew, log::Logger log);

    /// What the variant in force has beside it; the same rendition may come with another address.
    void choose(std::optional<SoundChoice> choice);

    /// Fetches the sound of a segment of `pictures` that is played next. An error only when the
    /// source cannot go on.
    [[nodiscard]] asio::awaitable<Result<void>> fetch_for(
        const hls::Segment& segment, const hls::MediaPlaylist& pictures);

    /// How long the last fetch_for() waited for a segment to be listed: that says nothing of the
    /// line.
    [[nodiscard]] SteadyTime::duration waited() const noexcept { return waited_; }

private:
    /// An error only when the source cannot go on.
    [[nodiscard]] asio::awaitable<Result<void>> load();
    [[nodiscard]] asio::awaitable<Result<void>> try_load();
    [[nodiscard]] bool is_due() const;
    /// The next segment of sound, which may have to be waited for; nullopt: there is none.
    [[nodiscard]] asio::awaitable<Result<std::optional<hls::SegmentCursor::Next>>> next(
        const hls::Segment& segment, const hls::MediaPlaylist& pictures);
    /// An error says why there is no sound in it.
    [[nodiscard]] asio::awaitable<Result<void>> fetch(const hls::Segment& segment);
    [[nodiscard]] asio::awaitable<Result<void>> try_fetch(hls::Segment segment);
    [[nodiscard]] bool is_enough(const hls::Segment& segment, hls::Seconds fetched) const;
    /// What is left of the time that pictures wait, and enough for a request.
    [[nodiscard]] std::chrono::milliseconds time_left() const;
    void tell_of_foreign_clock();

    Attempt& attempt_;
    JoinedSink& joined_;
    PlaylistResolver& playlists_;
    Renew renew_;
    log::Logger log_;
    SegmentFetcher segments_;
    hls::SegmentCursor cursor_;
    std::optional<SoundChoice> choice_;   ///< none: the variant has its sound in it
    std::optional<Url> playlist_url_;     ///< effective
    std::optional<SteadyTime> loaded_at_; ///< the last try; none: to be loaded now
    bool placed_ = false;                 ///< the cursor stands where the pictures are
    bool missing_ = false; ///< nothing more was listed last time: not waited for again
    bool renewed_ = false; ///< since the last sound
    int failures_ = 0;     ///< in a row, of playlist or segments
    bool told_foreign_ = false;
    std::chrono::milliseconds target_{0}; ///< of the pictures
    SteadyTime deadline_{};               ///< until then pictures wait
    SteadyTime::duration waited_{0};
};

} // namespace plex_tuner::gateway
