// SPDX-License-Identifier: GPL-3.0-or-later
#include "short_guide_pass.hpp"

#include "panel_question.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/guide/listing_file.hpp>
#include <plex_tuner/provider/chunks.hpp>
#include <plex_tuner/provider/short_guide.hpp>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace plex_tuner::engine {

namespace {

using provider::XtreamListing;
using std::chrono::hours;

constexpr int kRequestsPerPermit = 25;
constexpr std::chrono::minutes kPatience{2};
/// A channel whose panel had nothing for it is asked for again after so long,
constexpr hours kNothingHolds{24};
/// and one that had something when that is nearly over; not more often than
constexpr hours kLeft{8};
constexpr hours kAtMostEvery{1};
/// Channels without anything in a row that end the pass.
constexpr std::size_t kMaxNothingInARow = 50;
constexpr hours kForgotten{24 * 7};
constexpr unsigned kOwnerOnly = 0600;
constexpr std::size_t kMaxFileBytes = std::size_t{256} << 20;

std::string store_key(const AccountLists& lists) {
    return lists.account->key + ".guide";
}

/// Where the programmes of an answer end; what is kept beside it.
std::string end_of(const std::vector<XtreamListing>& listings) {
    WallTime end{};
    for (const XtreamListing& listing : listings) {
        end = std::max(end, listing.stop);
    }
    return std::to_string(end.time_since_epoch().count());
}

bool is_due(const state::DetailStamp& stamp, WallTime now) {
    const auto end = ascii::parse_integer<std::int64_t>(stamp.last_modified).value_or(0);
    if (end == 0) {
        return now - stamp.fetched_at >= kNothingHolds;
    }
    return now - stamp.fetched_at >= kAtMostEvery &&
           WallTime(std::chrono::seconds(end)) < now + kLeft;
}

} // namespace

ShortGuidePass::ShortGuidePass(fetch::Client& client, SharedGovernor& governor,
    state::DetailStore& details, BuildThread& build_thread, const IndexOptions& options,
    log::Logger logger)
    : client_(client), governor_(governor), details_(details), build_thread_(build_thread),
      options_(options), logger_(std::move(logger)) {}

std::vector<ShortGuidePass::Stream> ShortGuidePass::streams_of(
    const std::vector<AccountLists>& accounts,
    const std::vector<UncoveredChannel>& channels) const {
    const auto find = [&](const UncoveredChannel& channel) -> std::optional<Stream> {
        for (const std::string& address : channel.addresses) {
            for (std::size_t i = 0; i < accounts.size(); ++i) {
                for (const provider::XtreamUrls& host : accounts[i].hosts) {
                    if (const auto id = provider::live_stream_id(host, address); !id.empty()) {
                        return Stream{i, std::string(id), channel.channel_id};
                    }
                }
            }
        }
        return std::nullopt;
    };
    std::vector<Stream> streams;
    for (const UncoveredChannel& channel : channels) {
        if (auto stream = find(channel)) {
            streams.push_back(std::move(*stream));
        }
    }
    return streams;
}

Result<std::vector<ShortGuidePass::Stream>> ShortGuidePass::due(
    const std::vector<AccountLists>& accounts, const std::vector<Stream>& streams) {
    const WallTime now = SystemClock().wall();
    std::map<std::pair<std::size_t, std::string>, state::DetailStamp> known;
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        auto stamps = details_.stamps(store_key(accounts[i]));
        if (!stamps) {
            return fail(std::move(stamps).error());
        }
        for (state::DetailStamp& stamp : *stamps) {
            known.emplace(std::pair(i, stamp.id), std::move(stamp));
        }
    }
    std::vector<std::tuple<WallTime, std::size_t>> urgency; // never asked for: the earliest
    for (std::size_t i = 0; i < streams.size(); ++i) {
        const auto stamp = known.find({streams[i].account, streams[i].id});
        if (stamp == known.end()) {
            urgency.emplace_back(WallTime(), i);
        } else if (is_due(stamp->second, now)) {
            urgency.emplace_back(stamp->second.fetched_at, i);
        }
    }
    std::ranges::sort(urgency);
    std::vector<Stream> due;
    for (const auto& [asked_at, index] : urgency) {
        due.push_back(streams[index]);
    }
    return due;
}

asio::awaitable<ShortGuideOutcome> ShortGuidePass::run(const std::vector<AccountLists>& accounts,
    std::vector<UncoveredChannel> channels, std::size_t limit, const std::filesystem::path& file,
    const std::function<bool()>& enough) {
    const std::vector<Stream> streams = streams_of(accounts, channels);
    auto wanted = co_await build_thread_.run(
        [&] { return std::make_shared<Result<std::vector<Stream>>>(due(accounts, streams)); });
    if (!*wanted) {
        logger_.warn("channels without a guide not asked for", {{"error", wanted->error()}});
        co_return ShortGuideOutcome{};
    }
    auto due = std::move(**wanted);
    due.resize(std::min(due.size(), limit));
    for (std::size_t i = 0; i < accounts.size() && !enough(); ++i) {
        std::vector<Stream> of_account;
        std::ranges::copy_if(due, std::back_inserter(of_account),
            [i](const Stream& stream) { return stream.account == i; });
        if (!of_account.empty() && !accounts[i].unreachable) {
            co_await ask(accounts[i], of_account, enough);
        }
    }
    auto written = co_await build_thread_.run([&] {
        return std::make_shared<Result<ShortGuideOutcome>>(write(accounts, streams, file));
    });
    if (!*written) {
        logger_.warn(
            "programmes of channels without a guide not used", {{"error", written->error()}});
        co_return ShortGuideOutcome{};
    }
    ShortGuideOutcome outcome = **written;
    outcome.asked = asked_;
    if (asked_ > 0 || outcome.file_changed) {
        logger_.info("channels without a guide asked for one by one",
            {{"channels", streams.size()}, {"asked", outcome.asked},
                {"with_programmes", outcome.with_programmes}});
    }
    co_return outcome;
}

