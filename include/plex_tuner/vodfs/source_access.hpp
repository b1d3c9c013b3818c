// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/fetch/governor.hpp>

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::vodfs {

namespace asio = boost::asio;

/// The right to one connection to a provider account, for as long as this lives.
class SourceSlot {
public:
    virtual ~SourceSlot() = default;
    /// Somebody who matters more waits for it: give it back soon.
    [[nodiscard]] virtual asio::awaitable<bool> asked_to_yield() = 0;
    /// The provider refused the connection because too many are open (458, 509).
    virtual void refused() = 0;
};

struct SourceSlotOffer {
    std::unique_ptr<SourceSlot> slot; ///< may be null without `full`: none is needed
    bool full = false;                ///< no connection to be had now; ask again
};

/// What the providers allow, over all programs of the machine. Called on any executor of the mount.
class SourceAccess {
public:
    virtual ~SourceAccess() = default;

    /// The account a file belongs to: one slot serves one request after the other of it. Empty: its
    /// connections are not counted.
    [[nodiscard]] virtual std::string account_of(const Url& url) const = 0;
    [[nodiscard]] virtual asio::awaitable<SourceSlotOffer> take(Url url) = 0;
    /// For what can wait: full while any connection of the account is in use; all others go before.
    [[nodiscard]] virtual asio::awaitable<SourceSlotOffer> take_idle(Url url) = 0;
    /// Waits until the provider may be asked; `unavailable` when it is to be left alone for longer
    /// than `max_wait`. The permit is kept until the head of the answer is there.
    [[nodiscard]] virtual asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> permit(
        const fetch::Request& request, std::chrono::milliseconds max_wait) = 0;
};

} // namespace plex_tuner::vodfs
