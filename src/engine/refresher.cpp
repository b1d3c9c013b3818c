// SPDX-License-Identifier: GPL-3.0-or-later
#include "refresher.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>
#include <plex_tuner/provider/m3u_catalog.hpp>

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

namespace plex_tuner::engine {

namespace {

// A failing provider is asked again after 30 s, 1, 2, 4 … minutes: often enough to recover by
// itself, rarely enough not to be banned.
constexpr std::chrono::seconds kFirstRetry{30};
constexpr std::chrono::seconds kLongestRetry{900};
constexpr int kMaxDoublings = 5;
constexpr std::size_t kMaxGuideSources = 16;

std::string text_of(const Location& location) {
    if (const auto* url = std::get_if<Url>(&location)) {
        return url->redacted();
    }
    return std::get<std::filesystem::path>(location).string();
}

/// Guide addresses as the playlist writes them: absolute, or relative to where it was fetched.
std::vector<Location> guide_locations(
    const std::vector<std::string>& texts, const Location& playlist) {
    std::vector<Location> locations;
    for (const std::string& text : texts) {
        if (auto url = Url::parse(text); url && url->is_http()) {
            locations.emplace_back(std::move(*url));
        } else if (const auto* base = std::get_if<Url>(&playlist)) {
            if (auto resolved = base->resolve(text); resolved && resolved->is_http()) {
                locations.emplace_back(std::move(*resolved));
            }
        } else if (!url) {
            locations.emplace_back(std::get<std::filesystem::path>(playlist).parent_path() /
                                   std::filesystem::path(text));
        }
        if (locations.size() == kMaxGuideSources) {
            break;
        }
    }
    return locations;
}

} // namespace

Refresher::Refresher(asio::io_context& io, fetch::Client& client, const ServiceOptions& options,
    Publication& publication, std::shared_ptr<const Clock> clock, log::Logger logger)
    : strand_(asio::make_strand(io)), client_(client), options_(options), publication_(publication),
      clock_(std::move(clock)), logger_(std::move(logger)), guides_(options.state_directory),
      wake_(strand_), ended_(strand_, asio::steady_timer::time_point::max()) {}

void Refresher::load_last_state() {
    auto catalog = catalog::read_catalog_file(options_.catalog);
    if (!catalog) {
        if (catalog.error().code() == ErrorCode::not_found) {
            logger_.info("no catalog of an earlier run", {{"file", options_.catalog.string()}});
        } else {
            logger_.error("catalog not usable, starting without it", {{"error", catalog.error()}});
        }
        return;
    }
    stage(std::make_shared<const catalog::Catalog>(std::move(*catalog)));
    const auto snapshot = publication_.get();
    logger_.info("serving the catalog of the last run",
        {{"file", options_.catalog.string()}, {"channels", snapshot->lineup->channels().size()},
            {"guide", snapshot->guide != nullptr}});
}

void Refresher::stage(std::shared_ptr<const catalog::Catalog> catalog) {
    lineup::Report report;
    auto lineup = lineup::Lineup::build(std::move(catalog), options_.lineup, &report);
    const std::size_t channels = lineup->channels().size();
    Prepared prepared{lineup, std::make_shared<LineupDocuments>(lineup),
        lineup_fingerprint(*lineup, options_.version)};
    if (report.cut_by_cap > 0) {
        logger_.warn(
            "lineup is capped; raise PLEX_TUNER_LINEUP_MAX_CHANNELS (-1: no cap) to serve all",
            {{"served", channels}, {"left_out", report.cut_by_cap}});
    }

    const auto current = publication_.get();
    const bool same_channels = current->fingerprint == prepared.fingerprint;
    auto guide = same_channels ? current->guide : guides_.open(prepared.fingerprint);
    const bool wait_for_guide = guide == nullptr && current->guide != nullptr;
    logger_.info(wait_for_guide ? "lineup changed, it is served once its guide is built"
                                : "lineup published",
        {{"channels", channels}, {"catalog_channels", report.catalog_channels},
            {"numbered_by_us", report.numbered_by_us}});
    if (wait_for_guide) {
        staged_ = std::move(prepared);
        return;
    }
    staged_.reset();
    publication_.publish_lineup(std::move(prepared.lineup), std::move(prepared.documents),
        std::move(prepared.fingerprint), std::move(guide));
}

void Refresher::start() {
    running_ = true;
    asio::co_spawn(strand_, run(),
        asio::bind_cancellation_slot(cancel_.slot(), [this](const std::exception_ptr& failure) {
            running_ = false;
            ended_.cancel();
            if (failure) {
                std::rethrow_exception(failure); // a bug: the io thread reports it and aborts
            }
        }));
}

asio::awaitable<void> Refresher::stop() {
    co_await asio::co_spawn(strand_, stop_on_strand(), asio::use_awaitable);
}

asio::awaitable<void> Refresher::stop_on_strand() {
    stopping_ = true;
    wake_.cancel();
    cancel_.emit(asio::cancellation_type::terminal);
    while (running_) {
        co_await ended_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

asio::awaitable<void> Refresher::run() {
    // Cancelled operations report it in their results; nothing here is torn down half way.
    co_await asio::this_coro::throw_if_cancelled(false);
    bool first = true;
    while (!stopping_) {
        bool succeeded = true;
        if (first && options_.skip_first_index) {
            logger_.info("index skipped at start");
            succeeded = co_await refresh_guide(options_.guides);
        } else {
            succeeded = co_await refresh_once();
        }
        first = false;
        if (!stopping_) {
            co_await wait_for_next(succeeded);
        }
    }
}

asio::awaitable<void> Refresher::wait_for_next(bool succeeded) {
    failures_in_a_row_ = succeeded ? 0 : failures_in_a_row_ + 1;
    std::optional<std::chrono::seconds> delay;
    if (options_.refresh.count() > 0) {
        delay = options_.refresh;
    }
    const bool has_source = !options_.playlists.empty() || !options_.guides.empty();
    if (!succeeded && has_source) {
        const auto retry = std::min(
            kLongestRetry, kFirstRetry * (1 << std::min(failures_in_a_row_ - 1, kMaxDoublings)));
        delay = delay ? std::min(*delay, retry) : retry;
        logger_.info("refresh will be tried again", {{"in_seconds", delay->count()}});
    }
    if (!triggered_) {
        if (delay) {
            wake_.expires_after(*delay);
        } else {
            wake_.expires_at(asio::steady_timer::time_point::max());
        }
        co_await wake_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    triggered_ = false;
}

void Refresher::trigger() {
    asio::post(strand_, [this] {
        triggered_ = true;
        wake_.cancel();
    });
}

asio::awaitable<bool> Refresher::refresh_once() {
    ++counters_.refreshes;
    bool succeeded = true;
    std::vector<Location> guides = options_.guides;
    if (!options_.playlists.empty()) {
        auto playlist = co_await refresh_playlist();
        if (stopping_) {
            co_return false;
        }
        if (playlist) {
            if (auto written =
                    co_await build_.run([catalog = playlist->catalog, file = options_.catalog] {
                        return catalog::write_catalog_file(*catalog, file);
                    });
                !written) {
                logger_.error("catalog not saved; a restart would start from the older one",
                    {{"error", written.error()}});
                succeeded = false;
            }
            stage(std::move(playlist->catalog));
            if (guides.empty()) {
                guides = std::move(playlist->guides);
            }
        } else {
            ++counters_.playlist_failures;
            logger_.error("playlist refresh failed, the last good lineup stays",
                {{"error", playlist.error()},
                    {"channels", publication_.get()->lineup->channels().size()}});
            succeeded = false;
        }
    }
    if (guides.empty()) {
        guides = options_.fallback_guides;
    }
    if (!co_await refresh_guide(std::move(guides))) {
        succeeded = false;
    }
    if (succeeded) {
        publication_.mark_refreshed(clock_->wall());
    }
    co_return succeeded;
}

asio::awaitable<Result<Refresher::Playlist>> Refresher::refresh_playlist() {
    Result<Playlist> last = fail(ErrorCode::invalid_argument, "no playlist is configured");
    for (std::size_t i = 0; i < options_.playlists.size() && !stopping_; ++i) {
        last = co_await read_playlist(options_.playlists[i], i);
        if (last) {
            co_return last;
        }
        if (i + 1 < options_.playlists.size()) {
            logger_.warn("playlist failed, trying the next one", {{"error", last.error()}});
        }
    }
    co_return last;
}

asio::awaitable<Result<Refresher::Playlist>> Refresher::read_playlist(
    const Location& location, std::size_t index) {
    const std::string name = text_of(location);
    std::filesystem::path file;
    Location base = location;
    if (const auto* url = std::get_if<Url>(&location)) {
        fetch::Request request(*url);
        request.limits = options_.list_limits;
        fetch::DownloadOptions download_options;
        download_options.accept = provider::looks_like_m3u;
        auto download = co_await fetch::download(client_, std::move(request),
            options_.state_directory / ("playlist-" + std::to_string(index) + ".m3u"),
            download_options, logger_);
        if (!download) {
            co_return fail_with(std::move(download), "playlist");
        }
        file = download->file;
        base = download->effective_url;
        logger_.info("playlist fetched", {{"url", *url}, {"not_modified", download->not_modified}});
    } else {
        file = std::get<std::filesystem::path>(location);
    }

    auto parsed = co_await build_.run([file] { return provider::read_m3u_catalog(file, ""); });
    if (!parsed) {
        co_return fail_with(std::move(parsed), "playlist " + name);
    }
    std::int64_t skipped_lines = 0;
    for (const auto& [reason, skipped] : parsed->skipped) {
        skipped_lines += static_cast<std::int64_t>(skipped.count);
        logger_.warn("playlist lines skipped",
            {{"reason", reason}, {"count", skipped.count}, {"first_line", skipped.first_line},
                {"first_text", skipped.first_text}});
    }
    counters_.playlist_skipped_lines = skipped_lines;
    logger_.info("playlist read",
        {{"entries", parsed->entries}, {"channels", parsed->catalog.live_channels().size()},
            {"vod_entries_left_out", parsed->vod_entries}, {"lines_skipped", skipped_lines},
            {"guides_named", parsed->guide_urls.size()}});
    if (parsed->catalog.live_channels().empty()) {
        co_return fail(ErrorCode::parse, "playlist " + name + " holds no live channel");
    }
    Playlist playlist;
    playlist.guides = guide_locations(parsed->guide_urls, base);
    playlist.catalog = std::make_shared<const catalog::Catalog>(std::move(parsed->catalog));
    co_return playlist;
}

} // namespace plex_tuner::engine
