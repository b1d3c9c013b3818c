// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channel_output.hpp"
#include "viewer.hpp"

#include <plex_tuner/gateway/gateway.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace plex_tuner::gateway {

/// What viewers are sent while they wait for the first picture of a channel. Tables they are sent
/// are those of the output itself, in its order and without its media: so versions and counters go
/// on when it plays. Confined to the session's strand.
class WaitingRoom {
public:
    /// Both outlive it.
    WaitingRoom(const KeepAliveOptions& options, ChannelOutput& output)
        : options_(options), output_(output) {}

    /// "null" or "psi": for logs.
    [[nodiscard]] std::string_view kind_name() const noexcept {
        return options_.kind == StartKeepAlive::psi ? "psi" : "null";
    }

    /// The viewer begins to wait.
    void enter(Viewer& viewer, SteadyTime now) const;

    /// It goes on with the ring, or must not be sent anything else.
    void leave(Viewer& viewer) const noexcept { viewer.keep_alive_at = SteadyTime::max(); }

    /// Fills the batch of a viewer whose time has come; false: it has not.
    [[nodiscard]] bool serve(Viewer& viewer, SteadyTime now);

    /// What leads a viewer over to the media at `point`.
    [[nodiscard]] std::vector<std::uint8_t> preamble(
        const Viewer& viewer, const ts::AccessPoint& point) const;

private:
    [[nodiscard]] std::vector<std::uint8_t> next_tables(Viewer& viewer);
    [[nodiscard]] std::vector<std::uint8_t> null_packets() const;

    const KeepAliveOptions& options_;
    ChannelOutput& output_;
};

} // namespace plex_tuner::gateway
