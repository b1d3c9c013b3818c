// SPDX-License-Identifier: GPL-3.0-or-later
#include "assembly.hpp"

#include "location.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/provider/catalog_assembler.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace plex_tuner::engine {

namespace {

namespace fs = std::filesystem;
using provider::CatalogAssembler;

/// A list that could not be read, and must not be used again in this run.
struct BadFile {
    fs::path file;
    Error error;
};

class Run {
public:
    Run(const IndexOptions& options, const std::vector<AccountLists>& accounts,
        state::DetailStore* details, const log::Logger& logger)
        : options_(options), accounts_(accounts), details_(details), logger_(logger) {}

    Assembly run() {
        // An assembler that has met a broken list holds half of it: begin again without the list.
        for (;;) {
            Assembly assembly;
            auto bad = attempt(assembly);
            if (!bad) {
                return finish(std::move(assembly));
            }
            logger_.error("list not usable", {{"error", bad->error}});
            bad_.insert(bad->file);
            first_error_ = first_error_.value_or(bad->error);
        }
    }

private:
    /// The file to read, empty for none.
    [[nodiscard]] fs::path choose(const FetchedList& list) {
        if (!list.fresh.empty() && !bad_.contains(list.fresh)) {
            used_.insert(list.fresh);
            return list.fresh;
        }
        return bad_.contains(list.good) ? fs::path() : list.good;
    }

    std::optional<BadFile> attempt(Assembly& assembly) {
        used_.clear();
        CatalogAssembler assembler(options_.filters);
        for (const AccountLists& lists : accounts_) {
            const provider::CatalogAccount account{.key = lists.account->key,
                .tag = lists.account->tag,
                .hosts = lists.hosts,
                .live_extension = lists.live_extension};
            if (auto bad = add_channels(assembler, assembly, lists, account)) {
                return bad;
            }
            if (!options_.live_only && !account.hosts.empty()) {
                if (auto bad = add_vod(assembler, lists, account)) {
                    return bad;
                }
            }
        }
        if (assembler.merged_channels() > 0) {
            logger_.info(
                "channels of several accounts merged", {{"backups", assembler.merged_channels()}});
        }
        assembly.catalog = assembler.build();
        return std::nullopt;
    }

    std::optional<BadFile> add_channels(CatalogAssembler& assembler, Assembly& assembly,
        const AccountLists& lists, const provider::CatalogAccount& account) {
        if (lists.account->hdhomerun) {
            return add_lineup(assembler, lists, account);
        }
        const FetchedList& playlist = lists.list(ListKind::playlist);
        const FetchedList& live = lists.list(ListKind::live);
        // What is fresh before what was good once, whatever it comes from.
        const bool panel = !usable(playlist.fresh) &&
                           (usable(live.fresh) || usable(live.good) || !usable(playlist.good));
        if (!panel) {
            return add_playlist(assembler, assembly, lists, account);
        }
        const fs::path file = choose(live);
        if (file.empty()) {
            return std::nullopt;
        }
        const fs::path categories = choose(lists.list(ListKind::live_categories));
        const fs::path& known = lists.list(ListKind::live_categories).good;
        std::error_code ignored;
        const bool had_categories = !known.empty() && !fs::equivalent(categories, known, ignored);
        const auto read = assembler.add_live({categories, file, had_categories}, account);
        if (!read) {
            return BadFile{blame(read.error(), categories, file), named(read.error(), lists)};
        }
        // One account of several that lost all it had is no matter for the guard, which looks at
        // all.
        if (read->read == 0 && accounts_.size() > 1 && usable(live.good) && file != live.good) {
            return BadFile{
                file, named(Error(ErrorCode::parse, "the panel lists no channel"), lists)};
        }
        read_an_empty_list_ = read_an_empty_list_ || read->read == 0;
        logger_.info("channels read",
            {{"account", name_of(lists)}, {"channels", read->read}, {"skipped", read->skipped}});
        return std::nullopt;
    }

