// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/ts/stream_format.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::state {

class DatabaseFile;

/// What a user has said of a channel.
enum class ChannelMark : std::uint8_t { none, favorite, hidden };

struct ChannelRecord {
    std::string id; ///< of the channel, the same over renumbering
    ChannelMark mark = ChannelMark::none;
    /// As its stream was last seen, with the first audio stream only; empty when it never was.
    ts::StreamFormat format{};
    WallTime last_seen{}; ///< when the channel was last there

    friend bool operator==(const ChannelRecord&, const ChannelRecord&) = default;
};

/// channels.db of an instance: what is known of its channels beyond what the provider says. One
/// thread at a time. Calls block; committed changes survive a power cut.
class ChannelStore {
public:
    /// Creates the file and its directory if need be. A damaged file is set aside and begun anew,
    /// here or when the damage is met later; see take_warnings().
    [[nodiscard]] static Result<ChannelStore> open(const std::filesystem::path& file);

    ChannelStore(ChannelStore&& other) noexcept;
    ChannelStore& operator=(ChannelStore&& other) noexcept;
    ChannelStore(const ChannelStore&) = delete;
    ChannelStore& operator=(const ChannelStore&) = delete;
    ~ChannelStore();

    /// By id.
    [[nodiscard]] Result<std::vector<ChannelRecord>> load();
    /// Adds the records or replaces those with their ids: all of them or none.
    [[nodiscard]] Result<void> put(std::span<const ChannelRecord> records);
    /// The channels of `ids` are there at `time`; all those last seen before `cutoff` are
    /// forgotten.
    [[nodiscard]] Result<void> mark_seen(
        std::span<const std::string> ids, WallTime time, WallTime cutoff);

    /// What happened to the file since the last call, for the user.
    [[nodiscard]] std::vector<std::string> take_warnings();

private:
    explicit ChannelStore(DatabaseFile file);

    std::unique_ptr<DatabaseFile> file_;
};

} // namespace plex_tuner::state
