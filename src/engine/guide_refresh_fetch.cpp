// SPDX-License-Identifier: GPL-3.0-or-later
// How the guides of a refresh come in.
#include "guide_refresh.hpp"
#include "location.hpp"

#include <plex_tuner/fetch/download.hpp>

#include <utility>

#include <boost/asio/this_coro.hpp>

namespace plex_tuner::engine {

asio::awaitable<void> GuideRefresh::fetch_missing(asio::steady_timer& stand_in_delay) {
    co_await asio::this_coro::throw_if_cancelled(false);
    for (Source& source : sources_) {
        if (source.fresh.empty() && !source.is_absent && !stop_.stop_requested()) {
            co_await fetch(source);
        }
    }
    all_fetched_ = true; // perhaps before anybody waits for the timer
    stand_in_delay.cancel();
}

asio::awaitable<void> GuideRefresh::fetch(Source& source) {
    for (const Location& location : source.where.alternatives) {
        if (const auto* file = std::get_if<std::filesystem::path>(&location)) {
            source.downloaded = false;
            source.fresh = *file; // whether it is there, the build will tell
            co_return;
        }
        auto file = co_await fetch_from(std::get<Url>(location), source);
        if (!file.empty()) {
            source.fresh = std::move(file);
            source.downloaded = true;
            source.fetched = asio::steady_timer::clock_type::now();
            co_return;
        }
        if (stop_.stop_requested() || source.is_absent) {
            co_return;
        }
    }
    logger_.error(is_there(files_.last_good(source.where))
                      ? "guide fetch failed, the last good one is used"
                      : "guide fetch failed",
        {{"url", std::get<Url>(source.where.alternatives.front())},
            {"addresses", source.where.alternatives.size()}});
}

asio::awaitable<std::filesystem::path> GuideRefresh::fetch_from(const Url& url, Source& source) {
    fetch::Request request(url);
    request.limits = source.where.limits;
    fetch::DownloadOptions download_options;
    download_options.accept = guide::looks_like_xmltv;
    auto download =
        indexer_ != nullptr
            ? co_await indexer_->fetch_shared(std::move(request), std::move(download_options))
            : co_await fetch::download(client_, std::move(request), files_.download(source.where),
                  download_options, logger_);
    if (download) {
        logger_.info("guide fetched", {{"url", url}, {"not_modified", download->not_modified}});
        co_return std::move(download->file);
    }
    const int status = download.error().http_status().value_or(0);
    const ErrorCode code = download.error().code();
    const bool says_no = status == 404 || status == 410 || status == 501;
    const bool says_something_else =
        code == ErrorCode::parse || code == ErrorCode::blocked || code == ErrorCode::empty_body;
    source.is_absent =
        !source.where.device.empty() &&
        (says_no || (says_something_else && !is_there(files_.last_good(source.where))));
    if (source.is_absent) {
        logger_.info("the HDHomeRun has no guide of its own", {{"url", url}});
    } else if (!stop_.stop_requested()) {
        logger_.warn("guide not had from here", {{"error", download.error()}});
    }
    co_return std::filesystem::path();
}

} // namespace plex_tuner::engine
