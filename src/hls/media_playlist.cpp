// SPDX-License-Identifier: GPL-3.0-or-later
#include "date_time.hpp"
#include "tag_reader.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace plex_tuner::hls {
namespace {

constexpr double kMaxSegmentSeconds = 86'400;
constexpr double kMaxTargetSeconds = 3'600;
constexpr std::size_t kIvSize = 16;
/// Leaves room to count on from any sequence number.
constexpr std::uint64_t kMaxSequence = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view kIdentity = "identity";

std::optional<std::uint64_t> parse_sequence(std::string_view text) noexcept {
    const std::optional<std::uint64_t> value = leading_integer(text);
    return value && *value <= kMaxSequence ? value : std::nullopt;
}

/// "0x" and up to 32 hex digits, fewer filled up with zeros in front.
std::optional<std::vector<std::uint8_t>> parse_iv(std::string_view text) {
    if (!ascii::istarts_with(text, "0x") || text.size() == 2 || text.size() > 2 + 2 * kIvSize) {
        return std::nullopt;
    }
    text.remove_prefix(2);
    std::vector<std::uint8_t> iv(kIvSize, 0);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto digit =
            ascii::parse_integer<std::uint8_t>(text.substr(text.size() - 1 - i, 1), 16);
        if (!digit) {
            return std::nullopt;
        }
        iv[kIvSize - 1 - i / 2] |= static_cast<std::uint8_t>(i % 2 == 0 ? *digit : *digit << 4);
    }
    return iv;
}

KeyMethod parse_method(std::string_view text) noexcept {
    if (text.empty() || ascii::iequals(text, "NONE")) {
        return KeyMethod::none;
    }
    if (ascii::iequals(text, "AES-128")) {
        return KeyMethod::aes_128;
    }
    return ascii::istarts_with(text, "SAMPLE-AES") ? KeyMethod::sample_aes : KeyMethod::other;
}

/// Reads tag after tag; what a tag announces belongs to the next URI or to all that follow.
class MediaReader {
public:
    Result<MediaPlaylist> read(std::string_view text);

private:
    void on_tag(const Line& line);
    bool on_header_tag(const Line& line);
    void on_extinf(std::string_view value);
    void on_key(const AttributeList& attributes);
    void on_map(const AttributeList& attributes);
    void on_uri(std::string_view uri);
    [[nodiscard]] std::optional<ByteRange> next_range(std::string_view uri);
    void finish();

    MediaPlaylist playlist_;
    std::optional<Seconds> target_;
    std::uint64_t skipped_ = 0;

    // Of the next segment.
    std::optional<Seconds> duration_;
    std::string title_;
    bool discontinuity_ = false;
    bool gap_ = false;
    std::optional<std::pair<std::uint64_t, std::optional<std::uint64_t>>> range_;
    std::optional<std::chrono::sys_time<std::chrono::milliseconds>> date_time_;
    // Of all segments that follow.
    std::shared_ptr<const Key> key_;
    bool key_is_new_ = false; ///< no segment since it was set
    std::shared_ptr<const Map> map_;

    std::string range_uri_;
    std::uint64_t range_end_ = 0;
};

Result<MediaPlaylist> MediaReader::read(std::string_view text) {
    LineReader lines(text);
    while (const std::optional<Line> line = lines.next()) {
        if (line->is_tag) {
            on_tag(*line);
            continue;
        }
        if (playlist_.segments.size() >= kMaxSegments) {
            return fail(ErrorCode::too_large, "HLS media playlist has too many segments");
        }
        on_uri(line->value);
    }
    finish();
    return std::move(playlist_);
}

void MediaReader::on_tag(const Line& line) {
    if (on_header_tag(line)) {
        return;
    }
    const std::string_view name = line.name;
    if (name == "#EXTINF") {
        on_extinf(line.value);
    } else if (name == "#EXT-X-BYTERANGE") {
        range_ = parse_byte_range(line.value);
    } else if (name == "#EXT-X-DISCONTINUITY") {
        discontinuity_ = true;
    } else if (name == "#EXT-X-GAP") {
        gap_ = true;
    } else if (name == "#EXT-X-KEY") {
        on_key(AttributeList(line.value));
    } else if (name == "#EXT-X-MAP") {
        on_map(AttributeList(line.value));
    } else if (name == "#EXT-X-PROGRAM-DATE-TIME") {
        date_time_ = parse_date_time(line.value);
    } else if (name == "#EXT-X-SKIP") {
        const auto count = leading_integer(AttributeList(line.value).text("SKIPPED-SEGMENTS"));
        skipped_ = std::min(skipped_ + std::min(count.value_or(0), kMaxSequence), kMaxSequence);
    }
}

