// SPDX-License-Identifier: GPL-3.0-or-later
#include "lineup_publisher.hpp"

namespace plex_tuner::engine {

bool LineupPublisher::accept(PreparedLineup lineup) {
    const auto current = publication_.get();
    const bool same_channels = current->fingerprint == lineup.fingerprint;
    auto guide = same_channels ? current->guide : guides_.open(lineup.fingerprint);
    auto facts = same_channels ? current->guide_facts : nullptr;
    if (guide == nullptr && current->guide != nullptr) {
        waiting_ = std::move(lineup);
        return false;
    }
    waiting_.reset();
    publication_.publish_lineup(std::move(lineup.lineup), std::move(lineup.documents),
        std::move(lineup.fingerprint), std::move(guide), std::move(facts));
    return true;
}

PreparedLineup LineupPublisher::in_want_of_guide() const {
    if (waiting_) {
        return *waiting_;
    }
    const auto snapshot = publication_.get();
    return {snapshot->lineup, snapshot->documents, snapshot->fingerprint};
}

void LineupPublisher::serve(const PreparedLineup& lineup, std::shared_ptr<const GuideFacts> facts) {
    auto guide = guides_.open(lineup.fingerprint);
    const auto current = publication_.get();
    if (guide && !guide->gzip && current->guide && current->guide->gzip &&
        current->fingerprint == lineup.fingerprint) {
        auto with_gzip = std::make_shared<GuideFile>(*guide);
        with_gzip->gzip = current->guide->gzip;
        guide = std::move(with_gzip);
    }
    publication_.publish_lineup(
        lineup.lineup, lineup.documents, lineup.fingerprint, std::move(guide), std::move(facts));
    if (waiting_ && waiting_->fingerprint == lineup.fingerprint) {
        waiting_.reset();
    }
}

} // namespace plex_tuner::engine
