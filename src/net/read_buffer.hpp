// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

#include <boost/asio/buffer.hpp>

namespace plex_tuner::net {

/// Received bytes that nobody has consumed yet, in one piece. Starts small, doubles on demand and
/// gives large memory back once empty. Not thread-safe.
class ReadBuffer {
public:
    [[nodiscard]] std::string_view view() const noexcept {
        return {data_.get() + begin_, end_ - begin_};
    }

    [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }

    void consume(std::size_t count) noexcept {
        begin_ += count;
        if (begin_ == end_) {
            clear();
        }
    }

    void clear() noexcept {
        begin_ = end_ = 0;
        if (capacity_ > kKeptCapacity) {
            data_.reset();
            capacity_ = 0;
        }
    }

    /// Room for at least one more byte; empty when `max_held` bytes are held already. Moves what
    /// view() showed.
    [[nodiscard]] boost::asio::mutable_buffer prepare(std::size_t max_held) {
        const std::size_t held = end_ - begin_;
        if (held >= max_held) {
            return {};
        }
        if (end_ == capacity_) {
            make_room(held);
        }
        return boost::asio::buffer(data_.get() + end_, std::min(capacity_ - end_, max_held - held));
    }

    void commit(std::size_t count) noexcept { end_ += count; }

private:
    static constexpr std::size_t kInitialCapacity = 4 * 1024;
    static constexpr std::size_t kKeptCapacity = 16 * 1024;

    void make_room(std::size_t held) {
        if (begin_ >= capacity_ / 2 && capacity_ != 0) {
            std::memmove(data_.get(), data_.get() + begin_, held);
        } else {
            const std::size_t larger = std::max(capacity_ * 2, kInitialCapacity);
            auto grown = std::make_unique_for_overwrite<char[]>(larger);
            if (held != 0) {
                std::memcpy(grown.get(), data_.get() + begin_, held);
            }
            data_ = std::move(grown);
            capacity_ = larger;
        }
        begin_ = 0;
        end_ = held;
    }

    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace plex_tuner::net
