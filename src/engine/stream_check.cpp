// SPDX-License-Identifier: GPL-3.0-or-later
#include "stream_check.hpp"

#include "side_by_side.hpp"

#include <plex_tuner/base/clock.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/this_coro.hpp>

namespace plex_tuner::engine {

namespace {

/// Playlists without a provider name thousands of hosts, of which each stands for itself.
constexpr std::size_t kMaxHosts = 20;
/// A host of so many tested streams that gives none at all is down itself.
constexpr std::size_t kManyStreams = 5;
constexpr std::size_t kNamedGroups = 10;

std::string origin_of(const catalog::StreamSource& source) {
    const auto url = Url::parse(source.url.str());
    return url ? url->origin() : std::string();
}

/// `count` of `size`, evenly from first to last.
std::vector<std::size_t> evenly(std::size_t size, std::size_t count) {
    std::vector<std::size_t> places;
    count = std::min(count, size);
    places.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        places.push_back(count == 1 ? 0 : i * (size - 1) / (count - 1));
    }
    return places;
}

} // namespace

StreamCheck::StreamCheck(fetch::Client& client, SharedGovernor& governor, SharedSlots* slots,
    gateway::StreamObserver* observer, const IndexOptions& options, std::stop_token stop,
    log::Logger logger)
    : options_(options), stop_(std::move(stop)), logger_(std::move(logger)),
      stream_test_(client, governor, slots, observer, options) {
    if (options_.streams.smoketest) {
        verdicts_ = provider::StreamVerdicts::load(options_.streams.verdicts);
    }
    if (options_.streams.reject_cloudflare && options_.streams.sample == 0) {
        logger_.warn("no stream is looked at, so no host is found to be behind Cloudflare",
            {{"setting", "PLEX_TUNER_FETCH_STREAM_SAMPLE_SIZE"}});
    }
}

void StreamCheck::begin() {
    verdicts_.begin_run();
    looked_at_.clear();
    stream_test_.begin();
}

bool StreamCheck::is_fresh(const provider::StreamVerdicts::Verdict& verdict) const {
    return verdict.is_of_this_run ||
           SystemClock().wall() - verdict.at < options_.streams.verdict_age;
}

bool StreamCheck::is_dead(std::string_view url) const {
    const provider::StreamVerdicts::Verdict* verdict = verdicts_.find(url);
    return verdict != nullptr && !verdict->pass && is_fresh(*verdict);
}

std::string StreamCheck::inputs() const {
    std::string text = options_.streams.reject_cloudflare ? "rejects fronts" : "";
    if (options_.streams.smoketest) {
        using std::chrono::milliseconds;
        const milliseconds age = std::max(options_.streams.verdict_age, milliseconds(1));
        const milliseconds now = SystemClock().wall().time_since_epoch();
        text.append(" tests ").append(std::to_string(age.count())).append(" ");
        text.append(std::to_string(now / age));
    }
    return text;
}

asio::awaitable<void> StreamCheck::look_at(
    const catalog::Catalog& catalog, const ProgressSink& progress) {
    if (options_.streams.sample > 0) {
        co_await look_for_fronts(catalog, progress);
    }
    if (options_.streams.smoketest && !stop_.stop_requested()) {
        co_await test(catalog, progress);
    }
}

asio::awaitable<void> StreamCheck::look_for_fronts(
    const catalog::Catalog& catalog, const ProgressSink& progress) {
    std::map<std::string, std::vector<const catalog::StreamSource*>> hosts;
    for (const catalog::LiveChannel& channel : catalog.live_channels()) {
        for (const catalog::StreamSource& source : channel.sources) {
            const std::string origin = origin_of(source);
            if (!origin.empty() && (hosts.size() < kMaxHosts || hosts.contains(origin))) {
                hosts[origin].push_back(&source);
            }
        }
    }
    for (const auto& [origin, sources] : hosts) {
        if (!looked_at_.insert(origin).second) {
            continue;
        }
        for (const std::size_t place :
            evenly(sources.size(), static_cast<std::size_t>(options_.streams.sample))) {
            if (stop_.stop_requested()) {
                co_return;
            }
            if (progress) {
                progress({.phase = "looking at streams"});
            }
            auto stream = tested_stream(*sources[place]);
            const auto behind = stream
                                    ? co_await stream_test_.is_behind_cloudflare(std::move(*stream))
                                    : std::nullopt;
            if (!behind) {
                continue;
            }
            fronts_[origin] = *behind;
            if (*behind) {
                logger_.warn(options_.streams.reject_cloudflare
                                 ? "streams come through Cloudflare, so this host is not used"
                                 : "streams come through Cloudflare, which may block them; "
                                   "PLEX_TUNER_FETCH_CF_REJECT leaves such hosts out",
                    {{"host", origin}, {"streams", sources.size()}});
                break;
            }
        }
    }
}