asio::awaitable<void> ShortGuidePass::ask(const AccountLists& account,
    const std::vector<Stream>& streams, const std::function<bool()>& enough) {
    const state::GovernorLimits limits = governor_limits(options_);
    const std::string key =
        SharedGovernor::key_of(account.hosts.front().base(), account.account->key);
    given_up_ = false;
    nothing_in_a_row_ = 0;
    for (std::size_t next = 0; next < streams.size() && !given_up_ && !enough();) {
        const int count =
            static_cast<int>(std::min<std::size_t>(kRequestsPerPermit, streams.size() - next));
        auto permit = co_await governor_.acquire(key, limits, count, kPatience);
        if (!permit || !(*permit)->governed()) {
            logger_.warn("the rest of the channels without a guide is asked for another time",
                {{"error", permit ? Error(ErrorCode::unavailable, "nobody counts the requests")
                                  : permit.error()},
                    {"left", streams.size() - next}});
            co_return;
        }
        co_await ask_some(account, streams, next, **permit, enough);
        permit->reset(); // before the disk is waited for
        auto stored = co_await build_thread_.run(
            [this, key = store_key(account), batch = std::exchange(batch_, {})] {
                return details_.put(key, batch);
            });
        if (!stored) {
            logger_.warn("programmes of channels not kept", {{"error", stored.error()}});
            co_return;
        }
    }
}

asio::awaitable<void> ShortGuidePass::ask_some(const AccountLists& account,
    const std::vector<Stream>& streams, std::size_t& next, fetch::RequestPermit& permit,
    const std::function<bool()>& enough) {
    std::optional<fetch::RequestOutcome> verdict;
    for (int i = 0; i < kRequestsPerPermit && next < streams.size() && !given_up_ && !enough();
        ++i) {
        const Stream& stream = streams[next++];
        auto url = account.hosts.front().player_api(provider::XtreamAction::short_guide, stream.id);
        if (!url) {
            continue;
        }
        PanelAnswer answer = co_await ask_panel(client_, std::move(*url), options_.limits);
        verdict = answer.verdict;
        ++asked_;
        auto listings = answer.body
                            ? provider::read_short_guide(provider::text_chunks(*answer.body))
                            : Result<std::vector<XtreamListing>>(fail(answer.body.error()));
        if (listings) {
            batch_.push_back({.id = stream.id,
                .last_modified = end_of(*listings),
                .fetched_at = SystemClock().wall(),
                .body = std::move(*answer.body)});
        } else if (nothing_in_a_row_ == 0) {
            logger_.warn("programmes of a channel not had",
                {{"channel", stream.channel_id}, {"error", listings.error()}});
        }
        nothing_in_a_row_ = listings && !listings->empty() ? 0 : nothing_in_a_row_ + 1;
        given_up_ = !answer.well || nothing_in_a_row_ >= kMaxNothingInARow;
    }
    if (verdict) {
        permit.report(*verdict);
    }
}

Result<ShortGuideOutcome> ShortGuidePass::write(const std::vector<AccountLists>& accounts,
    const std::vector<Stream>& streams, const std::filesystem::path& file) {
    const WallTime now = SystemClock().wall();
    std::vector<guide::ChannelListings> channels;
    for (const Stream& stream : streams) {
        auto details = details_.get(store_key(accounts[stream.account]), stream.id);
        if (!details) {
            return fail(std::move(details).error());
        }
        auto listings = *details
                            ? provider::read_short_guide(provider::text_chunks((*details)->body))
                            : Result<std::vector<XtreamListing>>();
        if (!listings) {
            continue; // kept by another version
        }
        guide::ChannelListings channel{.id = stream.channel_id, .listings = {}};
        for (XtreamListing& listing : *listings) {
            if (listing.stop > now - kNothingHolds) {
                channel.listings.push_back({.title = std::move(listing.title),
                    .description = std::move(listing.description),
                    .start = listing.start,
                    .stop = listing.stop});
            }
        }
        if (!channel.listings.empty()) {
            channels.push_back(std::move(channel));
        }
    }
    for (const AccountLists& account : accounts) {
        if (auto erased = details_.erase_before(store_key(account), now - kForgotten); !erased) {
            return fail(std::move(erased).error());
        }
    }
    ShortGuideOutcome outcome{.with_programmes = channels.size()};
    const std::string document = guide::listings_document(channels);
    const auto before = read_file(file, kMaxFileBytes);
    if ((!before && channels.empty()) || (before && *before == document)) {
        return outcome;
    }
    auto target = AtomicFile::create(file, kOwnerOnly);
    Result<void> saved = target ? target->write(document) : fail(target.error());
    if (saved) {
        saved = target->commit();
    }
    if (!saved) {
        return fail(std::move(saved).error());
    }
    outcome.file_changed = true;
    return outcome;
}

} // namespace plex_tuner::engine
