// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/url.hpp>

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::gateway {

namespace asio = boost::asio;

/// The right to one connection to a provider account, for as long as this lives.
class ConnectionSlot {
public:
    virtual ~ConnectionSlot() = default;
    /// The provider refused the connection because too many are open (458, 509).
    virtual void refused() = 0;
};

/// A slot, or why there is none.
struct SlotOffer {
    std::unique_ptr<ConnectionSlot> slot; ///< may be null while `refusal` is empty: none is needed
    std::string refusal;                  ///< "all 2 connections of the account are in use"
    bool ask_again = false; ///< somebody who matters less was asked to make room: soon
};

/// Counts the connections to accounts that allow only so many, over all programs that share them.
class ConnectionSlots {
public:
    virtual ~ConnectionSlots() = default;

    /// Does not wait for room. Runs on the caller's executor.
    [[nodiscard]] virtual asio::awaitable<SlotOffer> take(Url url) = 0;
};

} // namespace plex_tuner::gateway
