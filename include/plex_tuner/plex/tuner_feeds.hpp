// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/plex/server.hpp>
#include <plex_tuner/plex/session_judge.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::plex {

/// A channel that a tuner of ours has open.
struct OpenChannel {
    std::string number = {};
    bool is_flowing = false; ///< somebody takes it, and bytes come
};

/// What all tuners that Plex has send, and to whom: those of this process are looked at, the others
/// of ours asked (/api/streams). A tuner that does not know the question is somebody else's.
class TunerFeeds {
public:
    /// What a tuner of this process sends, by device id; nullopt: it is not of this process.
    using Own = std::function<std::optional<std::vector<OpenChannel>>(std::string_view device_id)>;

    TunerFeeds(Server& server, fetch::Client& client, Own own)
        : server_(server), client_(client), own_(std::move(own)) {}

    /// Asks those that may have the `channels`; an empty one may be of any.
    [[nodiscard]] asio::awaitable<void> refresh(
        std::span<const std::string> channels, SteadyTime now);

    [[nodiscard]] Feed of(std::string_view channel) const;

private:
    struct Tuner {
        Device device;
        std::optional<bool> is_ours = {};
        std::optional<std::vector<OpenChannel>> open = {}; ///< none: not known
        std::optional<SteadyTime> silent_since = {};       ///< could not be asked
    };

    [[nodiscard]] static bool may_have(const Device& device, std::string_view channel);
    [[nodiscard]] asio::awaitable<void> ask(Tuner& tuner, SteadyTime now);

    Server& server_;
    fetch::Client& client_;
    Own own_;
    std::vector<Tuner> tuners_;
    std::optional<SteadyTime> listed_at_;
};

} // namespace plex_tuner::plex
