// SPDX-License-Identifier: GPL-3.0-or-later
#include "publication.hpp"

namespace plex_tuner::engine {

void Publication::replace(const Snapshot& next) {
    current_ = std::make_shared<const Snapshot>(next);
}

void Publication::publish_lineup(std::shared_ptr<const lineup::Lineup> lineup,
    std::shared_ptr<LineupDocuments> documents, std::string fingerprint,
    std::shared_ptr<const GuideFile> guide, std::shared_ptr<const GuideFacts> facts) {
    {
        const std::scoped_lock lock(mutex_);
        Snapshot next = *current_;
        next.lineup = std::move(lineup);
        next.documents = std::move(documents);
        next.guide = std::move(guide);
        next.guide_facts = std::move(facts);
        next.fingerprint = std::move(fingerprint);
        replace(next);
    }
    const std::scoped_lock lock(listener_mutex_);
    for (const auto& [number, listener] : listeners_) {
        listener();
    }
}

std::size_t Publication::on_lineup(std::function<void()> listener) {
    const std::scoped_lock lock(listener_mutex_);
    listeners_.emplace(++last_listener_, std::move(listener));
    return last_listener_;
}

void Publication::forget(std::size_t listener) {
    const std::scoped_lock lock(listener_mutex_);
    listeners_.erase(listener);
}

void Publication::mark_refreshed(WallTime when) {
    const std::scoped_lock lock(mutex_);
    Snapshot next = *current_;
    next.last_refresh = when;
    replace(next);
}

void Publication::set_table_problem(std::string problem) {
    const std::scoped_lock lock(mutex_);
    Snapshot next = *current_;
    next.table_problem = std::move(problem);
    replace(next);
}

void Publication::set_held_back(std::string reason) {
    const std::scoped_lock lock(mutex_);
    if (current_->held_back == reason) {
        return;
    }
    Snapshot next = *current_;
    next.held_back = std::move(reason);
    replace(next);
}

} // namespace plex_tuner::engine
