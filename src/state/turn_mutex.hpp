// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace plex_tuner::state {

/// A mutex that is given to those who wait in the order they came: whoever lets go of it and takes
/// it again at once lets all others go first.
class TurnMutex {
public:
    void lock() {
        std::unique_lock lock(mutex_);
        const std::uint64_t mine = last_++;
        changed_.wait(lock, [&] { return current_ == mine; });
    }

    void unlock() {
        const std::scoped_lock lock(mutex_);
        ++current_;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t last_ = 0;
    std::uint64_t current_ = 0;
};

} // namespace plex_tuner::state
