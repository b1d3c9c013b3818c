// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline_hls.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace plex_tuner::testing {
namespace {

constexpr double kTicksPerSecond = 27e6;
constexpr std::size_t kMostKept = 256; // segments that left the list, for clients that are late
constexpr std::size_t kPiece = 188 * 64;
constexpr std::size_t kHalfPacket = 94;

double seconds(std::int64_t ticks) {
    return static_cast<double>(ticks) / kTicksPerSecond;
}

std::string three_decimals(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", value);
    return text;
}

/// The first byte of "bytes=<first>-…".
std::optional<std::size_t> first_of_range(const std::string& header) {
    constexpr std::string_view kUnit = "bytes=";
    std::size_t first = 0;
    if (!header.starts_with(kUnit)) {
        return std::nullopt;
    }
    const char* const begin = header.data() + kUnit.size();
    return std::from_chars(begin, header.data() + header.size(), first).ec == std::errc()
               ? std::optional(first)
               : std::nullopt;
}

} // namespace

void TimelineHls::serve_entry(ProviderConnection& connection, const ProviderRequest& request) {
    if (!with_tokens_) {
        serve_list(connection, request);
        return;
    }
    std::size_t token = 0;
    {
        const std::scoped_lock lock(mutex_);
        token = token_;
    }
    behave::redirect(path_ + "/list.m3u8?token=" + std::to_string(token))(connection, request);
}

void TimelineHls::serve_list(ProviderConnection& connection, const ProviderRequest& request) {
    Behaviour behaviour;
    std::optional<step::Answer> answer;
    {
        const std::scoped_lock lock(mutex_);
        answer = advance();
        const bool refused =
            with_tokens_ && !request.target.ends_with("token=" + std::to_string(token_));
        behaviour = refused ? behave::status(403)
                            : behave::content(text(), "application/vnd.apple.mpegurl");
    }
    if (answer) {
        send_answer(connection, request, *answer);
    } else {
        behaviour(connection, request);
    }
}

std::optional<step::Answer> TimelineHls::advance() {
    const auto now = Clock::now();
    if (next_number_ == 0 && !full_) {
        due_ = std::max(due_, now);
    }
    while (!over_ && (filling() || due_ <= now)) {
        auto event = segmenter_.next();
        if (auto* segment = std::get_if<TimelineSegment>(&event)) {
            const std::chrono::duration<double> lasts(
                seconds(segment->duration) / segmenter_.speed());
            const bool filled = filling();
            append(std::move(*segment));
            due_ = (filled ? now : due_) + std::chrono::duration_cast<Clock::duration>(lasts);
            full_ = full_ || list_.size() >= window_;
            continue;
        }
        const Step& step = std::get<Step>(event);
        if (const auto* answer = std::get_if<step::Answer>(&step)) {
            segmenter_.answered(*answer);
            return *answer;
        }
        follow(step);
    }
    return std::nullopt;
}

void TimelineHls::append(TimelineSegment segment) {
    back_ = 0;
    if (segment.sequence_reset) {
        list_.clear();
        first_sequence_ = 0;
        discontinuities_ = 0;
    }
    if (segment.by_range && !ranges_) {
        ranges_ = true;
        next_offset_ = 0;
    }
    gaps_ = gaps_ || segment.gap;
    longest_ = std::max(longest_, segment.duration);
    const std::size_t size = segment.bytes->size();
    const Listed listed{std::move(segment), next_number_++, next_offset_};
    next_offset_ += listed.segment.by_range ? size : 0;
    list_.push_back(listed);
    kept_.push_back(listed);
    if (kept_.size() > kMostKept) {
        kept_.pop_front();
    }
    // As many again stay behind the window, for a list that goes back.
    while (list_.size() > 2 * window_ + kMostKept / 8) {
        discontinuities_ += list_.front().segment.discontinuity ? 1 : 0;
        list_.pop_front();
        ++first_sequence_;
    }
}

void TimelineHls::follow(const Step& step) {
    if (const auto* window = std::get_if<step::Window>(&step)) {
        window_ = window->segments;
    } else if (const auto* back = std::get_if<step::SequenceBack>(&step)) {
        back_ = back->segments;
        due_ = Clock::now() +
               std::chrono::duration_cast<Clock::duration>(
                   std::chrono::duration<double>(seconds(longest_) / segmenter_.speed()));
        full_ = true;
    } else if (const auto* pause = std::get_if<step::PlaylistStall>(&step)) {
        due_ = std::max(due_, Clock::now()) + pause->time;
        full_ = true;
    } else if (std::holds_alternative<step::TokenExpires>(step)) {
        ++token_;
    } else {
        ended_ = std::holds_alternative<step::EndList>(step);
        over_ = true;
    }
}

