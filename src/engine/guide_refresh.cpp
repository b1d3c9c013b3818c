// SPDX-License-Identifier: GPL-3.0-or-later
// The guide half of Refresher.
#include "refresher.hpp"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>

namespace plex_tuner::engine {

namespace {

// How long a lineup may wait for its guide before it gets one from what is at hand.
constexpr std::chrono::seconds kStandInDelay{3};

std::vector<guide::GuideChannel> guide_channels(const lineup::Lineup& lineup) {
    std::vector<guide::GuideChannel> channels;
    channels.reserve(lineup.channels().size());
    for (const lineup::Channel& channel : lineup.channels()) {
        channels.push_back(
            {channel.guide_number, channel.guide_name, channel.tvg_id, channel.logo});
    }
    return channels;
}

std::filesystem::path source_file(const std::filesystem::path& directory, std::size_t index) {
    return directory / ("xmltv-source-" + std::to_string(index));
}

std::filesystem::path good_file(std::filesystem::path source) {
    source += ".good";
    return source;
}

bool is_there(const std::filesystem::path& file) {
    std::error_code error;
    return std::filesystem::exists(file, error);
}

} // namespace

std::vector<Refresher::GuideSource> Refresher::good_sources() const {
    std::vector<GuideSource> sources;
    for (std::size_t i = 0;; ++i) {
        auto file = good_file(source_file(options_.state_directory, i));
        if (!is_there(file)) {
            return sources;
        }
        sources.push_back({std::move(file), {}, false});
    }
}

asio::awaitable<bool> Refresher::refresh_guide(std::vector<Location> locations) {
    if (!staged_ && publication_.get()->lineup->channels().empty()) {
        co_return locations.empty() && options_.playlists.empty();
    }
    // The stand-in waits beside the downloads, which may take minutes, and is over before this
    // ends.
    asio::steady_timer stand_in_delay(strand_, kStandInDelay);
    asio::steady_timer stand_in_over(strand_, asio::steady_timer::time_point::max());
    bool stand_in_running = false;
    const auto wanted = [this] {
        return staged_ || publication_.get()->guide == nullptr;
    };
    if (wanted() && !locations.empty()) {
        stand_in_running = true;
        asio::co_spawn(
            strand_,
            [&]() -> asio::awaitable<void> {
                const auto [error] =
                    co_await stand_in_delay.async_wait(asio::as_tuple(asio::use_awaitable));
                if (!error && wanted() && !stopping_) {
                    auto sources = good_sources();
                    logger_.info("guide is slow to arrive, serving one from what is at hand",
                        {{"earlier_sources", sources.size()}});
                    co_await build_guide(std::move(sources));
                }
                stand_in_running = false;
                stand_in_over.cancel();
            },
            asio::detached);
    }

    std::vector<GuideSource> sources;
    for (std::size_t i = 0; i < locations.size() && !stopping_; ++i) {
        sources.push_back(co_await fetch_guide(locations[i], i));
    }
    stand_in_delay.cancel();
    while (stand_in_running) {
        co_await stand_in_over.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    if (stopping_) {
        co_return false;
    }
    const bool fetched = std::ranges::none_of(sources, &GuideSource::fetch_failed);
    const bool built = co_await build_guide(std::move(sources));
    if (!fetched || !built) {
        ++counters_.guide_failures;
    }
    co_return fetched&& built;
}

asio::awaitable<Refresher::GuideSource> Refresher::fetch_guide(
    const Location& location, std::size_t index) {
    if (const auto* file = std::get_if<std::filesystem::path>(&location)) {
        co_return GuideSource{*file, {}, false};
    }
    const Url& url = std::get<Url>(location);
    fetch::Request request(url);
    request.limits = options_.guide_limits;
    fetch::DownloadOptions download_options;
    download_options.accept = guide::looks_like_xmltv;
    const auto file = source_file(options_.state_directory, index);
    const auto good = good_file(file);
    auto download =
        co_await fetch::download(client_, std::move(request), file, download_options, logger_);
    if (download) {
        logger_.info("guide fetched", {{"url", url}, {"not_modified", download->not_modified}});
        co_return GuideSource{download->file, good, false};
    }
    const bool kept = is_there(good);
    logger_.error(kept ? "guide fetch failed, the last good one is used" : "guide fetch failed",
        {{"error", download.error()}});
    co_return GuideSource{kept ? good : std::filesystem::path(), {}, true};
}

asio::awaitable<Result<guide::GuideReport>> Refresher::write_guide(
    std::shared_ptr<const lineup::Lineup> lineup, std::vector<std::filesystem::path> files,
    std::filesystem::path target) {
    guide::GuideOptions guide_options;
    guide_options.generator = "plex-tuner " + options_.version;
    return build_.run([lineup = std::move(lineup), files = std::move(files), guide_options,
                          clock = clock_, target = std::move(target)] {
        auto report =
            guide::build_guide(guide_channels(*lineup), files, guide_options, *clock, target);
        if (report) {
            // The compressed form of the guide before would be taken for that of this one.
            std::error_code ignored;
            std::filesystem::remove(target.string() + ".gz", ignored);
        }
        return report;
    });
}

asio::awaitable<bool> Refresher::build_guide(std::vector<GuideSource> sources) {
    const auto snapshot = publication_.get();
    const Prepared prepared =
        staged_ ? *staged_ : Prepared{snapshot->lineup, snapshot->documents, snapshot->fingerprint};
    const auto target = guides_.path(prepared.fingerprint);
    std::vector<std::filesystem::path> files;
    for (const GuideSource& source : sources) {
        if (!source.file.empty()) {
            files.push_back(source.file);
        }
    }
    auto report = co_await write_guide(prepared.lineup, files, target);
    bool sources_good = report && report->failed_sources.empty();
    if (report && !sources_good) {
        for (const std::string& failure : report->failed_sources) {
            logger_.error("guide source not usable", {{"error", failure}});
        }
        // Forget what cannot be read, so that the next refresh fetches it whole, and build again
        // from the last good data where there is any.
        files.clear();
        for (const GuideSource& source : sources) {
            if (!source.last_good.empty()) {
                std::error_code ignored;
                std::filesystem::remove(source.file, ignored);
            }
            if (is_there(source.last_good)) {
                files.push_back(source.last_good);
            } else if (source.last_good.empty() && !source.file.empty()) {
                files.push_back(source.file);
            }
        }
        if (!files.empty()) {
            report = co_await write_guide(prepared.lineup, files, target);
        }
    }
    if (!report) {
        logger_.error("guide not written, the last good one stays", {{"error", report.error()}});
        co_return false;
    }
    if (sources_good) {
        keep_as_good(sources);
    }
    for (const auto& [reason, count] : report->skip_reasons) {
        logger_.warn("guide programmes skipped", {{"reason", reason}, {"count", count}});
    }

    const auto serve = [&] {
        publication_.publish_lineup(prepared.lineup, prepared.documents, prepared.fingerprint,
            guides_.open(prepared.fingerprint));
    };
    serve();
    if (staged_ && staged_->fingerprint == prepared.fingerprint) {
        staged_.reset();
    }
    counters_.guide_programmes = static_cast<std::int64_t>(report->written_programmes);
    counters_.guide_channels_with_data = static_cast<std::int64_t>(report->channels_with_data);
    logger_.info(
        "guide published", {{"programmes", report->written_programmes},
                               {"source_programmes", report->source_programmes},
                               {"channels_with_data", report->channels_with_data},
                               {"channels_with_placeholder", report->channels_with_placeholder}});

    auto compressed = co_await build_.run([target] { return guide::compress_guide(target); });
    if (compressed) {
        serve();
    } else {
        logger_.error("guide not compressed, it is served plain", {{"error", compressed.error()}});
    }
    guides_.remove_others(prepared.fingerprint);
    co_return sources_good;
}

void Refresher::keep_as_good(const std::vector<GuideSource>& sources) const {
    for (const GuideSource& source : sources) {
        if (source.last_good.empty()) {
            continue;
        }
        // A second name for the same bytes: the next download replaces the first name only.
        const std::filesystem::path link = source.last_good.string() + ".new";
        std::error_code error;
        std::filesystem::remove(link, error);
        std::filesystem::create_hard_link(source.file, link, error);
        if (error) {
            std::filesystem::copy_file(source.file, link, error);
        }
        if (!error) {
            std::filesystem::rename(link, source.last_good, error);
        }
        if (error) {
            logger_.warn("last good guide source not kept",
                {{"file", source.last_good.string()}, {"error", error.message()}});
        }
    }
}

} // namespace plex_tuner::engine
