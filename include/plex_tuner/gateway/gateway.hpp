// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/gateway/connection_slots.hpp>
#include <plex_tuner/gateway/failover_reason.hpp>
#include <plex_tuner/gateway/stream_insight.hpp>
#include <plex_tuner/gateway/stream_observer.hpp>
#include <plex_tuner/gateway/transcode_policy.hpp>
#include <plex_tuner/lineup/lineup.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/media/ffmpeg_program.hpp>
#include <plex_tuner/media/media_worker.hpp>
#include <plex_tuner/net/exchange.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace plex_tuner::gateway {

/// What viewers are sent while they wait for the first picture of a channel.
enum class StartKeepAlive : std::uint8_t {
    off,
    null, ///< null packets
    /// PAT and PMT of the channel, which go on when it plays; null packets until they are known.
    psi,
};

struct KeepAliveOptions {
    StartKeepAlive kind = StartKeepAlive::off;
    /// Between two times. The first comes after the first of them: what starts or fails sooner is
    /// answered as if there were no keep-alive.
    std::chrono::milliseconds interval{100};
    int null_packets = 1; ///< each time; 1 to 64
};

/// Copies of what sources send, in files, for debugging.
struct DebugTeeOptions {
    std::filesystem::path directory;
    std::uint64_t bytes = 0; ///< of each connection, from its begin; 0: no copies
    std::size_t files = 20;  ///< the oldest go
};

