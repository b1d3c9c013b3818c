// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loop_clip.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/media/demo_clip.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::demo {

namespace asio = boost::asio;

using ClipResult = Result<std::shared_ptr<const LoopClip>>;

/// Makes each clip once, on a thread of its own ("demo") that starts with the store and ends when
/// all are made. A clip that somebody waits for is made before the others. Thread-safe.
class ClipStore {
public:
    using Maker = std::function<Result<media::DemoClip>(media::DemoPicture)>;

    ClipStore(const std::vector<media::DemoPicture>& pictures, Maker maker, log::Logger logger);
    /// stop(), then waits for the clip in the making, which takes below a second.
    ~ClipStore();
    ClipStore(const ClipStore&) = delete;
    ClipStore& operator=(const ClipStore&) = delete;

    /// Clip `index` of `pictures`, or why there is none. Resumes on the executor of the calling
    /// coroutine, which is a strand or has one thread. The store must outlive the call, and the
    /// executor's context must outlive the store: its thread lets go of waiters last.
    [[nodiscard]] asio::awaitable<ClipResult> get(std::size_t index);

    /// Starts no further clip; those not made are answered with `cancelled`.
    void stop();

private:
    struct Slot {
        media::DemoPicture picture;
        std::optional<ClipResult> result;
        std::vector<std::function<void()>> waiters; ///< each posts; none runs anything itself
    };

    void run();
    /// The clip to make next, or nullopt when nothing is left.
    [[nodiscard]] std::optional<std::size_t> next_slot() const;
    [[nodiscard]] ClipResult make(media::DemoPicture picture) const;
    void finish(std::size_t index, ClipResult result);

    const Maker maker_;
    const log::Logger logger_;
    std::mutex mutex_;
    bool stopping_ = false;
    std::vector<Slot> slots_;
    std::thread thread_; ///< last: uses the rest
};

} // namespace plex_tuner::demo