std::string TimelineHls::text() const {
    const std::size_t end = list_.size() - std::min(back_, list_.size());
    const std::size_t begin = end - std::min(end, window_);
    std::size_t left = discontinuities_;
    for (std::size_t i = 0; i < begin; ++i) {
        left += list_[i].segment.discontinuity ? 1 : 0;
    }
    // Rounded to the nearest second, a segment must not last longer (RFC 8216 4.3.3.1).
    const auto target = std::max<long long>(1, static_cast<long long>(seconds(longest_) + 0.5));
    const int version = gaps_ ? 8 : ranges_ ? 4 : 3;
    std::string list = "#EXTM3U\n#EXT-X-VERSION:" + std::to_string(version) +
                       "\n#EXT-X-TARGETDURATION:" + std::to_string(target) +
                       "\n#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first_sequence_ + begin) + "\n";
    if (left > 0) {
        list += "#EXT-X-DISCONTINUITY-SEQUENCE:" + std::to_string(left) + "\n";
    }
    for (std::size_t i = begin; i < end; ++i) {
        list += lines_of(list_[i]);
    }
    return ended_ ? list + "#EXT-X-ENDLIST\n" : list;
}

std::string TimelineHls::lines_of(const Listed& listed) const {
    const TimelineSegment& segment = listed.segment;
    std::string lines = segment.discontinuity ? "#EXT-X-DISCONTINUITY\n" : "";
    lines += "#EXTINF:" + three_decimals(seconds(segment.duration)) + ",\n";
    lines += segment.gap ? "#EXT-X-GAP\n" : "";
    if (segment.by_range) {
        return lines + "#EXT-X-BYTERANGE:" + std::to_string(segment.bytes->size()) + "@" +
               std::to_string(listed.offset) + "\n" + path_ + "/all.ts\n";
    }
    return lines + path_ + "/seg/" + std::to_string(listed.number) + ".ts\n";
}

std::optional<TimelineHls::Listed> TimelineHls::take(const ProviderRequest& request) {
    const std::scoped_lock lock(mutex_);
    const auto range = first_of_range(request.header("range"));
    const bool whole = request.path().ends_with("/all.ts");
    const auto found = std::ranges::find_if(kept_, [&](const Listed& listed) {
        return whole ? listed.segment.by_range && range == listed.offset
                     : request.path() == path_ + "/seg/" + std::to_string(listed.number) + ".ts";
    });
    if (found == kept_.end()) {
        return std::nullopt;
    }
    Listed taken = *found;
    found->segment.end.reset();
    found->segment.stall.reset();
    return taken;
}

void TimelineHls::serve_segment(ProviderConnection& connection, const ProviderRequest& request) {
    const auto listed = take(request);
    if (!listed || listed->segment.status != 200) {
        behave::status(listed ? listed->segment.status : 404)(connection, request);
        return;
    }
    const TimelineSegment& segment = listed->segment;
    const std::string& bytes = *segment.bytes;
    std::string head =
        segment.by_range ? "HTTP/1.1 206 Partial Content\r\n" : "HTTP/1.1 200 OK\r\n";
    if (segment.by_range) {
        head += "Content-Range: bytes " + std::to_string(listed->offset) + "-" +
                std::to_string(listed->offset + bytes.size() - 1) + "/*\r\n";
    }
    head += "Connection: close\r\nContent-Type: video/mp2t\r\nContent-Length: " +
            std::to_string(bytes.size()) + "\r\n\r\n";
    if (!connection.send(head)) {
        return;
    }
    const std::size_t middle = bytes.size() / 188 / 2 * 188;
    const Pacer pacer({.bits_per_second = segment.pace.bits_per_second}, 0);
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t until = at < middle ? middle : bytes.size();
        const std::string_view piece =
            std::string_view(bytes).substr(at, std::min(kPiece, until - at));
        if (!wait_until(connection, pacer.due(0, at)) || !connection.send(piece)) {
            return;
        }
        at += piece.size();
        if (sent_) {
            sent_(request, piece);
        }
        if (at != middle) {
            continue;
        }
        if (segment.stall && !stall(connection, *segment.stall)) {
            return;
        }
        if (segment.end) {
            if (segment.end->kind == step::End::Kind::cut) {
                connection.send(std::string_view(bytes).substr(at, kHalfPacket));
            } else if (segment.end->kind == step::End::Kind::reset) {
                connection.reset();
            }
            return;
        }
    }
}

} // namespace plex_tuner::testing
