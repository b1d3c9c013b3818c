// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bootstrap_clips.hpp"
#include "channel_feed.hpp"
#include "channel_output.hpp"
#include "debug_tee.hpp"
#include "gather_policy.hpp"
#include "rate_meter.hpp"
#include "source_watch.hpp"
#include "start_report.hpp"
#include "stream_pace.hpp"
#include "upstream.hpp"
#include "viewer.hpp"
#include "waiting_room.hpp"

#include <plex_tuner/media/profile.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace plex_tuner::gateway {

class ChannelSession;

/// What a transcode is made of.
struct TranscodeSource {
    std::shared_ptr<ChannelSession> original;
    media::Profile profile;
    std::shared_ptr<BootstrapClips> clips = {}; ///< null: viewers are sent none
};

/// Who gave the session its tuner. Thread-safe.
class SessionHost {
public:
    virtual ~SessionHost() = default;
    /// Takes the tuner back; nobody joins the session any more.
    virtual void release(const ChannelSession& session) = 0;
    /// The same, but only if the session has no viewers; true when it was taken.
    [[nodiscard]] virtual bool release_if_idle(const ChannelSession& session) = 0;
    /// Closes a session that has no viewers, but not this one; true: there was one.
    [[nodiscard]] virtual bool make_room(const ChannelSession& session) = 0;
    /// Null: none is wanted. Outlives the session.
    [[nodiscard]] virtual DebugTee* debug_tee() = 0;
    /// The session's upstream is closed and its last log line written.
    virtual void session_finished() = 0;
};