    std::optional<BadFile> add_lineup(CatalogAssembler& assembler, const AccountLists& lists,
        const provider::CatalogAccount& account) {
        const FetchedList& lineup = lists.list(ListKind::lineup);
        const fs::path file = choose(lineup);
        if (file.empty()) {
            return std::nullopt;
        }
        const auto read = assembler.add_lineup(file, account);
        if (!read) {
            return BadFile{file, named(read.error(), lists)};
        }
        // A device is empty while it scans, and after a reset.
        if (read->read == 0 && usable(lineup.good) && file != lineup.good) {
            return BadFile{
                file, named(Error(ErrorCode::parse, "the HDHomeRun lists no channel"), lists)};
        }
        read_an_empty_list_ = read_an_empty_list_ || read->read == 0;
        logger_.info("channels of the HDHomeRun read",
            {{"account", name_of(lists)}, {"channels", read->read}, {"skipped", read->skipped}});
        return std::nullopt;
    }

    std::optional<BadFile> add_playlist(CatalogAssembler& assembler, Assembly& assembly,
        const AccountLists& lists, const provider::CatalogAccount& account) {
        const fs::path file = choose(lists.list(ListKind::playlist));
        provider::CatalogAccount allowed = account;
        allowed.files = is_users_own(file, lists) ? provider::LocalFiles::allowed
                                                  : provider::LocalFiles::refused;
        auto read = assembler.add_playlist(file, allowed);
        if (!read) {
            const std::string from =
                lists.playlist_from ? redacted_text(*lists.playlist_from) : file.string();
            return BadFile{file, std::move(read).error().with_context("playlist " + from)};
        }
        for (const auto& [reason, skipped] : read->skipped) {
            assembly.skipped_lines += static_cast<std::int64_t>(skipped.count);
            logger_.warn("playlist lines skipped",
                {{"reason", reason}, {"count", skipped.count}, {"first_line", skipped.first_line},
                    {"first_text", skipped.first_text}});
        }
        logger_.info("playlist read",
            {{"channels", read->channels}, {"vod_entries_left_out", read->vod_entries},
                {"guides_named", read->guide_urls.size()}});
        const Location base = lists.playlist_from.value_or(Location(file));
        for (Location& guide : guide_locations(read->guide_urls, base)) {
            if (std::ranges::find(assembly.guides, guide) == assembly.guides.end()) {
                assembly.guides.push_back(std::move(guide));
            }
        }
        if (read->channels == 0) {
            return BadFile{file, Error(ErrorCode::parse,
                                     "playlist " + redacted_text(base) + " holds no live channel")};
        }
        return std::nullopt;
    }

    /// The very file that the configuration names; a copy of an earlier one may have been fetched.
    [[nodiscard]] static bool is_users_own(const fs::path& file, const AccountLists& lists) {
        const auto& configured = lists.account->playlist;
        return configured && std::holds_alternative<fs::path>(*configured) &&
               std::get<fs::path>(*configured) == file;
    }

    std::optional<BadFile> add_vod(CatalogAssembler& assembler, const AccountLists& lists,
        const provider::CatalogAccount& account) {
        if (const fs::path movies = choose(lists.list(ListKind::movies)); !movies.empty()) {
            const fs::path categories = choose(lists.list(ListKind::movie_categories));
            const auto read =
                assembler.add_movies({.categories = categories, .records = movies}, account);
            if (!read) {
                return BadFile{blame(read.error(), categories, movies), named(read.error(), lists)};
            }
            if (read->read == 0 && accounts_.size() > 1 &&
                usable(lists.list(ListKind::movies).good) &&
                movies != lists.list(ListKind::movies).good) {
                return BadFile{
                    movies, named(Error(ErrorCode::parse, "the panel lists no film"), lists)};
            }
            logger_.info("films read",
                {{"account", name_of(lists)}, {"films", read->read}, {"skipped", read->skipped}});
        }
        if (const fs::path series = choose(lists.list(ListKind::series)); !series.empty()) {
            const fs::path categories = choose(lists.list(ListKind::series_categories));
            const auto read = assembler.add_series({.categories = categories, .records = series},
                account, [&](std::string_view id) { return details_of(account.key, id); });
            details_reader_.reset(); // it is of this account
            if (!read) {
                return BadFile{blame(read.error(), categories, series), named(read.error(), lists)};
            }
            if (read->read == 0 && accounts_.size() > 1 &&
                usable(lists.list(ListKind::series).good) &&
                series != lists.list(ListKind::series).good) {
                return BadFile{
                    series, named(Error(ErrorCode::parse, "the panel lists no series"), lists)};
            }
            logger_.info("series read",
                {{"account", name_of(lists)}, {"series", read->read}, {"skipped", read->skipped}});
        }
        return std::nullopt;
    }