bool MediaReader::on_header_tag(const Line& line) {
    const std::string_view name = line.name;
    if (name == "#EXT-X-TARGETDURATION") {
        const std::optional<double> seconds = leading_number(line.value, kMaxTargetSeconds);
        if (seconds && *seconds > 0) {
            target_ = Seconds(*seconds);
        }
    } else if (name == "#EXT-X-MEDIA-SEQUENCE") {
        playlist_.media_sequence = parse_sequence(line.value).value_or(0);
    } else if (name == "#EXT-X-DISCONTINUITY-SEQUENCE") {
        playlist_.discontinuity_sequence = parse_sequence(line.value).value_or(0);
    } else if (name == "#EXT-X-ENDLIST") {
        playlist_.endlist = true;
    } else if (name == "#EXT-X-I-FRAMES-ONLY") {
        playlist_.i_frames_only = true;
    } else if (name == "#EXT-X-VERSION") {
        playlist_.version = ascii::parse_integer<int>(line.value).value_or(1);
    } else if (name == "#EXT-X-PLAYLIST-TYPE") {
        playlist_.type = ascii::iequals(line.value, "VOD")     ? PlaylistType::vod
                         : ascii::iequals(line.value, "EVENT") ? PlaylistType::event
                                                               : PlaylistType::live;
    } else if (name == "#EXT-X-START") {
        playlist_.start = parse_start(AttributeList(line.value));
    } else {
        return false;
    }
    return true;
}

void MediaReader::on_extinf(std::string_view value) {
    const std::optional<double> seconds = leading_number(value, kMaxSegmentSeconds);
    duration_ = seconds && *seconds > 0 ? std::optional(Seconds(*seconds)) : std::nullopt;
    const std::size_t comma = value.find(',');
    title_ =
        comma == std::string_view::npos ? std::string_view{} : ascii::trim(value.substr(comma + 1));
}

void MediaReader::on_key(const AttributeList& attributes) {
    auto key = std::make_shared<Key>();
    key->method_name = attributes.text("METHOD");
    key->method = parse_method(key->method_name);
    key->uri = attributes.text("URI");
    key->iv = parse_iv(attributes.text("IV"));
    const std::string_view format = attributes.text("KEYFORMAT");
    key->keyformat = format.empty() ? kIdentity : format;
    // Several keys in front of one segment are the same key for different systems: ours is the
    // plain one, wherever it stands among them.
    const bool have_identity = key_is_new_ && key_ && key_->keyformat == kIdentity;
    if (have_identity && key->keyformat != kIdentity) {
        return;
    }
    key_is_new_ = true;
    key_ = key->method == KeyMethod::none ? nullptr : std::move(key);
}

void MediaReader::on_map(const AttributeList& attributes) {
    auto map = std::make_shared<Map>();
    map->uri = attributes.text("URI");
    if (const auto range = parse_byte_range(attributes.text("BYTERANGE"))) {
        map->range = ByteRange{.offset = range->second.value_or(0), .length = range->first};
    }
    map->key = key_;
    map_ = map->uri.empty() ? nullptr : std::move(map);
}

std::optional<ByteRange> MediaReader::next_range(std::string_view uri) {
    if (!range_) {
        range_uri_.clear();
        return std::nullopt;
    }
    const std::uint64_t continued = range_uri_ == uri ? range_end_ : 0;
    ByteRange range{.offset = range_->second.value_or(continued), .length = range_->first};
    if (range.offset + range.length < range.offset) {
        range.offset = 0; // a sum of lengths beyond 64 bits is no place in a file
    }
    range_end_ = range.offset + range.length;
    range_uri_ = uri;
    return range;
}

void MediaReader::on_uri(std::string_view uri) {
    Segment& segment = playlist_.segments.emplace_back();
    segment.uri = uri;
    segment.duration = duration_.value_or(Seconds(0));
    segment.discontinuity = discontinuity_;
    segment.gap = gap_;
    segment.range = next_range(uri);
    segment.key = key_;
    segment.map = map_;
    segment.program_date_time = date_time_;
    segment.title = std::move(title_);
    duration_.reset();
    title_.clear();
    discontinuity_ = false;
    gap_ = false;
    range_.reset();
    date_time_.reset();
    key_is_new_ = false;
}

void MediaReader::finish() {
    const auto longest = std::ranges::max_element(playlist_.segments, {}, &Segment::duration);
    if (target_) {
        playlist_.target_duration = *target_;
    } else if (longest != playlist_.segments.end() && longest->duration.count() > 0) {
        playlist_.target_duration =
            std::min(Seconds(std::ceil(longest->duration.count())), Seconds(kMaxTargetSeconds));
    }
    playlist_.media_sequence = std::min(playlist_.media_sequence + skipped_, kMaxSequence);
    std::uint64_t sequence = playlist_.media_sequence;
    for (Segment& segment : playlist_.segments) {
        segment.sequence = sequence++;
        if (segment.duration.count() <= 0) {
            segment.duration = playlist_.target_duration;
        }
    }
}

} // namespace

Result<MediaPlaylist> read_media(std::string_view text) {
    return MediaReader().read(text);
}

} // namespace plex_tuner::hls
