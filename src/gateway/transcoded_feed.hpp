// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "channel_feed.hpp"
#include "channel_session.hpp"
#include "counters.hpp"
#include "original_reader.hpp"
#include "restart_budget.hpp"

#include <plex_tuner/gateway/gateway.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/media/stream_worker.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::gateway {

/// Supplies a session with what a worker process makes of another session's stream. A worker that
/// crashes, hangs or sends what it may not is replaced, and the next one begins at the newest place
/// of the original where one may: viewers see a seam. Confined to the session's strand.
class TranscodedFeed final : public ChannelFeed {
public:
    TranscodedFeed(ChannelSession::Strand strand, fetch::Client& client, const Options& options,
        TranscodeSource source, UpstreamHost& host, LiveCounters& counters, log::Logger log);

    [[nodiscard]] asio::awaitable<UpstreamEnd> run() override;
    void stop() override;

    void condemn(FailoverReason reason, std::string why) override;

    [[nodiscard]] bool has_alternative() const override { return false; }

    /// The original may be without media, too: then its own upstream sees to it.
    [[nodiscard]] bool in_outage() const override;

    void on_media(SteadyTime now) override;

    /// How long the original may be silent is its own affair.
    void set_patience(std::chrono::milliseconds /*patience*/) override {}

    [[nodiscard]] asio::awaitable<Result<void>> sleep_until(SteadyTime time) override;
    void wake() override;

private:
    /// What one worker did, after its end.
    struct Life {
        Result<void> result;
        bool has_given = false;
        bool is_over = false;                  ///< the programme is, and all of it was given
        std::optional<ViewerEnd> original_end; ///< the channel ended otherwise
    };

    [[nodiscard]] asio::awaitable<Life> live();
    [[nodiscard]] std::unique_ptr<media::StreamWorker> make_worker();
    /// What the worker began with is not what comes now, and it cannot cope with that.
    [[nodiscard]] bool has_changed_codecs();
    /// Gives the sink what the worker has made.
    [[nodiscard]] asio::awaitable<Result<void>> give_out(media::StreamWorker& worker, Life& life);
    /// Gives the worker what has come of the original; false: there was nothing, or no room.
    [[nodiscard]] bool take_in(OriginalReader& reader, media::StreamWorker& worker);
    void feed_host(std::string_view bytes);
    /// Gives the sink the clip that comes before all else, if it is time and there is one.
    void give_clip(const Life& life);

    /// A worker has given viewers something to play.
    [[nodiscard]] bool is_playing() const { return has_given_ && host_.playable(); }

    /// The worker or the original has something, or room.
    void on_change();
    void begin_attempt();
    /// A worker that has input must give something by then.
    void set_start_deadline();
    void tell(const Life& life, SteadyTime::duration lasted,
        std::optional<std::chrono::milliseconds> pause) const;

    ChannelSession::Strand strand_;
    fetch::Client& client_;
    const Options& options_;
    TranscodeSource source_;
    UpstreamHost& host_;
    LiveCounters& counters_;
    log::Logger log_;

    std::shared_ptr<Attempt> attempt_; ///< the running one, else the last
    RestartBudget budget_;
    std::optional<SteadyTime> start_by_; ///< all workers together, to what can be played
    bool stopping_ = false;
    bool has_input_ = false;      ///< the running worker
    bool has_finished_ = false;   ///< the running worker has been told that all is there
    bool has_given_ = false;      ///< any worker
    bool waits_for_clip_ = false; ///< the running worker's attempt is woken when it is there
    bool has_given_clip_ = false;
    bool is_giving_clip_ = false;
    bool has_media_ = false; ///< of the running worker
    bool is_pacing_ = false; ///< the sink does not want more yet
    SteadyTime last_media_{};
    std::shared_ptr<const ts::StreamFormat> input_format_; ///< as far as is known
};

} // namespace plex_tuner::gateway
