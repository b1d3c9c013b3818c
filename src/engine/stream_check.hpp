// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stream_test.hpp"

#include <plex_tuner/engine/index_progress.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/provider/stream_verdicts.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace plex_tuner::engine {

/// Looks at the streams of a new catalog before it is taken: whether their hosts are behind a front
/// that players do not get past, and, when asked to, whether they play at all. What could not be
/// told stays in the catalog, and so does the order of the channels.
class StreamCheck {
public:
    /// What is referenced outlives it; `slots` and `observer` may be null.
    StreamCheck(fetch::Client& client, SharedGovernor& governor, SharedSlots* slots,
        gateway::StreamObserver* observer, const IndexOptions& options, std::stop_token stop,
        log::Logger logger);

    /// The lists were had anew: hosts are looked at again.
    void begin();

    /// Changes with what is asked of the streams, and as verdicts age: a catalog made with other
    /// inputs deserves another look, though its lists are the same.
    [[nodiscard]] std::string inputs() const;

    /// Looks at the streams of its channels. On the caller's executor; one call at a time.
    [[nodiscard]] asio::awaitable<void> look_at(
        const catalog::Catalog& catalog, const ProgressSink& progress);

    /// Leaves out what look_at() found. The error says that nothing would remain; the catalog is
    /// of no use then.
    [[nodiscard]] Result<void> apply(catalog::Catalog& catalog) const;

private:
    struct Candidate {
        std::string channel_id;
        std::string url;
        std::string origin;
        TestedStream stream;
        std::optional<WallTime> tested; ///< none: never
        std::size_t place = 0;          ///< in the catalog
    };

    struct Tested {
        std::string url;
        std::string origin;
        StreamState state = StreamState::unknown;
    };

    [[nodiscard]] asio::awaitable<void> look_for_fronts(
        const catalog::Catalog& catalog, const ProgressSink& progress);
    [[nodiscard]] asio::awaitable<void> test(
        const catalog::Catalog& catalog, const ProgressSink& progress);
    [[nodiscard]] std::vector<Candidate> candidates(const catalog::Catalog& catalog) const;
    [[nodiscard]] asio::awaitable<void> work(const ProgressSink& progress);
    void keep_verdicts();
    [[nodiscard]] bool is_fresh(const provider::StreamVerdicts::Verdict& verdict) const;
    [[nodiscard]] bool is_dead(std::string_view url) const;

    const IndexOptions& options_;
    std::stop_token stop_;
    log::Logger logger_;
    StreamTest stream_test_;
    std::map<std::string, bool> fronts_; ///< origin → behind Cloudflare, as could be told last
    std::set<std::string> looked_at_;    ///< origins, since begin()
    provider::StreamVerdicts verdicts_;
    // Of the run of tests that is under way.
    std::vector<Candidate> queue_;
    std::size_t next_ = 0; ///< of queue_
    std::chrono::steady_clock::time_point end_{};
    std::vector<Tested> tested_;
    std::set<std::string> tried_; ///< whatever came of it: once a run is enough
};

} // namespace plex_tuner::engine
