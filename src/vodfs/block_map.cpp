// SPDX-License-Identifier: GPL-3.0-or-later
#include "block_map.hpp"

#include <algorithm>
#include <bit>

namespace plex_tuner::vodfs {

namespace {

constexpr std::uint64_t kWordBits = 64;

} // namespace

void BlockMap::set(std::uint64_t block) {
    const std::size_t word = block / kWordBits;
    if (word >= words_.size()) {
        words_.resize(word + 1, 0);
    }
    const std::uint64_t bit = std::uint64_t{1} << block % kWordBits;
    count_ += (words_[word] & bit) == 0 ? 1 : 0;
    words_[word] |= bit;
}

void BlockMap::reset(std::uint64_t block) {
    if (has(block)) {
        words_[block / kWordBits] &= ~(std::uint64_t{1} << block % kWordBits);
        --count_;
    }
}

bool BlockMap::has(std::uint64_t block) const noexcept {
    const std::size_t word = block / kWordBits;
    return word < words_.size() && (words_[word] >> block % kWordBits & 1) != 0;
}

std::uint64_t BlockMap::first_missing(std::uint64_t begin, std::uint64_t end) const noexcept {
    std::uint64_t block = begin / kBlockBytes;
    while (block * kBlockBytes < end && has(block)) {
        // A word of blocks at a time where they are all there.
        const bool whole = block % kWordBits == 0 && words_[block / kWordBits] == ~std::uint64_t{0};
        block += whole ? kWordBits : 1;
    }
    return std::clamp(block * kBlockBytes, begin, std::max(begin, end));
}

std::uint64_t BlockMap::first_present(std::uint64_t begin, std::uint64_t end) const noexcept {
    std::uint64_t block = begin / kBlockBytes;
    while (block * kBlockBytes < end && !has(block)) {
        if (block / kWordBits >= words_.size()) {
            return std::max(begin, end);
        }
        const bool none = block % kWordBits == 0 && words_[block / kWordBits] == 0;
        block += none ? kWordBits : 1;
    }
    return std::clamp(block * kBlockBytes, begin, std::max(begin, end));
}

std::string BlockMap::packed() const {
    std::string bytes;
    bytes.reserve(words_.size() * sizeof(std::uint64_t));
    for (const std::uint64_t word : words_) {
        for (unsigned shift = 0; shift < kWordBits; shift += 8) {
            bytes += static_cast<char>(word >> shift);
        }
    }
    return bytes;
}

BlockMap BlockMap::unpacked(std::string_view bytes) {
    BlockMap map;
    map.words_.resize((bytes.size() + 7) / 8, 0);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        map.words_[i / 8] |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (i % 8 * 8);
    }
    for (const std::uint64_t word : map.words_) {
        map.count_ += static_cast<std::uint64_t>(std::popcount(word));
    }
    return map;
}

} // namespace plex_tuner::vodfs
