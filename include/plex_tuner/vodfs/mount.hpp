// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/catalog/catalog.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/vodfs/changed_title.hpp>
#include <plex_tuner/vodfs/mount_status.hpp>
#include <plex_tuner/vodfs/source_access.hpp>
#include <plex_tuner/vodfs/title_source.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace plex_tuner::vodfs {

struct MountOptions {
    std::filesystem::path mount_point; ///< made if it is not there
    std::string name_prefix = {};      ///< of films and series; without '/'
    bool allow_other = false;          ///< other users than the one who mounts may read
    std::filesystem::path cache;       ///< for the bytes that were read; one mount each
    std::uint64_t cache_bytes = 0;     ///< kept at most
    std::uint64_t cache_min_free = 0;  ///< left free on its disk
    std::filesystem::path sizes;       ///< vod.db
    fetch::Limits limits = {};         ///< of each request
    int size_rate = 0; ///< files a minute asked for their size before they are opened; 0: none
    TitleSource* titles = nullptr; ///< outlives the mount; null: what is HLS only cannot be read
};

/// The films and series of a catalog as a directory of files. Any thread.
///
/// Answers what names and sizes there are from memory; reads fetch what they need, a little ahead.
/// The catalog can be replaced while files are open: what is open goes on, and the kernel forgets
/// what has changed, nothing else.
class Mount {
public:
    /// Clears what a crashed mount left at the mount point, and mounts. invalid_argument: there is
    /// something mounted that lives; unavailable, io: the message says what is missing. `executor`,
    /// `client` and `access` must outlive it; several threads should run `executor`.
    [[nodiscard]] static Result<std::unique_ptr<Mount>> create(MountOptions options,
        std::shared_ptr<const catalog::Catalog> catalog, WallTime changed_at,
        asio::any_io_executor executor, fetch::Client& client, SourceAccess& access,
        log::Logger logger);
    /// stop()
    virtual ~Mount() = default;

    /// Shows another catalog from now on, and says what is another than before. Takes as long as a
    /// second for a full account; one at a time.
    virtual std::vector<ChangedTitle> publish(
        std::shared_ptr<const catalog::Catalog> catalog, WallTime changed_at) = 0;

    /// Any thread.
    [[nodiscard]] virtual MountStatus status() const = 0;

    /// Ends all reads with an error and unmounts, whoever has files open. Must not be called from a
    /// thread that runs the executor. Once is enough.
    virtual void stop() = 0;

    /// Calls `ended` when somebody else unmounted it.
    virtual void on_ended(std::function<void()> ended) = 0;
};

} // namespace plex_tuner::vodfs
