// SPDX-License-Identifier: GPL-3.0-or-later
// Skips long stretches of ordinary bytes 16 at a time: most of a guide is such text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace plex_tuner::guide {

/// True for the bytes a scan stops at.
using ByteSet = std::array<bool, 256>;

/// Sixteen bytes compared at once (vector extension of clang and gcc on every target).
using ByteBlock = unsigned char __attribute__((vector_size(16)));

/// The first byte of `set` in `text` at or after `at`, or text.size(). `suspect(block)` is non-zero
/// at least where a byte is in the set; where it is more cautious, the look at each byte decides.
template <class Suspect>
[[nodiscard]] inline std::size_t scan_to(
    std::string_view text, std::size_t at, const ByteSet& set, Suspect&& suspect) noexcept {
    while (at + sizeof(ByteBlock) <= text.size()) {
        ByteBlock block;
        std::memcpy(&block, text.data() + at, sizeof block);
        const auto hits = suspect(block);
        std::array<std::uint64_t, 2> halves{};
        static_assert(sizeof hits == sizeof halves);
        std::memcpy(halves.data(), &hits, sizeof halves);
        if ((halves[0] | halves[1]) != 0) {
            for (std::size_t i = 0; i < sizeof block; ++i) {
                if (set[static_cast<unsigned char>(text[at + i])]) {
                    return at + i;
                }
            }
        }
        at += sizeof block;
    }
    while (at < text.size() && !set[static_cast<unsigned char>(text[at])]) {
        ++at;
    }
    return at;
}

} // namespace plex_tuner::guide
