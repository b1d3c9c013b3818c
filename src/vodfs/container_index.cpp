// SPDX-License-Identifier: GPL-3.0-or-later
#include "container_index.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace plex_tuner::vodfs {

namespace {

[[nodiscard]] std::uint64_t big_endian(std::string_view bytes) noexcept {
    std::uint64_t value = 0;
    for (const char c : bytes) {
        value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
}

/// ISO/IEC 14496-12 section 4.2: boxes of a size and a name each.
[[nodiscard]] std::optional<std::uint64_t> index_of_mp4(std::string_view head) noexcept {
    constexpr std::uint64_t kShortHeader = 8;
    constexpr std::uint64_t kLongHeader = 16;
    std::uint64_t at = 0;
    bool behind_media = false;
    while (at + kShortHeader <= head.size()) {
        const std::string_view box = head.substr(at);
        const std::string_view name = box.substr(4, 4);
        std::uint64_t size = big_endian(box.substr(0, 4));
        if (size == 1 && box.size() >= kLongHeader) {
            size = big_endian(box.substr(kShortHeader, kShortHeader));
        }
        if (name == "moov" || size < kShortHeader || at + size < at) {
            return std::nullopt; // the index comes first, or nothing follows
        }
        behind_media = behind_media || name == "mdat";
        at += size;
    }
    return behind_media ? std::optional(at) : std::nullopt;
}

/// An element of Matroska (RFC 8794 section 6).
struct Element {
    std::uint64_t id = 0;
    std::uint64_t size = 0;
    std::size_t header = 0;
};

[[nodiscard]] std::optional<Element> element_at(std::string_view bytes) noexcept {
    constexpr std::size_t kMaxId = 4;
    if (bytes.empty()) {
        return std::nullopt;
    }
    const auto length_at = [&](std::size_t at) {
        return static_cast<std::size_t>(std::countl_zero(static_cast<unsigned char>(bytes[at]))) +
               1;
    };
    const std::size_t id_bytes = length_at(0);
    if (id_bytes > kMaxId || bytes.size() <= id_bytes) {
        return std::nullopt;
    }
    const std::size_t size_bytes = length_at(id_bytes);
    if (size_bytes > 8 || bytes.size() < id_bytes + size_bytes) {
        return std::nullopt;
    }
    const std::uint64_t marker = std::uint64_t{1} << 7 * size_bytes;
    return Element{.id = big_endian(bytes.substr(0, id_bytes)),
        .size = big_endian(bytes.substr(id_bytes, size_bytes)) & (marker - 1),
        .header = id_bytes + size_bytes};
}

constexpr std::uint64_t kEbml = 0x1a45dfa3;
constexpr std::uint64_t kSegment = 0x18538067;
constexpr std::uint64_t kSeekHead = 0x114d9b74;
constexpr std::uint64_t kSeek = 0x4dbb;
constexpr std::uint64_t kSeekId = 0x53ab;
constexpr std::uint64_t kSeekPosition = 0x53ac;
constexpr std::uint64_t kCluster = 0x1f43b675;
constexpr std::uint64_t kCues = 0x1c53bb6b;

/// Calls `found(element, its content)` for each element of `bytes` until it returns false.
template <class Found>
void for_each_element(std::string_view bytes, const Found& found) noexcept {
    while (const auto element = element_at(bytes)) {
        const std::string_view content = bytes.substr(element->header,
            std::min<std::uint64_t>(element->size, bytes.size() - element->header));
        if (!found(*element, content) || content.size() < element->size) {
            return;
        }
        bytes.remove_prefix(element->header + content.size());
    }
}

[[nodiscard]] std::optional<std::uint64_t> index_of_matroska(std::string_view head) noexcept {
    const auto ebml = element_at(head);
    if (!ebml || ebml->id != kEbml || ebml->header + ebml->size >= head.size()) {
        return std::nullopt;
    }
    const std::size_t segment_at = ebml->header + static_cast<std::size_t>(ebml->size);
    const auto segment = element_at(head.substr(segment_at));
    if (!segment || segment->id != kSegment) {
        return std::nullopt;
    }
    // Positions count from the content of the segment.
    const std::size_t base = segment_at + segment->header;
    std::optional<std::uint64_t> cues;
    for_each_element(head.substr(base), [&](const Element& element, std::string_view content) {
        if (element.id == kSeekHead) {
            for_each_element(content, [&](const Element& seek, std::string_view entry) {
                std::uint64_t id = 0;
                std::uint64_t position = 0;
                for_each_element(entry, [&](const Element& part, std::string_view value) {
                    if (value.size() <= 8) {
                        id = part.id == kSeekId ? big_endian(value) : id;
                        position = part.id == kSeekPosition ? big_endian(value) : position;
                    }
                    return true;
                });
                if (seek.id == kSeek && id == kCues) {
                    cues = base + position;
                }
                return true;
            });
        }
        return element.id != kCluster && element.id != kCues;
    });
    return cues && *cues >= head.size() ? cues : std::nullopt;
}

} // namespace

std::optional<std::uint64_t> index_offset(std::string_view head) noexcept {
    constexpr std::size_t kNameAt = 4;
    if (head.size() > 2 * kNameAt && head.substr(kNameAt, 4) == "ftyp") {
        return index_of_mp4(head);
    }
    return index_of_matroska(head);
}

} // namespace plex_tuner::vodfs
