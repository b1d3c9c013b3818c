// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/gateway/transcode_policy.hpp>
#include <plex_tuner/lineup/lineup.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/http_types.hpp>
#include <plex_tuner/plex/server.hpp>
#include <plex_tuner/plex/stream_client.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace plex_tuner::engine {

namespace asio = boost::asio;

/// Finds out which program asks for a stream: by what the request says, and where Plex's server
/// asks for somebody, by who watches there. That is asked with a limit of two seconds, by one
/// request at a time, and kept for some seconds; a server that does not answer is left alone for
/// longer. No thread waits. Thread-safe.
class ClientFinder : public std::enable_shared_from_this<ClientFinder> {
public:
    /// `client` outlives it.
    ClientFinder(asio::io_context& io, fetch::Client& client, ClientAdaptOptions options,
        std::shared_ptr<const Clock> clock, log::Logger logger);

    [[nodiscard]] asio::awaitable<gateway::ViewerProgram> find(
        const net::Request& request, const lineup::Channel& channel);

private:
    /// What the server said last, or why it did not.
    struct Answer {
        SteadyTime time{};
        Result<std::vector<plex::PlaySession>> sessions;
    };

    struct Wanted {
        plex::ClientHints hints;
        std::string guide_number;
        std::string channel_id;
    };

    struct Found {
        std::optional<plex::StreamClient> client = {};
        bool has_answer = true; ///< of the server
    };

    // On the strand.
    [[nodiscard]] asio::awaitable<Found> look(Wanted wanted);
    [[nodiscard]] asio::awaitable<void> ask();
    [[nodiscard]] std::optional<plex::StreamClient> in_answer(const Wanted& wanted) const;
    [[nodiscard]] bool has_fresh_answer() const;
    void tell(const Result<std::vector<plex::PlaySession>>& sessions);

    asio::strand<asio::io_context::executor_type> strand_;
    std::optional<plex::Server> server_;
    std::shared_ptr<const Clock> clock_;
    log::Logger logger_;
    std::optional<Answer> answer_;
    bool is_asking_ = false;
    asio::steady_timer answered_; ///< cancelled when there is an answer
    std::string last_error_;      ///< told; empty: it answers
};

} // namespace plex_tuner::engine
