// SPDX-License-Identifier: GPL-3.0-or-later
#include "indexer.hpp"

#include "file_state.hpp"
#include "series_pass.hpp"

#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/catalog/catalog_file.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::engine {

namespace {

namespace fs = std::filesystem;

/// Another one whenever what is read from the same lists changes.
constexpr std::string_view kParserVersion = "1";
constexpr std::string_view kInputsNote = "index.inputs";
constexpr std::string_view kSettingsNote = "index.settings";
constexpr std::string_view kCatalogNote = "index.catalog";

std::string id_key(const AccountLists& lists, std::size_t kind) {
    return lists.account->key + " " + std::to_string(kind);
}

} // namespace

std::string account_key(std::string_view user, std::string_view tag) {
    constexpr std::size_t kDigits = 8;
    return Fnv1a().add(user).add({"\0", 1}).add(tag).hex().substr(0, kDigits);
}

Indexer::Indexer(fetch::Client& client, const IndexOptions& options, BuildThread& build_thread,
    SharedSlots* slots, std::stop_token stop, log::Logger logger)
    : client_(client), options_(options), build_thread_(build_thread), slots_(slots),
      stop_(std::move(stop)), logger_(std::move(logger)) {}

Result<std::unique_ptr<Indexer>> Indexer::open(fetch::Client& client, const IndexOptions& options,
    BuildThread& build_thread, SharedSlots* slots, gateway::StreamObserver* observer,
    std::stop_token stop, log::Logger logger) {
    std::unique_ptr<Indexer> indexer(
        new Indexer(client, options, build_thread, slots, std::move(stop), std::move(logger)));
    const fs::path& shared = options.shared_directory;
    auto governor = SharedGovernor::open(shared, indexer->logger_, options.coordination);
    if (!governor) {
        return fail(std::move(governor).error());
    }
    auto details = state::DetailStore::open(shared);
    if (!details) {
        return fail(std::move(details).error());
    }
    auto state = state::StateDb::open(options.state_directory / "state.db");
    if (!state) {
        return fail(std::move(state).error());
    }
    for (const auto& warnings : {details->take_warnings(), state->take_warnings()}) {
        for (const std::string& warning : warnings) {
            indexer->logger_.warn(warning);
        }
    }
    indexer->governor_ = std::move(*governor);
    indexer->details_ = std::move(*details);
    indexer->state_ = std::move(*state);
    indexer->cache_ = std::make_unique<fetch::HttpCache>(client,
        fetch::HttpCacheOptions{.directory = shared / "http", .max_age = options.shared_max_age},
        indexer->logger_);
    indexer->fetch_ = std::make_unique<AccountFetch>(
        client, *indexer->cache_, *indexer->governor_, options, indexer->stop_, indexer->logger_);
    indexer->stream_check_ = std::make_unique<StreamCheck>(
        client, *indexer->governor_, slots, observer, options, indexer->stop_, indexer->logger_);
    return indexer;
}

void Indexer::set_current(const catalog::Catalog& catalog) {
    current_ = provider::CatalogSummary(catalog);
    current_state_ = file_state(options_.catalog);
}

std::shared_ptr<const catalog::Catalog> Indexer::adopt() {
    std::string state = file_state(options_.catalog);
    if (current_ && state == current_state_) {
        return nullptr;
    }
    auto catalog = catalog::read_catalog_file(options_.catalog);
    if (!catalog) {
        return nullptr; // whoever had one keeps it
    }
    current_ = provider::CatalogSummary(*catalog);
    current_state_ = std::move(state);
    return std::make_shared<const catalog::Catalog>(std::move(*catalog));
}

std::string Indexer::settings_fingerprint() const {
    Fnv1a hash;
    const auto add = [&](std::string_view text) {
        hash.add(text).add({"\0", 1});
    };
    add(options_.filters.live_epg_only ? "epg" : "");
    for (const std::string& category : options_.filters.vod_categories) {
        add(category);
    }
    add(options_.live_only ? "live" : "all");
    for (const Account& account : options_.accounts) {
        add(account.key);
    }
    return hash.hex();
}

bool Indexer::settings_are_those_of_the_catalog() {
    const auto noted = state_->note(kSettingsNote);
    return !noted || !*noted || **noted == settings_fingerprint();
}

