// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared_governor.hpp"
#include "shared_slots.hpp"

#include <plex_tuner/catalog/catalog.hpp>
#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/gateway/stream_observer.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

namespace plex_tuner::engine {

/// One address of a channel, on its own.
struct TestedStream {
    Url url;
    fetch::HeaderList headers;
};

/// None when it is no address of the web.
[[nodiscard]] std::optional<TestedStream> tested_stream(const catalog::StreamSource& source);

enum class StreamState : std::uint8_t {
    alive,   ///< gives what a player would play
    dead,    ///< gives something else, or nothing, and not because of how often we ask
    unknown, ///< could not be told: refused, too slow, no connection free
};

/// Opens streams for a moment, as politely as everything else: with a permit of the governor and a
/// free connection of the account, which it gives back as soon as a viewer wants it.
class StreamTest {
public:
    /// What is referenced outlives it; `slots` and `observer` may be null.
    StreamTest(fetch::Client& client, SharedGovernor& governor, SharedSlots* slots,
        gateway::StreamObserver* observer, const IndexOptions& options)
        : client_(client), governor_(governor), slots_(slots), observer_(observer),
          options_(options) {}

    /// Accounts without a free connection are asked for one again.
    void begin() { full_.clear(); }

    /// The first bytes of a stream, or its playlist; more of it when the observer wants to know
    /// what the channel's streams are encoded as.
    [[nodiscard]] asio::awaitable<StreamState> open(
        TestedStream stream, std::string_view channel_id);

    /// Whether the answer for a stream comes through Cloudflare; none: could not be told.
    [[nodiscard]] asio::awaitable<std::optional<bool>> is_behind_cloudflare(TestedStream stream);

private:
    struct Right;

    [[nodiscard]] fetch::Request request_of(TestedStream stream) const;
    [[nodiscard]] asio::awaitable<std::optional<Right>> ask_for(const fetch::Request& request);
    [[nodiscard]] asio::awaitable<StreamState> look(
        fetch::Request request, Right& right, std::string_view channel_id);
    /// Reads on until it is known what the streams are encoded as, or that takes too much.
    [[nodiscard]] asio::awaitable<void> learn(
        fetch::Transfer& transfer, std::string body, std::string_view channel_id);
    [[nodiscard]] static asio::awaitable<void> until_asked_to_yield(ProbeSlot& slot);

    fetch::Client& client_;
    SharedGovernor& governor_;
    SharedSlots* slots_;
    gateway::StreamObserver* observer_;
    const IndexOptions& options_;
    std::set<std::string, std::less<>> full_; ///< accounts whose viewers have all there is
};

} // namespace plex_tuner::engine