    /// Valid until the next call.
    [[nodiscard]] std::string_view details_of(std::string_view account, std::string_view series) {
        if (details_ == nullptr) {
            return {};
        }
        Result<std::optional<std::string_view>> known;
        if (auto opened = open_details(account); !opened) {
            known = fail(std::move(opened).error());
        } else {
            known = details_reader_->body(series);
        }
        if (!known) {
            if (!details_failed_) {
                logger_.error("episodes not read", {{"error", known.error()}});
            }
            details_failed_ = true;
            details_reader_.reset();
            return {};
        }
        return known->value_or(std::string_view());
    }

    [[nodiscard]] Result<void> open_details(std::string_view account) {
        if (details_reader_) {
            return {};
        }
        auto reader = details_->reader(account);
        if (!reader) {
            return fail(std::move(reader).error());
        }
        details_reader_.emplace(std::move(*reader));
        return {};
    }

    /// Errors of the readers name the list they are about, which is read first.
    [[nodiscard]] static fs::path blame(
        const Error& error, const fs::path& categories, const fs::path& records) {
        return error.message().contains("categor") && !categories.empty() ? categories : records;
    }

    [[nodiscard]] static std::string name_of(const AccountLists& lists) {
        return lists.account->tag.empty() ? lists.account->key : lists.account->tag;
    }

    [[nodiscard]] static Error named(const Error& error, const AccountLists& lists) {
        return error.with_context("account " + name_of(lists));
    }

    [[nodiscard]] bool usable(const fs::path& file) const {
        return !file.empty() && !bad_.contains(file);
    }

    Assembly finish(Assembly assembly) {
        assembly.first_error = first_error_;
        for (const AccountLists& lists : accounts_) {
            assembly.complete = assembly.complete && lists.complete;
            const FetchedList& playlist = lists.list(ListKind::playlist);
            const FetchedList& live = lists.list(ListKind::live);
            assembly.fresh_channels =
                assembly.fresh_channels && (usable(playlist.fresh) || usable(live.fresh) ||
                                               usable(lists.list(ListKind::lineup).fresh));
            if (!assembly.first_error && lists.failure) {
                assembly.first_error = lists.failure;
            }
            for (const FetchedList& list : lists.lists) {
                if (list.fresh.empty() || !list.cached) {
                    assembly.complete = assembly.complete && !bad_.contains(list.fresh);
                    continue;
                }
                if (bad_.contains(list.fresh)) {
                    assembly.useless.push_back(list.fresh);
                    assembly.complete = false;
                } else if (used_.contains(list.fresh)) {
                    assembly.useful.push_back(list.fresh);
                }
            }
        }
        if (assembly.catalog.live_channels().empty() && !read_an_empty_list_) {
            assembly.failure = assembly.first_error.value_or(
                Error(ErrorCode::unavailable, "no account gives a live channel"));
        }
        return assembly;
    }

    const IndexOptions& options_;
    const std::vector<AccountLists>& accounts_;
    state::DetailStore* details_;
    const log::Logger& logger_;
    std::set<fs::path> bad_;
    std::set<fs::path> used_;
    bool read_an_empty_list_ = false; ///< a panel says in so many words that it has no channels
    std::optional<Error> first_error_;
    std::optional<state::DetailReader> details_reader_;
    bool details_failed_ = false;
};

} // namespace

Assembly assemble(const IndexOptions& options, const std::vector<AccountLists>& accounts,
    state::DetailStore* details, const log::Logger& logger) {
    return Run(options, accounts, details, logger).run();
}

} // namespace plex_tuner::engine
