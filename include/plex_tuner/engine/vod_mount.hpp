// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/server.hpp>
#include <plex_tuner/vodfs/mount.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace plex_tuner::engine {

/// The Plex that is told what changed in the mount.
struct LibraryScanOptions {
    plex::ServerOptions server;
    std::string plex_path = {}; ///< the mount as Plex sees it; empty: where it is here
};

struct LibraryScanStatus {
    std::uint64_t scans = 0;    ///< that Plex was asked for
    std::uint64_t failures = 0; ///< times that it could not be asked
    std::string error = {};     ///< of the last attempt; empty: it succeeded
};

struct VodMountOptions {
    vodfs::MountOptions mount;
    fetch::ClientOptions fetch;
    IndexOptions index; ///< whose catalog is shown, and whose accounts are counted
    /// Show nothing while there is no catalog, instead of failing: the tuner beside it makes one.
    bool catalog_may_come_later = false;
    std::optional<LibraryScanOptions> library_scans = {}; ///< none: nobody is told
    /// run() will be called: a SIGTERM or SIGINT that comes before must not leave a dead mount.
    bool ends_on_signals = false;
};

/// What a mount shows and does, and who is told of it.
struct VodMountStatus : vodfs::MountStatus {
    LibraryScanStatus library_scans;
};

/// The films and series of the catalog on disk as files, mounted for as long as this lives. Follows
/// the catalog when a refresh, of whatever process, writes another one.
class VodMount {
public:
    /// not_found: there is no catalog; otherwise the message says what to change.
    [[nodiscard]] static Result<std::unique_ptr<VodMount>> create(
        VodMountOptions options, log::Logger logger);
    /// Unmounts, whoever has files open.
    virtual ~VodMount() = default;

    /// Until SIGTERM or SIGINT, or until somebody else unmounts it. SIGHUP looks at the catalog.
    virtual void run() = 0;

    /// For metrics and the page. Any thread.
    [[nodiscard]] virtual VodMountStatus status() const = 0;
};

} // namespace plex_tuner::engine
