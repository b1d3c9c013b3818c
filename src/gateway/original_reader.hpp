// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channel_session.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::gateway {

/// What a transcode has as its input: a viewer of a channel's session that is nobody's connection,
/// and holds no seat in it. It begins, as other viewers do, at the newest place where one may, and
/// is moved forward as they are when it falls behind. Confined to the strand it is given.
class OriginalReader : public std::enable_shared_from_this<OriginalReader> {
public:
    /// `on_change` is called on the strand when there is something to be taken.
    OriginalReader(ChannelSession::Strand strand, std::shared_ptr<ChannelSession> original,
        std::function<void()> on_change);

    void start();
    /// Nobody takes any more: it leaves the channel soon.
    void stop();

    struct Piece {
        std::string bytes;
        bool is_behind_gap = false; ///< it fell behind, and something was left out before this
    };

    /// nullopt: nothing is there now.
    [[nodiscard]] std::optional<Piece> take();

    /// The channel ended: nothing more comes behind what is there.
    [[nodiscard]] const std::optional<ViewerEnd>& end() const noexcept { return end_; }

    [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }

private:
    [[nodiscard]] asio::awaitable<void> read();

    ChannelSession::Strand strand_;
    std::shared_ptr<ChannelSession> original_;
    std::shared_ptr<Viewer> viewer_;
    std::function<void()> on_change_; ///< empty once it is stopped
    std::deque<Piece> pieces_;
    std::size_t bytes_ = 0; ///< of them
    std::optional<ViewerEnd> end_;
    asio::steady_timer room_; ///< cancelled when something was taken
    bool stopped_ = false;
};

} // namespace plex_tuner::gateway
