// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "documents.hpp"
#include "guide_facts.hpp"
#include "guide_file.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/lineup/lineup.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace plex_tuner::engine {

/// What every request answers from; nothing in it changes after publication.
struct Snapshot {
    std::shared_ptr<const lineup::Lineup> lineup = std::make_shared<const lineup::Lineup>();
    std::shared_ptr<LineupDocuments> documents;
    std::shared_ptr<const GuideFile> guide;        ///< null until there is one for this lineup
    std::shared_ptr<const GuideFacts> guide_facts; ///< of this guide; null until it is built anew
    std::optional<WallTime> last_refresh;          ///< last refresh that succeeded
    std::string held_back;     ///< why the newest catalog was not taken; empty: it was
    std::string table_problem; ///< what of the user's table of channels is in vain; empty: nothing
    std::string fingerprint;   ///< of the lineup, names the guide file that belongs to it
};

/// The one place where a refresh hands its results to the requests. Thread-safe.
class Publication {
public:
    [[nodiscard]] std::shared_ptr<const Snapshot> get() const {
        const std::scoped_lock lock(mutex_);
        return current_;
    }

    /// `guide` and `facts` belong to this lineup, or are null: lineup and guide always hold the
    /// same channels.
    void publish_lineup(std::shared_ptr<const lineup::Lineup> lineup,
        std::shared_ptr<LineupDocuments> documents, std::string fingerprint,
        std::shared_ptr<const GuideFile> guide, std::shared_ptr<const GuideFacts> facts);
    /// `listener` is called after each new lineup, or new guide of the same, on the thread that
    /// publishes it, with nothing locked that get() needs. Gives what forget() wants: once that
    /// returns, it is not called any more.
    [[nodiscard]] std::size_t on_lineup(std::function<void()> listener);
    void forget(std::size_t listener);
    void mark_refreshed(WallTime when);
    void set_held_back(std::string reason);
    void set_table_problem(std::string problem);

private:
    void replace(const Snapshot& next);

    std::mutex listener_mutex_;
    std::map<std::size_t, std::function<void()>> listeners_;
    std::size_t last_listener_ = 0;
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> current_ = std::make_shared<const Snapshot>();
};

} // namespace plex_tuner::engine
