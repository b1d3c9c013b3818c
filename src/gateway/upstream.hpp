// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "channel_feed.hpp"
#include "counters.hpp"
#include "failover_plan.hpp"
#include "source_memory.hpp"

#include <plex_tuner/gateway/gateway.hpp>
#include <plex_tuner/log/logger.hpp>

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::gateway {

/// Keeps one channel supplied: tries its sources as its FailoverPlan says until one can be played,
/// and when that breaks off, goes on until the channel has been without media for too long.
/// Confined to the session's strand.
class Upstream final : public ChannelFeed {
public:
    struct Source {
        std::string url;
        fetch::HeaderList headers;
    };

    Upstream(asio::any_io_executor strand, fetch::Client& client, const Options& options,
        std::vector<Source> sources, UpstreamHost& host, LiveCounters& counters, log::Logger log);

    [[nodiscard]] asio::awaitable<UpstreamEnd> run() override;
    /// run() ends soon; the socket is closed at once.
    void stop() override;

    /// What the source delivers is of no use: leaves it for the next one.
    void condemn(FailoverReason reason, std::string why) override;
    /// Another source could be tried now.
    [[nodiscard]] bool has_alternative() const override;

    /// Nothing plays: sources are being tried.
    [[nodiscard]] bool in_outage() const override { return in_outage_; }

    /// Media arrived: the running attempt has not stalled.
    void on_media(SteadyTime now) override;
    void set_patience(std::chrono::milliseconds patience) override;

    /// Waits of the sink on behalf of the running attempt; see Attempt.
    [[nodiscard]] asio::awaitable<Result<void>> sleep_until(SteadyTime time) override;
    void wake() override;

private:
    /// One run of one source, after its end.
    struct Run {
        Result<void> result;
        bool connectable = true; ///< false: refused before anything was sent
        bool media = false;
        bool stalled = false;                             ///< it played and then sent nothing more
        std::optional<std::chrono::seconds> told_to_wait; ///< see Attempt
        std::chrono::milliseconds lasted{0};              ///< between the first and the last media
    };

    [[nodiscard]] asio::awaitable<Run> play(const Source& source, SteadyTime deadline);
    /// Waits a little for somebody who makes room.
    [[nodiscard]] asio::awaitable<SlotOffer> take_slot(Url url);
    [[nodiscard]] asio::awaitable<Result<void>> play_url(const Source& source, Url url);
    void begin_attempt();
    [[nodiscard]] FailoverReason reason_of(const Run& run) const;
    /// Notes how the run ended, for the plan, the log and the metrics.
    void conclude(const Run& run, bool has_played);
    /// When to make the next try, that all may be over by `end`.
    [[nodiscard]] static SteadyTime when(
        const FailoverPlan::Choice& choice, bool has_played, SteadyTime end);
    /// How long the next try may take, when all must be over by `end`.
    [[nodiscard]] SteadyTime share(SteadyTime end) const;

    asio::any_io_executor strand_;
    fetch::Client& client_;
    const Options& options_;
    std::vector<Source> sources_;
    FailoverPlan plan_;
    std::vector<SourceMemory> memory_; ///< of each source
    UpstreamHost& host_;
    LiveCounters& counters_;
    log::Logger log_;
    std::shared_ptr<fetch::CookieJar> cookies_;

    std::shared_ptr<Attempt> attempt_; ///< the running one, else the last
    std::size_t current_ = 0;          ///< index of the source in use
    bool stopping_ = false;
    bool in_outage_ = true;
    std::optional<FailoverReason> condemned_; ///< the running attempt
    std::optional<SteadyTime> first_media_;   ///< of the running attempt
    bool playing_ = false;                    ///< the running attempt's deadline is for stalls
    SteadyTime last_media_{};
    SteadyTime settle_at_{};
    std::chrono::milliseconds patience_{0};
};

} // namespace plex_tuner::gateway
