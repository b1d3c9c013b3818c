// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/gateway/override_advice.hpp>
#include <plex_tuner/gateway/source_inspection.hpp>
#include <plex_tuner/lineup/lineup.hpp>
#include <plex_tuner/log/logger.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plex_tuner::engine {

/// A channel to look at, and where it comes from.
struct ProbedChannel {
    std::string channel_id{}; ///< empty: not known
    std::string guide_number{};
    std::string name{};
    std::string tvg_id{};

    struct Source {
        Url url;
        fetch::HeaderList headers{};
    };

    std::vector<Source> sources{}; ///< best first
    bool has_drm = false;
};

[[nodiscard]] std::vector<ProbedChannel> channels_of(const lineup::Lineup& lineup);

/// Where the channels of a tuner's lineup.json are, and what of their addresses is to be another.
struct LineupDocument {
    Location location;
    std::optional<Url> base{}; ///< its scheme, host and port stand in for those of each address
    std::vector<std::pair<std::string, std::string>> replaced_prefixes{}; ///< old, new; first match
};

/// Reads it. Addresses at the tuner that the document came from ask for the channel as it is,
/// whatever the tuner would transcode.
[[nodiscard]] Result<std::vector<ProbedChannel>> read_lineup_document(
    const LineupDocument& document, const IndexOptions& options,
    const fetch::ClientOptions& client_options, const log::Logger& logger);

struct ChannelProbe {
    std::optional<gateway::ChannelFacts> facts{}; ///< empty: it could not be probed
    /// Why not, or why the facts are of a look that did not last; free of secrets.
    std::string reason{};

    /// It was looked at as long as it was to be.
    [[nodiscard]] bool is_complete() const noexcept { return facts && reason.empty(); }
};

struct LineupProbeOptions {
    std::chrono::milliseconds timeout{12'000}; ///< for one source of a channel
    std::size_t concurrency = 1;               ///< channels at once
    std::chrono::milliseconds pause{0};        ///< after each
    gateway::InspectionOptions inspection{};
    /// So many channels are done; on the thread of the call.
    std::function<void(std::size_t)> progress{};
};

struct LineupProbe {
    std::vector<ChannelProbe> channels{}; ///< as they were given
    bool is_interrupted = false;          ///< SIGINT or SIGTERM; the rest was not probed
};

/// Looks at channels one after the other, each for some seconds, as politely as everything else:
/// with permits of the governor, and a connection of the account that is given back as soon as a
/// viewer wants it. Channels for which there was none are tried once more at the end. Blocks.
[[nodiscard]] Result<LineupProbe> probe_lineup(const std::vector<ProbedChannel>& channels,
    const LineupProbeOptions& probing, const IndexOptions& options,
    const fetch::ClientOptions& client_options, const log::Logger& logger);

} // namespace plex_tuner::engine
