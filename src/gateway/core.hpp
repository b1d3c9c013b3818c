// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channel_session.hpp"
#include "counters.hpp"
#include "debug_tee.hpp"
#include "transcode_table.hpp"
#include "tuner_table.hpp"
#include "worker_check.hpp"

#include <plex_tuner/gateway/gateway.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/strand.hpp>

namespace plex_tuner::gateway {

using Tuners = TunerTable<ChannelSession>;
using Transcodes = TranscodeTable<ChannelSession>;

/// What the gateway, its sessions and its viewers share; lives as long as the last of them.
/// Thread-safe.
class Core final : public SessionHost, public std::enable_shared_from_this<Core> {
public:
    Core(asio::io_context& context, fetch::Client& fetch_client, Options gateway_options,
        log::Logger gateway_log);

    void release(const ChannelSession& session) override {
        if (session.is_transcode()) {
            transcodes.release(session);
        } else {
            tuners.release(session);
        }
    }

    [[nodiscard]] bool release_if_idle(const ChannelSession& session) override {
        return session.is_transcode() ? transcodes.release_if_idle(session)
                                      : tuners.release_if_idle(session);
    }

    /// A viewer of the session left; true when it was the last one.
    [[nodiscard]] bool leave(const ChannelSession& session) {
        return session.is_transcode() ? transcodes.leave(session) : tuners.leave(session);
    }

    [[nodiscard]] bool make_room(const ChannelSession& session) override;

    [[nodiscard]] DebugTee* debug_tee() override { return tee_.get(); }

    void session_finished() override { changed(); }

    /// Ends every session, also one that has no tuner any more and plays its rest to its viewers.
    void close_all(const std::string& reason);

    /// Counts the viewer in the channel's session, which is made and started when there is none.
    [[nodiscard]] std::expected<Tuners::Admission, TuneError> admit(
        const StreamRequest& request, std::string_view viewer);
    /// Counts the viewer, who is one of `original`, in its transcode with that profile as well;
    /// null: there are as many transcodes as there may be.
    [[nodiscard]] std::shared_ptr<ChannelSession> admit_to_transcode(
        const std::shared_ptr<ChannelSession>& original, const media::Profile& profile,
        std::string_view reason);

    [[nodiscard]] std::shared_ptr<const TranscodePolicy> transcode_policy() const;
    void set_transcode_overrides(TranscodeOverrides overrides);
    /// Finds out whether transcoders run, if they may be needed.
    void check_transcoding();
    [[nodiscard]] std::vector<std::string> transcode_problems() const;

    /// Waits until nothing runs any more, at most `limit`.
    [[nodiscard]] asio::awaitable<void> wait_idle(std::chrono::milliseconds limit);
    /// Something that wait_idle() waits for may have ended.
    void changed();

    asio::io_context& io;
    fetch::Client& client;
    const Options options;
    const log::Logger log;
    LiveCounters counters;
    Tuners tuners;
    Transcodes transcodes;
    std::atomic<std::uint64_t> next_viewer{1};
    std::atomic<std::uint64_t> serving{0}; ///< running calls of serve()

private:
    std::unique_ptr<DebugTee> tee_; ///< null: none is wanted
    [[nodiscard]] bool idle() const noexcept;

    void remember(const std::shared_ptr<ChannelSession>& session);

    mutable std::mutex policy_mutex_;
    std::shared_ptr<const TranscodePolicy> policy_;
    std::shared_ptr<WorkerCheck> worker_check_;
    std::shared_ptr<BootstrapClips> clips_; ///< null: none are wanted
    std::mutex sessions_mutex_;
    std::vector<std::weak_ptr<ChannelSession>> sessions_;
    asio::strand<asio::io_context::executor_type> strand_;
    asio::steady_timer idle_timer_; ///< on strand_
    std::atomic<bool> waiting_{false};
};

} // namespace plex_tuner::gateway