/// One channel that plays: its upstream, its ring and its viewers. Lives on its own strand; members
/// marked thread-safe may be called from anywhere.
class ChannelSession final : public UpstreamHost,
                             public std::enable_shared_from_this<ChannelSession> {
public:
    struct Identity {
        std::string channel_id;
        std::string guide_number;
        std::string guide_name;
        int tuner = 0;
        std::string profile = {}; ///< of a transcode; empty: it is none
        std::string reason = {};  ///< why the first of its viewers got one
    };

    using Sources = std::variant<std::vector<Upstream::Source>, TranscodeSource>;

    using Strand = asio::strand<asio::io_context::executor_type>;

    /// `host`, `client`, `options` and `counters` outlive the session; see Core.
    ChannelSession(asio::io_context& io, fetch::Client& client, const Options& options,
        LiveCounters& counters, std::shared_ptr<SessionHost> host, Identity identity,
        Sources sources, const log::Logger& log);
    ~ChannelSession() override;

    // Thread-safe.
    [[nodiscard]] const Identity& identity() const noexcept { return identity_; }

    /// It has no sources of its own, but another session.
    [[nodiscard]] bool is_transcode() const noexcept { return !identity_.profile.empty(); }

    [[nodiscard]] const Strand& strand() const noexcept { return strand_; }

    [[nodiscard]] std::uint64_t bits_per_second() const noexcept;
    /// null until it is known.
    [[nodiscard]] std::shared_ptr<const ts::StreamFormat> format() const;
    [[nodiscard]] StreamInsight insight() const;
    /// Opens the upstream, once that of `predecessor` (may be null) is closed: accounts often allow
    /// only one connection.
    void start(const std::shared_ptr<ChannelSession>& predecessor);
    /// Closes the upstream and ends the viewers at once.
    void close(std::string reason);
    /// The last viewer left: closes after the linger time unless somebody came by then.
    void linger();
    /// The peer of that viewer is gone.
    void disconnect(std::shared_ptr<Viewer> viewer);

    // On the strand.
    void attach(std::shared_ptr<Viewer> viewer);
    void detach(const Viewer& viewer);
    /// Waits until there is something for the viewer, and fills its batch; or why it is over.
    [[nodiscard]] asio::awaitable<std::optional<ViewerEnd>> next(Viewer& viewer);

    // UpstreamHost.
    void seam(ts::Seam kind) override;
    void feed(std::string bytes) override;
    void finish_piece() override;
    void abandon_piece() override;
    void segments_missed(std::uint64_t count) override;
    void sound_lost(std::uint64_t segments) override;
    void datagrams_lost(std::uint64_t count) override;

    [[nodiscard]] bool plausible() const override { return output_.plausible(); }

    [[nodiscard]] bool may_gather() const override { return playable(); }

    [[nodiscard]] asio::awaitable<Result<void>> wait_for_room() override;
    [[nodiscard]] asio::awaitable<Result<void>> pace(std::size_t bytes) override;
    void set_patience(std::chrono::milliseconds patience) override;
    void begin_upstream() override;

    [[nodiscard]] bool playable() const override { return output_.first_access() != nullptr; }

    [[nodiscard]] bool make_room() override { return host_->make_room(*this); }

    void settle_for_anything() override { output_.settle_for_anything(); }

private:
    [[nodiscard]] std::unique_ptr<ChannelFeed> make_feed(fetch::Client& client, Sources sources);
    void begin();
    void begin_after(std::chrono::milliseconds pause);
    [[nodiscard]] asio::awaitable<void> run();
    void finish(const UpstreamEnd& end);
    void end_viewers(ViewerEnd end, bool drain);
    void close_now(std::string reason);
    void when_finished(std::function<void()> callback);

    void account(std::size_t fed);
    /// Leaves a source that delivers nothing of use.
    void judge();
    /// Sends viewers null packets while sources are being tried, from time to time.
    void keep_alive();
    void tell_start();
    void tell_format();
    void tell_insight(const ts::Splicer::Counters& splicing);
    /// What of the stream is not sent as it came, or should not have been.
    void tell_repairs(const ts::Splicer::Counters& splicing);
    void wake_viewers();
    void trim();
    [[nodiscard]] std::optional<ViewerEnd> fill(Viewer& viewer);
    [[nodiscard]] std::optional<ViewerEnd> lap(Viewer& viewer);
    [[nodiscard]] bool place(Viewer& viewer);
    /// It can be decided now what the viewer gets.
    [[nodiscard]] bool can_choose(Viewer& viewer) const;
    /// Sends a viewer that waits for its place something, when it is time.
    void keep_waiting(Viewer& viewer);
    [[nodiscard]] bool must_hold(SteadyTime now) const;
    void release_hold();

    /// What of the output's counts has been passed on.
    struct Seen {
        std::uint64_t continuity_errors = 0, sync_losses = 0, dropped_packets = 0;
        std::uint64_t damaged_units = 0, splices = 0, damaged_tables = 0, media = 0;
        std::uint64_t corrected_types = 0, repaired_aac = 0, unrepaired_aac = 0;
    };

    const Identity identity_;
    const Options& options_;
    LiveCounters& counters_;
    const std::shared_ptr<SessionHost> host_;
    Strand strand_;
    log::Logger log_;
    ChannelOutput output_;
    WaitingRoom waiting_room_;
    std::unique_ptr<ChannelFeed> feed_;
    RateMeter rate_;
    StreamPace stream_pace_;
    SourceWatch watch_;
    std::optional<std::uint64_t> first_picture_; ///< of the source, as it was named in the log
    GatherPolicy gather_;
    std::unique_ptr<DebugTee::Copy> tee_; ///< of the running connection; may be null

    std::vector<std::shared_ptr<Viewer>> viewers_;
    asio::steady_timer linger_timer_;
    asio::steady_timer keep_alive_timer_;
    asio::steady_timer start_timer_; ///< how long to wait for the predecessor
    std::vector<std::function<void()>> finished_callbacks_;

    bool begun_ = false;
    bool closed_ = false;   ///< end_ is set
    bool draining_ = false; ///< viewers may still take what the ring holds
    bool finished_ = false;
    ViewerEnd end_;

    bool placed_ = false; ///< some viewer has been given a place to start
    bool first_upstream_ = true;
    bool holding_ = false; ///< the source waits for the viewers
    SteadyTime opened_at_;
    StartReport start_{opened_at_};
    std::uint64_t total_bytes_ = 0;
    Seen seen_;

    mutable std::mutex status_mutex_;
    std::shared_ptr<const ts::StreamFormat> format_; ///< of output_, for other threads
    StreamInsight insight_;                          ///< likewise
};

} // namespace plex_tuner::gateway
