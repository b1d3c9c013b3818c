// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fetch/download.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>

namespace plex_tuner::fetch {

struct HttpCacheOptions {
    std::filesystem::path directory; ///< the same for all processes of the machine; made if need be
    /// What another process had from the provider so recently is not asked for again.
    std::chrono::milliseconds max_age{60'000};
};

/// The bodies that the processes of a machine want of the same providers: each is kept once, with
/// its validators, and asked for by one process at a time (a lock per URL, which dies with its
/// process), so that fourteen tuners of one account make one request. Keyed by URL and user; the
/// names of the files tell neither. Used on one executor, where blocking on a disk is allowed.
class HttpCache {
public:
    /// `client` outlives this.
    HttpCache(Client& client, HttpCacheOptions options, log::Logger logger);

    /// As download(), into the cache. Waits while another process asks for the same (within
    /// options.total, then `unavailable`), and takes what that one got. What this object has taken
    /// once is never taken again without asking the provider. Download::not_modified tells whether
    /// the provider was spared the body.
    [[nodiscard]] asio::awaitable<Result<Download>> get(Request request, DownloadOptions options);

    /// A body that was taken turned out to be what it should be: it is kept beside what comes next.
    void keep_as_good(const std::filesystem::path& body) noexcept;
    /// A body that was taken is of no use: the next get() asks for the whole of it.
    void forget(const std::filesystem::path& body) noexcept;
    /// The body kept last for that request; empty when there is none.
    [[nodiscard]] std::filesystem::path last_good(const Request& request) const;

    /// Removes the bodies that no process wanted for sixty days.
    void remove_unused() noexcept;

private:
    using FileTime = std::filesystem::file_time_type;

    Client& client_;
    HttpCacheOptions options_;
    log::Logger logger_;
    std::map<std::string, FileTime> taken_; ///< hash of the URL → when what we took was validated
};

} // namespace plex_tuner::fetch