std::vector<StreamCheck::Candidate> StreamCheck::candidates(const catalog::Catalog& catalog) const {
    std::vector<Candidate> candidates;
    std::set<std::string> seen;
    for (const catalog::LiveChannel& channel : catalog.live_channels()) {
        // The first that is not known to be dead is what a viewer would get.
        for (const catalog::StreamSource& source : channel.sources) {
            std::string url = source.url.str();
            if (tried_.contains(url) && !is_dead(url)) {
                break;
            }
            const provider::StreamVerdicts::Verdict* verdict = verdicts_.find(url);
            if (verdict != nullptr && is_fresh(*verdict)) {
                if (verdict->pass) {
                    break;
                }
                continue;
            }
            auto stream = tested_stream(source);
            if (stream && seen.insert(url).second) {
                std::string origin = stream->url.origin();
                candidates.push_back({.channel_id = std::string(channel.channel_id),
                    .url = std::move(url),
                    .origin = std::move(origin),
                    .stream = std::move(*stream),
                    .tested = verdict == nullptr ? std::nullopt : std::optional(verdict->at),
                    .place = candidates.size()});
            }
            break;
        }
    }
    const auto most = static_cast<std::size_t>(options_.streams.max_channels);
    if (most > 0 && candidates.size() > most) {
        // Those never tested first.
        std::ranges::sort(candidates, {}, [](const Candidate& candidate) {
            return std::pair(candidate.tested, candidate.place);
        });
        candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(most), candidates.end());
    }
    return candidates;
}

asio::awaitable<void> StreamCheck::test(
    const catalog::Catalog& catalog, const ProgressSink& progress) {
    end_ = std::chrono::steady_clock::now() + options_.streams.max_duration;
    tried_.clear();
    // Once more for the backups of what turned out to be dead.
    for (queue_ = candidates(catalog); !queue_.empty(); queue_ = candidates(catalog)) {
        next_ = 0;
        tested_.clear();
        const auto workers =
            std::min(static_cast<std::size_t>(options_.streams.concurrency), queue_.size());
        co_await side_by_side(workers, [&](std::size_t) { return work(progress); });
        const std::size_t untested = queue_.size() - tested_.size();
        const bool any_dead = std::ranges::any_of(
            tested_, [](const Tested& one) { return one.state == StreamState::dead; });
        logger_.info("streams tested",
            {{"alive", std::ranges::count(tested_, StreamState::alive, &Tested::state)},
                {"dead", std::ranges::count(tested_, StreamState::dead, &Tested::state)},
                {"not_told", std::ranges::count(tested_, StreamState::unknown, &Tested::state)},
                {"left_for_another_time", untested}});
        keep_verdicts();
        if (!any_dead || untested > 0 || options_.streams.max_channels > 0 ||
            stop_.stop_requested()) {
            break;
        }
    }
    queue_.clear();
    tested_.clear();
}

asio::awaitable<void> StreamCheck::work(const ProgressSink& progress) {
    co_await asio::this_coro::throw_if_cancelled(false);
    while (next_ < queue_.size() && !stop_.stop_requested() &&
           std::chrono::steady_clock::now() < end_) {
        Candidate candidate = std::move(queue_[next_++]);
        tried_.insert(candidate.url);
        const StreamState state =
            co_await stream_test_.open(std::move(candidate.stream), candidate.channel_id);
        tested_.push_back({std::move(candidate.url), std::move(candidate.origin), state});
        if (progress) {
            progress({.phase = "testing streams", .done = tested_.size(), .total = queue_.size()});
        }
    }
}

