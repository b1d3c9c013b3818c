// SPDX-License-Identifier: GPL-3.0-or-later
#include "download_meta.hpp"

#include <plex_tuner/base/file_lock.hpp>
#include <plex_tuner/fetch/http_cache.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

namespace plex_tuner::fetch {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

/// A lock file tells nobody when it becomes free.
constexpr milliseconds kLockPoll{50};
constexpr std::chrono::days kUnusedFor{60};
/// Clocks of file systems are coarse and may be another machine's.
constexpr std::chrono::seconds kClockTolerance{2};

/// When the provider last said that the body is current.
std::optional<fs::file_time_type> validated_at(const fs::path& file) {
    std::error_code error;
    const auto time = fs::last_write_time(meta_path(file), error);
    return error ? std::nullopt : std::optional(time);
}

fs::path good_path(const fs::path& body) {
    fs::path good = body;
    good += ".good";
    return good;
}

asio::awaitable<Result<FileLock>> lock(fs::path file, milliseconds patience) {
    const auto give_up = std::chrono::steady_clock::now() + patience;
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        auto locked = FileLock::try_lock(file);
        if (!locked) {
            co_return fail(std::move(locked).error());
        }
        if (*locked) {
            co_return std::move(**locked);
        }
        if (patience > milliseconds::zero() && std::chrono::steady_clock::now() >= give_up) {
            co_return fail(ErrorCode::unavailable,
                "another process has been fetching the same for too long: " + file.string());
        }
        timer.expires_after(kLockPoll);
        const auto [cancelled] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (cancelled || state.cancelled() != asio::cancellation_type::none) {
            co_return fail(ErrorCode::cancelled, "the download was cancelled");
        }
    }
}

Result<void> make_private_directory(const fs::path& directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (!error) {
        fs::permissions(directory, fs::perms::owner_all, error);
    }
    if (error) {
        return fail(ErrorCode::io, "cannot make the directory " + directory.string() + ": " +
                                       error.message() +
                                       "; choose another with PLEX_TUNER_SHARED_DIR");
    }
    return {};
}

} // namespace

HttpCache::HttpCache(Client& client, HttpCacheOptions options, log::Logger logger)
    : client_(client), options_(std::move(options)), logger_(std::move(logger)) {}

asio::awaitable<Result<Download>> HttpCache::get(Request request, DownloadOptions options) {
    if (auto made = make_private_directory(options_.directory); !made) {
        co_return fail(std::move(made).error());
    }
    const std::string hash = hash_of_request(request);
    const fs::path file = options_.directory / (hash + ".body");
    const auto locked = co_await lock(options_.directory / (hash + ".lock"), options.total);
    if (!locked) {
        co_return fail(locked.error());
    }
    const auto meta = load_meta(file);
    const auto validated = meta ? validated_at(file) : std::nullopt;
    const auto taken = taken_.find(hash);
    const bool is_news = validated && (taken == taken_.end() || taken->second != *validated);
    if (is_news) {
        const auto age = fs::file_time_type::clock::now() - *validated;
        if (age <= options_.max_age && age >= -kClockTolerance) {
            taken_[hash] = *validated;
            logger_.debug("taken from what another process fetched", {{"url", request.url}});
            co_return Download{file, true, request.url, id_text(meta->body)};
        }
    }
    auto download =
        co_await fetch::download(client_, std::move(request), file, std::move(options), logger_);
    if (download) {
        std::error_code ignored;
        fs::last_write_time(meta_path(file), fs::file_time_type::clock::now(), ignored);
        if (const auto now = validated_at(file)) {
            taken_[hash] = *now;
        }
    }
    co_return download;
}

void HttpCache::keep_as_good(const fs::path& body) noexcept {
    std::error_code error;
    const fs::path good = good_path(body);
    if (fs::equivalent(body, good, error)) {
        return;
    }
    // Two processes may do this at once: each has a link of its own to rename.
    fs::path link = good;
    link += "." + std::to_string(::getpid());
    fs::remove(link, error);
    fs::create_hard_link(body, link, error);
    if (!error) {
        fs::rename(link, good, error);
    }
    if (error) {
        logger_.warn(
            "last good answer not kept", {{"file", good.string()}, {"error", error.message()}});
    }
}

void HttpCache::forget(const fs::path& body) noexcept {
    remove_meta(body);
}

fs::path HttpCache::last_good(const Request& request) const {
    const fs::path good = good_path(options_.directory / (hash_of_request(request) + ".body"));
    std::error_code error;
    return fs::exists(good, error) ? good : fs::path();
}

void HttpCache::remove_unused() noexcept {
    std::error_code error;
    const auto oldest = fs::file_time_type::clock::now() - kUnusedFor;
    // "<hash>.body", ".body.meta", ".body.good" and ".lock" go together: the youngest counts.
    std::map<std::string, fs::file_time_type> used;
    for (fs::directory_iterator entry(options_.directory, error);
        !error && entry != fs::directory_iterator(); entry.increment(error)) {
        std::error_code ignored;
        const auto time = fs::last_write_time(entry->path(), ignored);
        const std::string name = entry->path().filename().string();
        const auto [known, is_new] = used.try_emplace(name.substr(0, name.find('.')), time);
        known->second = std::max(known->second, time);
    }
    for (const auto& [hash, time] : used) {
        if (time >= oldest) {
            continue;
        }
        const fs::path lock = options_.directory / (hash + ".lock");
        const auto locked = FileLock::try_lock(lock);
        if (!locked || !*locked) {
            continue;
        }
        std::error_code ignored;
        const fs::path body = options_.directory / (hash + ".body");
        fs::remove(meta_path(body), ignored); // first: without it the body is never trusted
        fs::remove(body, ignored);
        fs::remove(good_path(body), ignored);
        fs::remove(lock, ignored);
    }
}

} // namespace plex_tuner::fetch
