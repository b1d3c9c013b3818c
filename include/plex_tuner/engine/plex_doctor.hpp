// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/check.hpp>
#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/records.hpp>
#include <plex_tuner/plex/served_tuner.hpp>
#include <plex_tuner/plex/server.hpp>

#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::engine {

struct PlexQuestion {
    plex::ServerOptions server;     ///< its token may be empty
    std::string base_url;           ///< of the tuner, as Plex reaches it; empty: none is configured
    std::string listen;             ///< of its HTTP server, on this machine
    std::vector<std::string> owned; ///< patterns of what is ours in Plex

    explicit PlexQuestion(plex::ServerOptions options) : server(std::move(options)) {}

    /// Where the tuner is asked: its base URL, else on this machine.
    [[nodiscard]] std::string tuner_url() const;
};

/// What asking came to; what was not asked is a cancelled error.
struct PlexFacts {
    template <class T>
    using Answer = Result<T>;

    Answer<plex::ServerIdentity> identity = not_asked();
    Answer<plex::ServerAbout> about = not_asked(); ///< needs the token
    Answer<std::vector<plex::Preference>> preferences = not_asked();
    Answer<plex::Present> present = not_asked();
    Answer<plex::ServedTuner> tuner = not_asked();
    Answer<std::vector<plex::GuideReader>> readers = not_asked();
    WallTime now{};

    [[nodiscard]] static std::unexpected<Error> not_asked() {
        return fail(ErrorCode::cancelled, "was not asked");
    }
};

/// Asks Plex and the tuner, once each; changes nothing.
[[nodiscard]] PlexFacts look_at_plex(const PlexQuestion& question,
    const fetch::ClientOptions& client_options, const log::Logger& logger);

/// What is in order and what is not.
[[nodiscard]] std::vector<Check> examine(const PlexQuestion& question, const PlexFacts& facts);

} // namespace plex_tuner::engine
