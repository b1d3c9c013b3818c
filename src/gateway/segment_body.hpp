// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/hls/playlist.hpp>
#include <plex_tuner/hls/segment_cipher.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace plex_tuner::gateway {

/// Makes the bytes of a segment of the bytes of an answer, in any chunking: cuts its range out when
/// the server sent the whole resource, and decrypts. A byte range is encrypted by itself
/// (RFC 8216 section 5.2). Pure.
class SegmentBody {
public:
    /// `whole_resource`: the server ignored the range.
    SegmentBody(const std::optional<hls::ByteRange>& range, bool whole_resource,
        std::optional<hls::SegmentCipher> cipher)
        : skip_(range && whole_resource ? range->offset : 0),
          left_(range ? range->length : std::numeric_limits<std::uint64_t>::max()),
          cipher_(std::move(cipher)) {}

    /// The next bytes of the answer, none at its end; what they add to the segment.
    [[nodiscard]] Result<std::string> take(std::string bytes);

    /// All of the segment has been given out.
    [[nodiscard]] bool over() const noexcept { return over_; }

private:
    std::uint64_t skip_;
    std::uint64_t left_;
    std::optional<hls::SegmentCipher> cipher_;
    bool over_ = false;
};

} // namespace plex_tuner::gateway
