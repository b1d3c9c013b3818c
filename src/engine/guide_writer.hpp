// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "build_thread.hpp"
#include "guide_file.hpp"
#include "guide_links.hpp"
#include "short_guide_pass.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/log/logger.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

namespace plex_tuner::engine {

/// A guide that was written, and how its channels were found.
struct WrittenGuide {
    guide::GuideReport report;
    std::vector<SourceLinks> links;          ///< of each input
    std::vector<UncoveredChannel> uncovered; ///< that no guide has
};

/// One guide to write from.
struct GuideFileInput {
    std::filesystem::path file;
    std::chrono::minutes shift{0};
    std::string device = {};    ///< GuideSource::device
    bool is_shared = false;     ///< other processes read it, too
    bool by_channel_id = false; ///< of a ShortGuidePass: its ids are those of the channels
};

/// Finds the channels of a lineup in guides and writes theirs.
class GuideWriter {
public:
    /// What is referenced outlives it.
    GuideWriter(const ServiceOptions& options, const GuideStore& guides, BuildThread& build_thread,
        std::shared_ptr<const Clock> clock, std::stop_token stop, log::Logger logger);

    /// To GuideStore::incoming(). One call at a time.
    [[nodiscard]] asio::awaitable<Result<WrittenGuide>> write(
        std::shared_ptr<const lineup::Lineup> lineup, std::vector<GuideFileInput> from);

private:
    // On the build thread.
    [[nodiscard]] Result<WrittenGuide> link_and_write(
        const lineup::Lineup& lineup, const std::vector<GuideFileInput>& from);
    [[nodiscard]] SourceLinks link(const lineup::Lineup& lineup, const GuideFileInput& guide,
        const std::vector<guide::SourceChannel>& declared) const;
    void read_aliases();

    const ServiceOptions& options_;
    const GuideStore& guides_;
    BuildThread& build_thread_;
    std::shared_ptr<const Clock> clock_;
    std::stop_token stop_;
    log::Logger logger_;
    epg::Aliases aliases_;
};

} // namespace plex_tuner::engine
