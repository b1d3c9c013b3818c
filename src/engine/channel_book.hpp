// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "build_thread.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/gateway/stream_observer.hpp>
#include <plex_tuner/hdhr/channel_facts.hpp>
#include <plex_tuner/lineup/lineup.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/state/channel_store.hpp>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::engine {

/// What viewers taught us of the channels, and which of them the user likes or hides. Kept in the
/// state directory by channel id, so that it survives refreshes, renumbering and restarts. A file
/// that fails holds nobody up: what is in memory goes on. Thread-safe; the file is written on a
/// thread of its own.
class ChannelBook final : public gateway::StreamObserver {
public:
    /// Channels beyond so many are not learned.
    static constexpr std::size_t kMaxChannels = 50'000;
    /// A channel that has been in no lineup for so long is forgotten: as long as its number is
    /// kept for it.
    static constexpr std::chrono::days kMemory = lineup::NumberBook::kReservation;

    [[nodiscard]] static Result<std::shared_ptr<ChannelBook>> open(
        const std::filesystem::path& file, std::shared_ptr<const Clock> clock, log::Logger logger);

    [[nodiscard]] bool wants(std::string_view channel_id) const override;
    void stream_format(std::string_view channel_id, const ts::StreamFormat& format) override;

    /// False when it could not be saved; it holds until the program ends then.
    [[nodiscard]] asio::awaitable<bool> set_mark(std::string channel_id, state::ChannelMark mark);

    /// These channels are there now.
    void keep(const lineup::Lineup& lineup);

    [[nodiscard]] hdhr::ChannelFacts facts(std::string_view channel_id) const;

    /// Another number after every change of what facts() says of any channel.
    [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

private:
    struct Known {
        state::ChannelRecord record;
        hdhr::ChannelFacts facts; ///< made of it
    };

    ChannelBook(state::ChannelStore store, std::shared_ptr<const Clock> clock, log::Logger logger);

    /// nullptr: there are too many. Under the mutex.
    [[nodiscard]] Known* entry(std::string_view channel_id);
    /// Brings the facts up to date. Under the mutex.
    void refresh(Known& known);
    /// Writes the records as they are by then. On thread_, as is saved().
    [[nodiscard]] bool save(std::span<const std::string> channel_ids);
    /// What was learned until then, in one step: many channels may begin in the same second, and
    /// the disk is asked to keep each step for good.
    void save_learned();
    [[nodiscard]] bool saved(const Result<void>& result);

    std::shared_ptr<const Clock> clock_;
    log::Logger logger_;
    mutable std::mutex mutex_;
    std::map<std::string, Known, std::less<>> channels_;
    std::vector<std::string> learned_; ///< channel ids, to be saved
    std::atomic<std::uint64_t> version_{0};
    state::ChannelStore store_; ///< on thread_
    BuildThread thread_;        ///< last: its work uses what stands above
};

} // namespace plex_tuner::engine
