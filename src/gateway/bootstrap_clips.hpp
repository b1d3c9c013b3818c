// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/media/media_worker.hpp>
#include <plex_tuner/ts/stream_format.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace plex_tuner::gateway {

/// The clips that viewers can be sent while their transcode begins: each is made once, by a worker,
/// when it is first asked for. For more than some dozens of profiles and rates there is none.
/// Thread-safe.
class BootstrapClips : public std::enable_shared_from_this<BootstrapClips> {
public:
    using Clip = std::shared_ptr<const std::string>;

    BootstrapClips(boost::asio::any_io_executor strand, media::WorkerOptions options,
        std::chrono::milliseconds length, log::Logger logger);

    /// Null: it is being made, or there is none of that profile. In the first case `when_made` is
    /// called later, once and from any thread, when it is worth another look.
    /// `rate` is the source's.
    [[nodiscard]] Clip find(const media::Profile& profile, const ts::FrameRate& rate,
        std::function<void()> when_made = nullptr);

    /// Why one could not be made; empty: there was no such.
    [[nodiscard]] std::string problem() const;

private:
    struct Wanted {
        std::string key = {};
        media::Profile profile = {};
        media::BootstrapClip clip = {};
    };

    // On the strand.
    void make_next();
    void look();

    boost::asio::any_io_executor strand_;
    media::WorkerOptions options_;
    const std::chrono::milliseconds length_;
    log::Logger logger_;
    std::unique_ptr<media::MediaWorker> worker_; ///< while it runs; on the strand
    std::string made_;                           ///< by it so far; on the strand
    mutable std::mutex mutex_;
    /// By profile and rate. Null: not yet, or none.
    std::map<std::string, Clip, std::less<>> clips_;
    std::deque<Wanted> wanted_;                  ///< the first is being made
    std::vector<std::function<void()>> waiting_; ///< for any of these
    std::string problem_;
};

} // namespace plex_tuner::gateway
