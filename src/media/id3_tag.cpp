// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/media/id3_tag.hpp>

#include <algorithm>
#include <string_view>

namespace plex_tuner::media {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint8_t kHasExtendedHeader = 0x40;
constexpr std::uint8_t kHasFooter = 0x10;
constexpr std::size_t kFrameHeader = 10;
constexpr std::string_view kOwner("com.apple.streaming.transportStreamTimestamp\0", 45);

[[nodiscard]] std::string_view text_of(Bytes bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Four bytes of seven bits each.
[[nodiscard]] std::size_t synchsafe(Bytes bytes) noexcept {
    return std::size_t{bytes[0] & 0x7fu} << 21 | std::size_t{bytes[1] & 0x7fu} << 14 |
           std::size_t{bytes[2] & 0x7fu} << 7 | std::size_t{bytes[3] & 0x7fu};
}

[[nodiscard]] std::size_t plain(Bytes bytes) noexcept {
    return std::size_t{bytes[0]} << 24 | std::size_t{bytes[1]} << 16 | std::size_t{bytes[2]} << 8 |
           std::size_t{bytes[3]};
}

} // namespace

std::optional<std::size_t> id3_tag_size(Bytes bytes) noexcept {
    if (bytes.size() < kId3HeaderSize || !text_of(bytes).starts_with("ID3")) {
        return std::nullopt;
    }
    const std::size_t footer = (bytes[5] & kHasFooter) != 0 ? kId3HeaderSize : 0;
    return kId3HeaderSize + synchsafe(bytes.subspan(6)) + footer;
}

std::optional<std::int64_t> id3_transport_time(Bytes tag) noexcept {
    if (!id3_tag_size(tag)) {
        return std::nullopt;
    }
    // Version 2.3 writes sizes of frames as plain numbers.
    const auto size_of = tag[3] >= 4 ? synchsafe : plain;
    Bytes rest = tag.subspan(kId3HeaderSize);
    if ((tag[5] & kHasExtendedHeader) != 0 && rest.size() >= 4) {
        rest = rest.subspan(std::min(rest.size(), size_of(rest) + (tag[3] >= 4 ? 0 : 4)));
    }
    while (rest.size() > kFrameHeader && rest[0] != 0) {
        const std::size_t size = std::min(size_of(rest.subspan(4)), rest.size() - kFrameHeader);
        const Bytes body = rest.subspan(kFrameHeader, size);
        if (text_of(rest).starts_with("PRIV") && text_of(body).starts_with(kOwner) &&
            body.size() >= kOwner.size() + 8) {
            std::uint64_t time = 0;
            for (const std::uint8_t byte : body.subspan(kOwner.size(), 8)) {
                time = time << 8 | byte;
            }
            return static_cast<std::int64_t>(time & ((std::uint64_t{1} << 33) - 1));
        }
        rest = rest.subspan(kFrameHeader + size);
    }
    return std::nullopt;
}

} // namespace plex_tuner::media
