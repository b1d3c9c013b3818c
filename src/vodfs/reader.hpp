// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace plex_tuner::vodfs {

/// One open file, as far as its way through the bytes goes. The kernel reads ahead on several
/// threads, so requests come a little out of order. Thread-safe; what races is a guess anyway.
class Reader {
public:
    /// Requests so close to each other are one way through the file: some of the largest that the
    /// kernel makes.
    static constexpr std::uint64_t kNear = std::uint64_t{4} << 20;
    using Clock = std::chrono::steady_clock;

    void note(std::uint64_t begin, std::uint64_t end) noexcept {
        const std::uint64_t at = position_.load(std::memory_order_relaxed);
        if (begin <= at + kNear && begin + kNear >= at) {
            if (end > at) {
                run_.fetch_add(end - std::max(at, begin), std::memory_order_relaxed);
                position_.store(end, std::memory_order_relaxed);
            }
        } else {
            previous_.store(at, std::memory_order_relaxed);
            position_.store(end, std::memory_order_relaxed);
            run_.store(end - begin, std::memory_order_relaxed);
        }
        used_at_.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
    }

    /// Behind the last byte read.
    [[nodiscard]] std::uint64_t position() const noexcept {
        return position_.load(std::memory_order_relaxed);
    }

    /// Where it was before it jumped to where it is.
    [[nodiscard]] std::uint64_t previous() const noexcept {
        return previous_.load(std::memory_order_relaxed);
    }

    /// Bytes read in a row.
    [[nodiscard]] std::uint64_t run() const noexcept {
        return run_.load(std::memory_order_relaxed);
    }

    [[nodiscard]] Clock::time_point used_at() const noexcept {
        return Clock::time_point(Clock::duration(used_at_.load(std::memory_order_relaxed)));
    }

    /// Which of the origin's files it reads; 0: none yet. On the asset's strand, and by the thread
    /// that opened it.
    std::atomic<std::uint32_t> version{0};

private:
    std::atomic<std::uint64_t> position_{0};
    std::atomic<std::uint64_t> previous_{0};
    std::atomic<std::uint64_t> run_{0};
    std::atomic<Clock::rep> used_at_{Clock::now().time_since_epoch().count()};
};

} // namespace plex_tuner::vodfs
