// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/plex/sessions.hpp>

#include <memory>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::plex {

namespace asio = boost::asio;

/// What the server tells of itself, from the moment on that it was opened (Server::events). Used by
/// one coroutine; destroying it closes the connection.
class EventStream {
public:
    explicit EventStream(std::unique_ptr<fetch::Transfer> transfer);
    EventStream(EventStream&&) noexcept;
    EventStream& operator=(EventStream&&) noexcept;
    ~EventStream();

    /// Waits for the next event; an error when the connection ended.
    [[nodiscard]] asio::awaitable<Result<ServerEvent>> next();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace plex_tuner::plex
