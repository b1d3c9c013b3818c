// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "guide_file.hpp"
#include "publication.hpp"

#include <memory>
#include <optional>
#include <string>

namespace plex_tuner::engine {

/// A lineup and what is made of it, ready to be served.
struct PreparedLineup {
    std::shared_ptr<const lineup::Lineup> lineup;
    std::shared_ptr<LineupDocuments> documents;
    std::string fingerprint;
};

/// Publishes lineups, each with the guide of the same channels. A lineup that would leave clients
/// without a guide where they have one waits here until its guide is built. Not thread-safe; what
/// it publishes to is.
class LineupPublisher {
public:
    LineupPublisher(Publication& publication, const GuideStore& guides)
        : publication_(publication), guides_(guides) {}

    /// True when it is served at once, false when it waits for its guide.
    bool accept(PreparedLineup lineup);

    [[nodiscard]] bool lineup_waits() const noexcept { return waiting_.has_value(); }

    /// The lineup to build a guide for: the one that waits, else the one that is served.
    [[nodiscard]] PreparedLineup in_want_of_guide() const;

    [[nodiscard]] std::shared_ptr<const Snapshot> served() const { return publication_.get(); }

    /// Serves `lineup` with the guide on disk, to which `facts` belong. Where that is not
    /// compressed yet, the compressed one that was served for the same channels stays until it is.
    void serve(const PreparedLineup& lineup, std::shared_ptr<const GuideFacts> facts);

private:
    Publication& publication_;
    const GuideStore& guides_;
    std::optional<PreparedLineup> waiting_;
};

} // namespace plex_tuner::engine
