// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace plex_tuner::media {

inline constexpr std::size_t kId3HeaderSize = 10;

/// The size of the ID3v2 tag (id3.org, "ID3 tag version 2.4.0", section 3) that `bytes` begin with,
/// its header included. nullopt: no tag, or fewer than kId3HeaderSize bytes.
[[nodiscard]] std::optional<std::size_t> id3_tag_size(std::span<const std::uint8_t> bytes) noexcept;

/// The time of the first sample behind a whole tag, 90 kHz and modulo 2^33: what its PRIV frame
/// "com.apple.streaming.transportStreamTimestamp" says (RFC 8216 3.4).
[[nodiscard]] std::optional<std::int64_t> id3_transport_time(
    std::span<const std::uint8_t> tag) noexcept;

} // namespace plex_tuner::media
