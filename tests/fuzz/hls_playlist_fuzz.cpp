// SPDX-License-Identifier: GPL-3.0-or-later
// Playlists of any content: sequence numbers rise by one, durations are usable, and SegmentCursor
// gives each segment once, whatever follows on whatever.
#include <plex_tuner/hls/playlist.hpp>
#include <plex_tuner/hls/segment_cursor.hpp>

#include <cmath>
#include <cstdlib>

namespace {

using namespace plex_tuner::hls;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check_media(const MediaPlaylist& list) {
    check(list.target_duration.count() > 0 && std::isfinite(list.target_duration.count()));
    std::uint64_t sequence = list.media_sequence;
    for (const Segment& segment : list.segments) {
        check(segment.sequence == sequence++);
        check(segment.duration.count() > 0 && std::isfinite(segment.duration.count()));
        check(!segment.uri.empty());
        check(!segment.key || segment.key->method != KeyMethod::none);
        check(!segment.key || !segment.key->iv || segment.key->iv->size() == 16);
        check(!segment.range ||
              segment.range->offset + segment.range->length > segment.range->offset);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    SegmentCursor cursor;
    auto now = plex_tuner::SteadyTime(std::chrono::hours(1));
    // Several loads in one input, cut at NUL bytes.
    for (int load = 0; load < 8; ++load) {
        const std::size_t end = text.find('\0');
        const auto playlist = parse(text.substr(0, end));
        if (!playlist) {
            check(!playlist.error().message().empty());
            cursor.load_failed(now);
        } else if (const auto* master = std::get_if<MasterPlaylist>(&*playlist)) {
            const Variant* variant = choose_variant(*master);
            check(variant != nullptr && !variant->uri.empty());
            (void)separate_audio(*master, *variant);
            check(variant_ladder(*master).front() == variant);
        } else {
            const auto& media = std::get<MediaPlaylist>(*playlist);
            check_media(media);
            const auto matching = matching_sequence(media, cursor.playlist(), media.media_sequence);
            check(matching == media.media_sequence || matching <= media.end_sequence());
            cursor.loaded(media, now);
            std::size_t given = 0;
            while (cursor.next()) {
                check(++given <= kMaxSegments);
            }
        }
        check(load == 0 || cursor.reload_at() >= plex_tuner::SteadyTime{});
        (void)cursor.stale(now);
        (void)cursor.ended();
        now += std::chrono::seconds(3);
        if (end == std::string_view::npos) {
            break;
        }
        text.remove_prefix(end + 1);
    }
    return 0;
}