std::string Indexer::fingerprint() const {
    Fnv1a hash;
    const auto add = [&](std::string_view text) {
        hash.add(text).add({"\0", 1});
    };
    add(kParserVersion);
    add(settings_fingerprint());
    add(stream_check_->inputs());
    for (const AccountLists& lists : lists_) {
        add(lists.account->key);
        add(lists.account->tag);
        add(lists.live_extension);
        for (const provider::XtreamUrls& host : lists.hosts) {
            add(host.live("", ""));
        }
        for (std::size_t kind = 0; kind < kListKinds; ++kind) {
            const FetchedList& list = lists.lists[kind];
            if (!list.fresh.empty()) {
                add(list.body_id);
                continue;
            }
            const auto known = assembled_ids_.find(id_key(lists, kind));
            add(list.good.empty()               ? std::string()
                : known != assembled_ids_.end() ? known->second
                                                : file_state(list.good));
        }
    }
    return hash.hex();
}

asio::awaitable<bool> Indexer::is_up_to_date() {
    const std::string inputs = fingerprint();
    co_return co_await build_thread_.run([this, inputs] {
        Fnv1a details;
        for (const AccountLists& lists : lists_) {
            if (auto stamp = details_->change_stamp(lists.account->key)) {
                details.add(*stamp).add({"\0", 1});
            }
        }
        const auto known = state_->note(kInputsNote);
        const auto written = state_->note(kCatalogNote);
        inputs_ = inputs + details.hex();
        return known && *known == inputs_ && written && *written == file_state(options_.catalog);
    });
}

asio::awaitable<Result<IndexOutcome>> Indexer::index(IndexMode mode, const ProgressSink& progress) {
    lists_.clear();
    stream_check_->begin();
    for (const Account& account : options_.accounts) {
        lists_.push_back(co_await fetch_->fetch(account, progress));
        if (stop_.stop_requested()) {
            co_return fail(ErrorCode::cancelled, "stopped");
        }
    }
    tell_slots();
    co_return co_await assemble_and_write(mode, progress);
}

void Indexer::tell_slots() {
    for (const AccountLists& lists : lists_) {
        if (slots_ != nullptr && lists.tuners) {
            slots_->set_provider_limit(lists.account->key, lists.tuners);
        }
        if (slots_ != nullptr && lists.state) {
            slots_->set_provider_limit(lists.account->key, lists.state->max_connections);
        }
    }
}

asio::awaitable<Result<IndexOutcome>> Indexer::assemble_again(const ProgressSink& progress) {
    co_return co_await assemble_and_write(IndexMode::guarded, progress);
}

asio::awaitable<Result<IndexOutcome>> Indexer::assemble_and_write(
    IndexMode mode, const ProgressSink& progress) {
    committed_ = false;
    auto adopted = co_await build_thread_.run([this] { return adopt(); });
    const bool any_fresh =
        std::ranges::any_of(lists_, [](const AccountLists& lists) { return lists.fresh_channels; });
    // Where no channels could be had there is nothing better than what there is.
    const bool up_to_date = co_await is_up_to_date(); // notes what the inputs are, too
    if (current_ && (!any_fresh || up_to_date)) {
        IndexOutcome outcome;
        outcome.catalog = std::move(adopted);
        outcome.complete = true;
        outcome.fresh_channels = true;
        for (const AccountLists& lists : lists_) {
            outcome.complete = outcome.complete && lists.complete;
            outcome.fresh_channels = outcome.fresh_channels && lists.fresh_channels;
            if (!outcome.failure) {
                outcome.failure = lists.failure;
            }
        }
        committed_ = outcome.fresh_channels;
        co_return outcome;
    }
    adopted.reset(); // before the new one, so that there are never two in memory
    if (progress) {
        progress({.phase = "making the catalog"});
    }
    // In a pointer, for what a thread hands over must be default-constructible.
    auto assembly = co_await build_thread_.run([this] {
        auto made = std::make_shared<Assembly>(assemble(options_, lists_, &*details_, logger_));
        for (const fs::path& useless : made->useless) {
            cache_->forget(useless);
        }
        return made;
    });
    if (assembly->failure) {
        co_return fail(std::move(*assembly->failure));
    }
    if (!current_ && assembly->catalog.live_channels().empty()) {
        co_return fail(ErrorCode::unavailable, "the provider lists no live channel");
    }
    co_await stream_check_->look_at(assembly->catalog, progress);
    if (stop_.stop_requested()) {
        co_return fail(ErrorCode::cancelled, "stopped");
    }
    if (auto applied = stream_check_->apply(assembly->catalog); !applied) {
        co_return fail(std::move(applied).error());
    }
    co_return co_await build_thread_.run(
        [this, mode, assembly] { return commit(mode, std::move(*assembly)); });
}