struct Options {
    int tuner_count = 2; ///< channels open at once; viewers of one channel share its tuner
    std::chrono::milliseconds linger{5'000}; ///< upstream kept after the last viewer left
    std::chrono::milliseconds start_timeout{
        15'000}; ///< whole time to secure the first bytes, all sources together
    /// How long a channel that has played may be without media before its viewers are let go;
    /// meanwhile they are sent null packets.
    std::chrono::milliseconds recovery_timeout{60'000};
    KeepAliveOptions start_keep_alive{};
    std::chrono::milliseconds write_deadline{
        10'000}; ///< a viewer that takes nothing for so long is dropped
    /// Upper bound per channel. What is held is what the slowest viewer has not had yet, and what
    /// follows the newest key frame: a fraction of it while viewers keep up.
    std::size_t ring_bytes = 16 * 1024 * 1024;
    std::size_t max_viewers_per_channel = 256;
    int max_laps = 5; ///< lapped more often than this within a minute: dropped
    fetch::Limits upstream_limits{};
    /// Pictures that stand for a channel that is not there: sources that begin with one are left.
    /// See ts::Splicer::Progress::first_picture.
    std::vector<std::uint64_t> slates;
    std::vector<fetch::Credentials> credentials; ///< by origin; sent to no other host
    media::WorkerOptions remuxing{}; ///< of what is no transport stream: one process per upstream
    /// Where multicast groups are joined unless their address says so: name or address of a network
    /// interface; empty: where the system's routes lead.
    std::string multicast_interface;
    TranscodeSettings transcode{};
    /// One process per channel and profile. It hangs rather than thinks when it neither takes nor
    /// gives anything for a second.
    media::WorkerOptions transcoding{.command = {"/proc/self/exe", "transcode-worker"},
        .silence_once_giving = std::chrono::milliseconds(1'000)};
    /// Transcodes in place of our own worker; null: ours does. One with a problem transcodes
    /// nothing, and is one of transcode_problems().
    std::shared_ptr<const media::FfmpegProgram> ffmpeg;
    std::size_t max_transcodes = 32; ///< processes at once; more are refused
    /// A transcoder has so long from its first input to the first picture that can be played.
    std::chrono::milliseconds transcode_start_timeout{12'000};
    /// How long the clip is that the first viewers of a transcode are sent while it starts; 0:
    /// none.
    std::chrono::milliseconds bootstrap{0};
    DebugTeeOptions debug_tee{};
    ConnectionSlots* slots = nullptr;   ///< asked before a source is opened; outlives the gateway
    StreamObserver* observer = nullptr; ///< outlives the gateway
};

/// Whom to serve what.
struct StreamRequest {
    std::shared_ptr<const lineup::Lineup> lineup; ///< keeps `channel` alive
    const lineup::Channel* channel = nullptr;
    std::optional<int> forced_tuner;              ///< /tuner<k>/v<n>, zero-based
    std::optional<std::chrono::seconds> duration; ///< ?duration=
    bool holds_reservation = false;               ///< who asks has reserved the forced tuner
    TranscodeWish transcode = {};
    ViewerProgram program = ViewerProgram::not_looked_for;
};

/// One transcode of what a tuner plays.
struct TranscodeStatus {
    std::string profile;
    std::string reason; ///< why the first of its viewers got it
    std::size_t viewers = 0;
    std::uint64_t bits_per_second = 0;
    std::shared_ptr<const ts::StreamFormat> format = {}; ///< null until it is known
    StreamInsight insight = {};
};

/// State of one tuner for status.json and metrics. Idle: channel_id empty.
struct TunerStatus {
    int index = 0;
    std::string channel_id;
    std::string guide_number;
    std::string guide_name;
    std::size_t viewers = 0;  ///< of its transcodes, too
    std::string viewer = {};  ///< address of the first of them
    bool is_reserved = false; ///< also when it is idle
    std::uint64_t bits_per_second = 0;
    std::shared_ptr<const ts::StreamFormat> format = {}; ///< null until it is known
    StreamInsight insight = {};
    std::vector<TranscodeStatus> transcodes = {};
};

struct Counters {
    std::uint64_t viewers_open = 0, channels_open = 0, upstream_open = 0;
    std::uint64_t viewers_total = 0, viewers_lapped = 0, viewers_dropped = 0;
    std::uint64_t upstream_connects = 0, upstream_failures = 0;
    std::array<std::uint64_t, kFailoverReasons> failovers{}; ///< sources left, by reason
    std::uint64_t bytes_in = 0, bytes_out = 0;
    std::uint64_t continuity_errors = 0, sync_losses = 0;
    std::uint64_t dropped_packets = 0; ///< damaged, or of a reserved form
    std::uint64_t damaged_units = 0;  ///< PES packets left out because something of them is missing
    std::uint64_t splices = 0;        ///< seams that viewers do not see
    std::uint64_t damaged_tables = 0; ///< PAT and PMT sections of no use
    std::uint64_t segments_missed = 0;   ///< HLS segments gone before they could be fetched
    std::uint64_t sound_lost = 0;        ///< HLS segments of separate sound
    std::uint64_t datagrams_lost = 0;    ///< of RTP sources
    std::uint64_t tee_bytes_dropped = 0; ///< left out of debug copies, for the disk was too slow
    std::uint64_t rejected_all_tuners_in_use = 0;
    std::uint64_t transcodes_open = 0;
    std::uint64_t transcode_workers = 0;  ///< started
    std::uint64_t transcode_failures = 0; ///< workers that crashed, hung or gave up
    std::uint64_t transcode_laps = 0;     ///< parts left out because a worker was too slow
};

/// Owns the channel sessions: one upstream per channel, any number of viewers (design.md
/// "Fan-out"). Thread-safe; each channel session lives on its own strand.
class Gateway {
public:
    [[nodiscard]] static std::unique_ptr<Gateway> create(
        asio::io_context& io, fetch::Client& client, Options options, log::Logger logger);
    virtual ~Gateway() = default;

    /// Answers the exchange: 200 video/mp2t and an endless aligned TS that begins with PAT, PMT and
    /// a random access point, or 503 with X-HDHomeRun-Error, decided before the status line:
    ///   802  the profile that was chosen cannot be made here
    ///   803  shutting down, or max_viewers_per_channel or max_transcodes reached
    ///   804  the forced tuner plays another channel, or does not exist
    ///   805  all tuners in use
    ///   806  no source of the channel is of a kind that can be played (none was asked): http,
    ///        https, udp, rtp and file are
    ///   807  no source gave video within start_timeout
    /// With a start keep-alive the status line goes out before that is decided: a channel that does
    /// not start then ends a stream of null packets or tables, and only the log says why.
    /// A forced tuner is only where a channel that does not play yet is opened: one that plays is
    /// shared, on the tuner it has. A channel without viewers gives up its tuner to another at
    /// once. Range is ignored. HEAD is answered without an upstream. Returns when the viewer is
    /// gone. Runs on the exchange's executor; the gateway itself may be destroyed before it
    /// returns.
    [[nodiscard]] virtual asio::awaitable<void> serve(
        net::Exchange& exchange, StreamRequest request) = 0;

    /// What the user says of single channels, for viewers that come from now on. Thread-safe.
    virtual void set_transcode_overrides(TranscodeOverrides overrides) = 0;
    /// What of transcoding is configured and cannot work here, one sentence each: see
    /// TranscodePolicy::problems. Whether its processes run at all is known some tenths of a second
    /// after the gateway was made, and is logged then.
    [[nodiscard]] virtual std::vector<std::string> transcode_problems() const = 0;

    /// Keeps every request off the tuner that does not hold the reservation; false when somebody
    /// watches it or it is reserved. A channel that its holder plays may be shared all the same.
    [[nodiscard]] virtual bool reserve(int tuner) = 0;
    virtual void end_reservation(int tuner) = 0;
    /// Ends what plays on the tuner, and all who watch it; it is free at once.
    virtual void vacate(int tuner) = 0;

    [[nodiscard]] virtual std::vector<TunerStatus> tuners() const = 0;
    [[nodiscard]] virtual Counters counters() const = 0;

    /// Ends all viewers and upstreams, within 2 s; afterwards serve() answers 503. Call once,
    /// before the io_context stops and while `client` lives.
    [[nodiscard]] virtual asio::awaitable<void> stop() = 0;
};

} // namespace plex_tuner::gateway
