// SPDX-License-Identifier: GPL-3.0-or-later
#include "library_scans.hpp"

#include <plex_tuner/plex/library_scan.hpp>
#include <plex_tuner/plex/wanted_libraries.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::engine {

namespace {

using std::chrono::milliseconds;

/// So many films or series are named to Plex one by one; of more it looks at all of them.
constexpr std::size_t kMaxTitles = 50;
constexpr milliseconds kFirstRetry{5'000};
constexpr int kMaxRetryDoublings = 6;

/// Films or series.
struct Side {
    std::string directory; ///< of the mount
    bool is_empty = true;
};

std::array<Side, 2> sides_of(const vodfs::MountStatus& status) {
    return {Side{.directory = "Movies", .is_empty = status.films == 0},
        Side{.directory = "TV", .is_empty = status.episodes == 0}};
}

} // namespace

LibraryScans::LibraryScans(asio::io_context& io, fetch::Client& client,
    const LibraryScanOptions& options, const std::string& mount_point, log::Logger logger)
    : work_(io), server_(client, options.server), mount_point_(plex::cleaned_path(mount_point)),
      plex_path_(options.plex_path), logger_(std::move(logger)), wake_(work_.strand()) {
    work_.spawn(run());
}

asio::awaitable<void> LibraryScans::stop() {
    co_await work_.stop([this] { wake_.cancel(); });
}

LibraryScanStatus LibraryScans::status() const {
    const std::scoped_lock lock(mutex_);
    return status_;
}

void LibraryScans::mounted(const vodfs::MountStatus& status) {
    std::set<std::string> directories;
    for (const Side& side : sides_of(status)) {
        if (!side.is_empty) {
            directories.insert(side.directory);
        }
    }
    add(std::move(directories));
}

void LibraryScans::changed(
    std::span<const vodfs::ChangedTitle> titles, const vodfs::MountStatus& status) {
    std::set<std::string> directories;
    for (const Side& side : sides_of(status)) {
        if (side.is_empty) {
            continue;
        }
        std::set<std::string> own;
        bool is_all = false;
        for (const vodfs::ChangedTitle& title : titles) {
            if (plex::lies_in(title.directory, side.directory)) {
                own.insert(title.directory);
                is_all |= title.is_gone; // Plex does not look for what is not there
            }
        }
        if (is_all || own.size() > kMaxTitles) {
            directories.insert(side.directory);
        } else {
            directories.merge(own);
        }
    }
    add(std::move(directories));
}

void LibraryScans::add(std::set<std::string> directories) {
    if (directories.empty()) {
        return;
    }
    asio::post(work_.strand(), [this, directories = std::move(directories)]() mutable {
        due_.merge(directories);
        wake_.cancel();
    });
}

asio::awaitable<void> LibraryScans::run() {
    wake_.expires_at(asio::steady_timer::time_point::max());
    while (!work_.stopping()) {
        if (due_.empty()) {
            wake_.expires_at(asio::steady_timer::time_point::max());
            co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
            continue;
        }
        const std::set<std::string> directories = std::exchange(due_, {});
        const auto outcome = co_await scan(directories);
        if (work_.stopping()) {
            co_return;
        }
        take(directories, outcome);
        if (!outcome && plex::is_passing(outcome.error())) {
            due_.insert(directories.begin(), directories.end());
            wake_.expires_after(next_pause());
            co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }
}

milliseconds LibraryScans::next_pause() {
    const milliseconds pause =
        kFirstRetry * (1 << std::min(failures_in_a_row_, kMaxRetryDoublings));
    ++failures_in_a_row_;
    return pause;
}

asio::awaitable<Result<std::size_t>> LibraryScans::scan(std::set<std::string> directories) {
    const auto wanted = plex::libraries_of_mount({.mount = mount_point_, .plex_path = plex_path_});
    if (!wanted) {
        co_return fail(wanted.error());
    }
    std::vector<std::string> paths;
    for (const std::string& directory : directories) {
        if (auto path = plex::path_for_plex(*wanted, mount_point_ + "/" + directory)) {
            paths.push_back(*std::move(path));
        }
    }
    const auto libraries = co_await server_.libraries();
    if (!libraries) {
        co_return fail(libraries.error());
    }
    const std::vector<plex::LibraryScan> scans = plex::plan_scans(paths, *libraries);
    for (const plex::LibraryScan& one : scans) {
        if (auto begun = co_await server_.scan_library(one.key, one.path); !begun) {
            co_return fail(std::move(begun).error());
        }
    }
    co_return scans.size();
}

void LibraryScans::take(
    const std::set<std::string>& directories, const Result<std::size_t>& outcome) {
    const std::scoped_lock lock(mutex_);
    if (!outcome) {
        // A server that is off for days would fill the log.
        logger_.write(
            status_.error == outcome.error().message() ? log::Level::debug : log::Level::warn,
            "Plex could not be told of what changed in the mount", {{"error", outcome.error()}});
        status_.error = outcome.error().message();
        ++status_.failures;
        return;
    }
    failures_in_a_row_ = 0;
    status_.error.clear();
    status_.scans += *outcome;
    if (*outcome > 0) {
        said_none_ = false;
        logger_.info("Plex looks at what changed in the mount",
            {{"places", directories.size()}, {"scans", *outcome}});
    } else if (!std::exchange(said_none_, true)) {
        logger_.info("no library of Plex shows the mount: make them with plex-tuner "
                     "plex-vod-register, or say with PLEX_TUNER_PLEX_VOD_PATH where Plex sees it",
            {{"looked_for", plex_path_.empty() ? mount_point_ : plex_path_}});
    }
}

} // namespace plex_tuner::engine
