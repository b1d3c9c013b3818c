// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::gateway {

/// Which sessions are transcodes of which other ones, and how many viewers each has: what
/// TunerTable is for the others. Their viewers hold a seat there, too, so that a tuner is as busy
/// as those who watch it, and nothing is to be admitted here. Thread-safe. `Session` is held by
/// shared_ptr and never called.
template <class Session>
class TranscodeTable {
public:
    explicit TranscodeTable(std::size_t max_sessions) : max_sessions_(max_sessions) {}

    struct Admission {
        std::shared_ptr<Session> session; ///< with the new viewer counted; null: there are too many
        bool created = false;
    };

    /// Counts a viewer in the transcode of `original` with that profile: the one there is, else the
    /// one that `create()` makes (called under the lock; it must only construct).
    template <class Create>
    [[nodiscard]] Admission join(const Session& original, std::string_view profile, Create create) {
        const std::lock_guard lock(mutex_);
        for (Entry& entry : entries_) {
            if (entry.original == &original && entry.profile == profile) {
                ++entry.viewers;
                return {entry.session, false};
            }
        }
        if (entries_.size() >= max_sessions_) {
            return {};
        }
        Entry& entry = entries_.emplace_back(&original, std::string(profile), create(), 1);
        return {entry.session, true};
    }

    /// A viewer of `session` left; true when it was the last one and the session is still here.
    [[nodiscard]] bool leave(const Session& session) {
        const std::lock_guard lock(mutex_);
        Entry* const entry = entry_of(session);
        if (entry == nullptr || entry->viewers == 0) {
            return false;
        }
        --entry->viewers;
        return entry->viewers == 0;
    }

    /// Takes it out if nobody watches it; true when it was taken out.
    [[nodiscard]] bool release_if_idle(const Session& session) {
        const std::lock_guard lock(mutex_);
        const Entry* const entry = entry_of(session);
        if (entry == nullptr || entry->viewers > 0) {
            return false;
        }
        erase(session);
        return true;
    }

    /// Takes it out, watched or not: nobody joins it any more.
    void release(const Session& session) {
        const std::lock_guard lock(mutex_);
        erase(session);
    }

    void clear() {
        const std::lock_guard lock(mutex_);
        entries_.clear();
    }

    struct Occupant {
        std::shared_ptr<Session> session;
        std::size_t viewers = 0;
    };

    /// The transcodes of that session, oldest first.
    [[nodiscard]] std::vector<Occupant> of(const Session& original) const {
        const std::lock_guard lock(mutex_);
        std::vector<Occupant> result;
        for (const Entry& entry : entries_) {
            if (entry.original == &original) {
                result.push_back({entry.session, entry.viewers});
            }
        }
        return result;
    }

private:
    struct Entry {
        Entry(const Session* of, std::string name, std::shared_ptr<Session> made, std::size_t count)
            : original(of), profile(std::move(name)), session(std::move(made)), viewers(count) {}

        const Session* original; ///< which the session keeps alive
        std::string profile;
        std::shared_ptr<Session> session;
        std::size_t viewers;
    };

    [[nodiscard]] Entry* entry_of(const Session& session) {
        for (Entry& entry : entries_) {
            if (entry.session.get() == &session) {
                return &entry;
            }
        }
        return nullptr;
    }

    void erase(const Session& session) {
        std::erase_if(
            entries_, [&](const Entry& entry) { return entry.session.get() == &session; });
    }

    const std::size_t max_sessions_;
    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
};

} // namespace plex_tuner::gateway
