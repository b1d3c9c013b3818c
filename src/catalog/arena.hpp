// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/catalog/catalog.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

namespace plex_tuner::catalog {

/// Memory that only grows and is freed as a whole. What it returns never moves, also when the Arena
/// itself is moved. Not thread-safe.
class Arena {
public:
    /// Small enough for a catalog of three channels, large enough that 200,000 films need a few
    /// thousand chunks; untouched pages of the last chunk cost nothing.
    static constexpr std::size_t kChunkBytes = std::size_t{64} << 10;

    Arena() = default;
    Arena(Arena&& other) noexcept;
    Arena& operator=(Arena&& other) noexcept;
    ~Arena() = default;

    [[nodiscard]] Text copy(Text text);

    template <class T>
    [[nodiscard]] std::span<const T> copy(std::span<const T> items) {
        static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
        if (items.empty()) {
            return {};
        }
        T* const place = static_cast<T*>(allocate(items.size_bytes(), alignof(T)));
        std::uninitialized_copy(items.begin(), items.end(), place);
        return {place, items.size()};
    }

    [[nodiscard]] std::size_t text_bytes() const noexcept { return text_bytes_; }

private:
    [[nodiscard]] void* allocate(std::size_t size, std::size_t alignment);

    std::vector<std::unique_ptr<std::byte[]>> chunks_;
    std::byte* next_ = nullptr;
    std::size_t left_ = 0;
    std::size_t text_bytes_ = 0;
};

} // namespace plex_tuner::catalog
