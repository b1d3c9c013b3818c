// SPDX-License-Identifier: GPL-3.0-or-later
#include "arena.hpp"

#include <cstring>
#include <utility>

namespace plex_tuner::catalog {
namespace {

/// Larger blocks get a chunk of their own, so that the rest of the current one is not wasted.
constexpr std::size_t kOwnChunkBytes = Arena::kChunkBytes / 4;

} // namespace

Arena::Arena(Arena&& other) noexcept
    : chunks_(std::move(other.chunks_)), next_(std::exchange(other.next_, nullptr)),
      left_(std::exchange(other.left_, 0)), text_bytes_(std::exchange(other.text_bytes_, 0)) {}

Arena& Arena::operator=(Arena&& other) noexcept {
    chunks_ = std::move(other.chunks_);
    other.chunks_.clear();
    next_ = std::exchange(other.next_, nullptr);
    left_ = std::exchange(other.left_, 0);
    text_bytes_ = std::exchange(other.text_bytes_, 0);
    return *this;
}

Text Arena::copy(Text text) {
    if (text.empty()) {
        return {};
    }
    char* const place = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(place, text.data(), text.size());
    text_bytes_ += text.size();
    return {place, text.size()};
}

void* Arena::allocate(std::size_t size, std::size_t alignment) {
    if (size > kOwnChunkBytes) {
        return chunks_.emplace_back(std::make_unique_for_overwrite<std::byte[]>(size)).get();
    }
    void* place = next_;
    if (next_ == nullptr || std::align(alignment, size, place, left_) == nullptr) {
        next_ =
            chunks_.emplace_back(std::make_unique_for_overwrite<std::byte[]>(kChunkBytes)).get();
        left_ = kChunkBytes;
        place = next_;
    }
    next_ = static_cast<std::byte*>(place) + size;
    left_ -= size;
    return place;
}

} // namespace plex_tuner::catalog