void StreamCheck::keep_verdicts() {
    struct Count {
        std::size_t alive = 0, dead = 0;
    };

    std::map<std::string, Count> hosts;
    Count all;
    for (const Tested& one : tested_) {
        for (Count* count : {&hosts[one.origin], &all}) {
            count->alive += one.state == StreamState::alive ? 1 : 0;
            count->dead += one.state == StreamState::dead ? 1 : 0;
        }
    }
    const auto is_down = [](const Count& count) {
        return count.alive == 0 && count.dead >= kManyStreams;
    };
    if (hosts.size() > 1 && is_down(all)) {
        logger_.warn("no stream of any host plays, which is taken for an outage on our side: all "
                     "channels stay",
            {{"hosts", hosts.size()}, {"streams", all.dead}});
        return;
    }
    for (const auto& [origin, count] : hosts) {
        if (is_down(count)) {
            logger_.warn("no stream of this host plays, which is taken for an outage: its channels "
                         "stay",
                {{"host", origin}, {"streams", count.dead}});
        }
    }
    const WallTime now = SystemClock().wall();
    for (const Tested& one : tested_) {
        const Count& host = hosts[one.origin];
        if (one.state == StreamState::alive) {
            verdicts_.set(one.url, {.pass = true, .at = now, .is_of_this_run = true});
        } else if (one.state == StreamState::dead && !is_down(host)) {
            verdicts_.set(one.url, {.pass = false, .at = now, .is_of_this_run = true});
        }
    }
    if (auto saved = verdicts_.save(options_.streams.verdicts, now); !saved) {
        logger_.warn("verdicts on streams not kept for the next run", {{"error", saved.error()}});
    }
}

Result<void> StreamCheck::apply(catalog::Catalog& catalog) const {
    struct Group {
        std::size_t channels = 0, left = 0;
    };

    std::map<std::string, Group, std::less<>> groups;
    std::size_t behind = 0;
    std::size_t dead = 0;
    const bool had_any = !catalog.live_channels().empty();
    catalog.revise_sources(
        [&](const catalog::LiveChannel& channel, std::vector<catalog::StreamSource>& sources) {
            Group& group = groups[std::string(channel.group_title)];
            ++group.channels;
            if (options_.streams.reject_cloudflare) {
                std::erase_if(sources, [&](const catalog::StreamSource& source) {
                    const auto front = fronts_.find(origin_of(source));
                    return front != fronts_.end() && front->second;
                });
                behind += sources.empty() ? 1 : 0;
            }
            if (options_.streams.smoketest && !sources.empty()) {
                // Those that are dead now are the last resort of a channel that has others.
                std::vector<catalog::StreamSource> last_resort;
                std::erase_if(sources, [&](const catalog::StreamSource& source) {
                    const bool is_last = is_dead(source.url.str());
                    if (is_last) {
                        last_resort.push_back(source);
                    }
                    return is_last;
                });
                if (sources.empty()) {
                    ++dead;
                } else {
                    sources.insert(sources.end(), last_resort.begin(), last_resort.end());
                }
            }
            group.left += sources.empty() ? 0 : 1;
        });
    if (behind + dead > 0) {
        logger_.warn("channels left out", {{"behind_cloudflare", behind}, {"dead", dead},
                                              {"left", catalog.live_channels().size()}});
    }
    std::size_t named = 0;
    for (const auto& [name, group] : groups) {
        if (group.left == 0 && ++named <= kNamedGroups) {
            logger_.warn("no channel of this group is left",
                {{"group", name}, {"channels", group.channels}});
        }
    }
    if (named > kNamedGroups) {
        logger_.warn("no channel of further groups is left", {{"groups", named - kNamedGroups}});
    }
    if (had_any && catalog.live_channels().empty()) {
        return fail(ErrorCode::blocked,
            dead == 0 ? "every stream comes through Cloudflare; PLEX_TUNER_FETCH_CF_REJECT=false "
                        "takes them all the same"
                      : "no stream plays; without PLEX_TUNER_SMOKETEST_ENABLED they are taken "
                        "all the same");
    }
    return {};
}

} // namespace plex_tuner::engine
