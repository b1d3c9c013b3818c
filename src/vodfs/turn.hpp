// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>

namespace plex_tuner::vodfs {

/// The right of one thread to take the kernel's next request.
class Turn {
public:
    explicit Turn(std::mutex& mutex) : lock_(mutex) {}

    /// To another thread, before what may take long. Once is enough.
    void pass() {
        if (lock_.owns_lock()) {
            lock_.unlock();
        }
    }

    void take() {
        if (!lock_.owns_lock()) {
            lock_.lock();
        }
    }

private:
    std::unique_lock<std::mutex> lock_;
};

} // namespace plex_tuner::vodfs