Result<IndexOutcome> Indexer::commit(IndexMode mode, Assembly assembly) {
    IndexOutcome outcome;
    outcome.assembled = true;
    outcome.complete = assembly.complete;
    outcome.failure = assembly.first_error;
    outcome.fresh_channels = assembly.fresh_channels;
    outcome.guides = std::move(assembly.guides);
    outcome.skipped_lines = assembly.skipped_lines;
    provider::CatalogSummary summary(assembly.catalog);
    if (current_) {
        outcome.change = provider::difference(*current_, summary);
    } else {
        outcome.change = provider::difference({}, summary);
    }
    if (mode == IndexMode::guarded) {
        outcome.held_back = provider::excessive_loss(outcome.change, options_.max_shrink);
        if (!outcome.held_back.empty() && !settings_are_those_of_the_catalog()) {
            logger_.warn(
                "the settings of the catalog were changed, so its loss is taken for wanted",
                {{"loss", std::exchange(outcome.held_back, std::string())}});
        }
    }
    if (mode == IndexMode::dry_run || !outcome.held_back.empty()) {
        return outcome;
    }
    for (const fs::path& useful : assembly.useful) {
        cache_->keep_as_good(useful);
    }
    outcome.catalog = std::make_shared<const catalog::Catalog>(std::move(assembly.catalog));
    current_ = std::move(summary);
    if (auto written = catalog::write_catalog_file(*outcome.catalog, options_.catalog); !written) {
        outcome.not_saved = std::move(written).error();
        return outcome;
    }
    current_state_ = file_state(options_.catalog);
    committed_ = assembly.fresh_channels;
    if (assembly.complete) {
        cache_->remove_unused();
    }
    for (const AccountLists& lists : lists_) {
        for (std::size_t kind = 0; kind < kListKinds; ++kind) {
            if (!lists.lists[kind].fresh.empty()) {
                assembled_ids_[id_key(lists, kind)] = lists.lists[kind].body_id;
            }
        }
    }
    if (assembly.useless.empty()) { // else the next run must look at the lists again
        remember_inputs();
    }
    return outcome;
}

void Indexer::remember_inputs() {
    auto change = state_->begin();
    Result<void> saved =
        change ? change->put_note(kInputsNote, inputs_) : Result<void>(fail(change.error()));
    if (saved) {
        saved = change->put_note(kCatalogNote, file_state(options_.catalog));
    }
    if (saved) {
        saved = change->put_note(kSettingsNote, settings_fingerprint());
    }
    if (saved) {
        saved = change->commit();
    }
    if (!saved) {
        logger_.warn("the next refresh will make the catalog anew", {{"error", saved.error()}});
    }
}

asio::awaitable<Result<fetch::Download>> Indexer::fetch_shared(
    fetch::Request request, fetch::DownloadOptions download_options) {
    const std::string origin = request.url.origin();
    const auto account = std::ranges::find_if(options_.accounts, [&](const Account& one) {
        return std::ranges::any_of(one.hosts,
            [&](const provider::XtreamUrls& host) { return host.base().origin() == origin; });
    });
    const auto governor = governor_->for_account(
        account == options_.accounts.end() ? "guide" : account->key, governor_limits(options_));
    download_options.governor = governor.get();
    co_return co_await cache_->get(std::move(request), std::move(download_options));
}

asio::awaitable<SeriesPassOutcome> Indexer::fetch_series(const ProgressSink& progress,
    const std::function<bool()>& enough, SeriesPassOptions pass_options) {
    SeriesPassOutcome all;
    all.complete = true;
    if (!committed_) {
        co_return all; // what a refresh could not take it must not clean up after
    }
    for (const AccountLists& lists : lists_) {
        if (options_.live_only || lists.unreachable || !lists.list(ListKind::series).any() ||
            lists.hosts.empty()) {
            continue;
        }
        if (enough()) {
            all.complete = false;
            break;
        }
        SeriesPassOptions rest = pass_options;
        rest.limit -= std::min(rest.limit, all.fetched + all.failed);
        const ProgressSink sink = [&](IndexProgress now) {
            SeriesPassOutcome sum = all;
            if (now.series != nullptr) {
                sum.add(*now.series);
                now.series = &sum;
            }
            progress(now);
        };
        SeriesPass pass(client_, *governor_, *details_, build_thread_, options_, logger_);
        all.add(co_await pass.run(lists, progress ? sink : ProgressSink(), enough, rest));
    }
    co_return all;
}

asio::awaitable<ShortGuideOutcome> Indexer::fetch_short_guide(
    std::vector<UncoveredChannel> channels, std::size_t limit, const fs::path& file,
    const std::function<bool()>& enough) {
    if (std::ranges::all_of(lists_,
            [](const AccountLists& lists) { return lists.unreachable || lists.hosts.empty(); })) {
        co_return ShortGuideOutcome{};
    }
    ShortGuidePass pass(client_, *governor_, *details_, build_thread_, options_, logger_);
    co_return co_await pass.run(lists_, std::move(channels), limit, file, enough);
}

} // namespace plex_tuner::engine
