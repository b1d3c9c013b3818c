// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "background_work.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/engine/vod_mount.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/server.hpp>
#include <plex_tuner/vodfs/changed_title.hpp>
#include <plex_tuner/vodfs/mount_status.hpp>

#include <chrono>
#include <cstddef>
#include <mutex>
#include <set>
#include <span>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::engine {

namespace asio = boost::asio;

/// Has Plex look at what changed in a mount, in whichever of its libraries show it: it hears of no
/// change in a FUSE mount by itself. Never because of a side (films or series) that is empty, as
/// Plex would throw away all that it knows of it. Waits for a Plex that is down.
class LibraryScans {
public:
    LibraryScans(asio::io_context& io, fetch::Client& client, const LibraryScanOptions& options,
        const std::string& mount_point, log::Logger logger);

    LibraryScans(const LibraryScans&) = delete;
    LibraryScans& operator=(const LibraryScans&) = delete;

    /// Any thread. What Plex saw while nothing was mounted is not known: it looks at everything.
    void mounted(const vodfs::MountStatus& status);
    /// Any thread.
    void changed(std::span<const vodfs::ChangedTitle> titles, const vodfs::MountStatus& status);

    /// From any executor; before what it refers to goes.
    [[nodiscard]] asio::awaitable<void> stop();

    /// Any thread.
    [[nodiscard]] LibraryScanStatus status() const;

private:
    [[nodiscard]] asio::awaitable<void> run();
    [[nodiscard]] asio::awaitable<Result<std::size_t>> scan(std::set<std::string> directories);
    void add(std::set<std::string> directories);
    void take(const std::set<std::string>& directories, const Result<std::size_t>& outcome);
    [[nodiscard]] std::chrono::milliseconds next_pause();

    BackgroundWork work_;
    plex::Server server_;
    std::string mount_point_;
    std::string plex_path_;
    log::Logger logger_;
    asio::steady_timer wake_;
    std::set<std::string> due_; ///< directories in the mount; on the strand
    int failures_in_a_row_ = 0;
    bool said_none_ = false; ///< that no library shows the mount
    mutable std::mutex mutex_;
    LibraryScanStatus status_; ///< guarded by mutex_
};

} // namespace plex_tuner::engine
