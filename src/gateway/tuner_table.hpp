// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tune_error.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::gateway {

/// Which channel session holds which tuner, and how many viewers it has. Every decision about slots
/// is taken here under one lock, so that admission, leaving and expiry cannot cross each other.
/// Thread-safe. `Session` is held by shared_ptr and never called.
template <class Session>
class TunerTable {
public:
    TunerTable(int tuners, std::size_t max_viewers)
        : slots_(static_cast<std::size_t>(tuners > 0 ? tuners : 0)), reserved_(slots_.size()),
          max_viewers_(max_viewers) {}

    /// Who asks for a tuner.
    struct Guest {
        std::string_view address = {};
        /// The forced tuner is reserved for it.
        bool holds_reservation = false;
    };

    struct Admission {
        std::shared_ptr<Session> session; ///< with the new viewer counted
        std::shared_ptr<Session> evicted; ///< lost its tuner to this one; close it
        int tuner = 0;
        bool created = false;
    };

    /// Counts a viewer for `channel_id`: in its session when there is one, else in the one that
    /// `create(tuner)` makes (called under the lock; it must only construct). A session without
    /// viewers gives up its tuner when no other is free, the one idle longest first.
    /// A channel that already plays is shared also when another, free tuner is forced: one upstream
    /// per channel matters more than which number the tuner has. So a channel on a reserved tuner
    /// is shared, too; when such viewers stay on it, its holder gets another tuner.
    template <class Create>
    [[nodiscard]] std::expected<Admission, TuneError> join(std::string_view channel_id,
        std::optional<int> forced, Create create, const Guest& guest = {}) {
        const std::lock_guard lock(mutex_);
        const auto choice = choose(channel_id, forced, guest.holds_reservation);
        if (!choice) {
            return std::unexpected(choice.error());
        }
        Slot& slot = slots_[*choice];
        Admission admission;
        admission.tuner = static_cast<int>(*choice);
        if (!slot.session || slot.channel_id != channel_id) {
            admission.evicted = slot.session ? std::move(slot.session) : slot.leaving.lock();
            admission.created = true;
            slot.session = create(admission.tuner);
            slot.channel_id = channel_id;
            slot.viewers = 0;
        }
        if (slot.viewers == 0) {
            slot.viewer = guest.address;
        }
        ++slot.viewers;
        admission.session = slot.session;
        return admission;
    }

    /// The tuner that join() would give, without giving it.
    [[nodiscard]] std::expected<int, TuneError> peek(
        std::string_view channel_id, std::optional<int> forced) const {
        const std::lock_guard lock(mutex_);
        const auto choice = choose(channel_id, forced, false);
        if (!choice) {
            return std::unexpected(choice.error());
        }
        return static_cast<int>(*choice);
    }

    /// A viewer of `session` left. True when it was the last one and the session is still in the
    /// table: the caller starts the linger time.
    [[nodiscard]] bool leave(const Session& session) {
        const std::lock_guard lock(mutex_);
        Slot* slot = slot_of(session);
        if (slot == nullptr || slot->viewers == 0) {
            return false;
        }
        --slot->viewers;
        if (slot->viewers > 0) {
            return false;
        }
        slot->idle_since = ++idle_clock_;
        return true;
    }

    /// Takes the tuner from `session` if nobody watches it; true when it was taken.
    [[nodiscard]] bool release_if_idle(const Session& session) {
        const std::lock_guard lock(mutex_);
        Slot* slot = slot_of(session);
        if (slot == nullptr || slot->viewers > 0) {
            return false;
        }
        *slot = Slot{};
        return true;
    }

    /// Takes the tuner from the session that has been without viewers for longest, but for
    /// `besides`; close what is returned. Null: there is none.
    [[nodiscard]] std::shared_ptr<Session> take_idle(const Session& besides) {
        const std::lock_guard lock(mutex_);
        Slot* oldest = nullptr;
        for (Slot& slot : slots_) {
            const bool is_idle =
                slot.session && slot.viewers == 0 && slot.session.get() != &besides;
            if (is_idle && (oldest == nullptr || slot.idle_since < oldest->idle_since)) {
                oldest = &slot;
            }
        }
        if (oldest == nullptr) {
            return nullptr;
        }
        auto session = std::move(oldest->session);
        clear(*oldest, session);
        return session;
    }

    /// Takes the tuner from `session`, watched or not; nothing when it has none.
    void release(const Session& session) {
        const std::lock_guard lock(mutex_);
        if (Slot* slot = slot_of(session)) {
            *slot = Slot{};
        }
    }

    struct Reservation {
        bool is_granted = false;
        std::shared_ptr<Session> evicted; ///< lost its tuner to this; close it
    };

    /// Keeps guests without the reservation off a tuner, unless somebody watches it.
    [[nodiscard]] Reservation reserve(int tuner) {
        const std::lock_guard lock(mutex_);
        if (!exists(tuner) || reserved_[static_cast<std::size_t>(tuner)]) {
            return {};
        }
        Slot& slot = slots_[static_cast<std::size_t>(tuner)];
        if (slot.session && slot.viewers > 0) {
            return {};
        }
        Reservation reservation{.is_granted = true, .evicted = std::move(slot.session)};
        clear(slot, reservation.evicted);
        reserved_[static_cast<std::size_t>(tuner)] = true;
        return reservation;
    }

    /// Takes the tuner from its session, watched or not; close what is returned.
    [[nodiscard]] std::shared_ptr<Session> vacate(int tuner) {
        const std::lock_guard lock(mutex_);
        if (!exists(tuner)) {
            return nullptr;
        }
        Slot& slot = slots_[static_cast<std::size_t>(tuner)];
        auto evicted = std::move(slot.session);
        clear(slot, evicted);
        return evicted;
    }

    void end_reservation(int tuner) {
        const std::lock_guard lock(mutex_);
        if (exists(tuner)) {
            reserved_[static_cast<std::size_t>(tuner)] = false;
        }
    }

    struct Occupant {
        std::shared_ptr<Session> session; ///< null: the tuner is free
        std::size_t viewers = 0;
        std::string viewer = {}; ///< address of the first of them
        bool is_reserved = false;
    };

    /// One entry per tuner.
    [[nodiscard]] std::vector<Occupant> occupants() const {
        const std::lock_guard lock(mutex_);
        std::vector<Occupant> result;
        result.reserve(slots_.size());
        for (const Slot& slot : slots_) {
            result.push_back({slot.session, slot.viewers, slot.viewer, reserved_[result.size()]});
        }
        return result;
    }

    /// From now on join() and peek() fail with system_busy.
    void refuse_all() {
        const std::lock_guard lock(mutex_);
        refusing_ = true;
    }

private:
    struct Slot {
        std::shared_ptr<Session> session;
        std::string channel_id;
        std::size_t viewers = 0;
        std::string viewer;
        /// Lost the tuner to a reservation; who comes next waits for its end.
        std::weak_ptr<Session> leaving;
        std::uint64_t idle_since = 0; ///< order of becoming idle
    };

    [[nodiscard]] std::expected<std::size_t, TuneError> choose(
        std::string_view channel_id, std::optional<int> forced, bool holds_reservation) const {
        if (refusing_) {
            return std::unexpected(TuneError::system_busy);
        }
        std::optional<std::size_t> playing, free, idle;
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            const Slot& slot = slots_[i];
            if (slot.session && slot.channel_id == channel_id) {
                playing = i;
            } else if (reserved_[i]) {
                continue;
            } else if (!slot.session) {
                free = free.value_or(i);
            } else if (slot.viewers == 0 && (!idle || slot.idle_since < slots_[*idle].idle_since)) {
                idle = i;
            }
        }
        if (forced) {
            if (!exists(*forced)) {
                return std::unexpected(TuneError::tuner_in_use);
            }
            const auto index = static_cast<std::size_t>(*forced);
            const Slot& slot = slots_[index];
            const bool is_watched =
                slot.session && slot.channel_id != channel_id && slot.viewers > 0;
            if (!holds_reservation && (is_watched || (reserved_[index] && playing != index))) {
                return std::unexpected(TuneError::tuner_in_use);
            }
            if (!is_watched) {
                free = index;
            }
        }
        if (playing) {
            if (slots_[*playing].viewers >= max_viewers_) {
                return std::unexpected(TuneError::system_busy);
            }
            return *playing;
        }
        if (free) {
            return *free;
        }
        if (idle) {
            return *idle;
        }
        return std::unexpected(TuneError::all_tuners_in_use);
    }

    /// Of `evicted`, or where it is null of one before that still leaves, it is known that it does.
    static void clear(Slot& slot, const std::shared_ptr<Session>& evicted) {
        auto leaving = evicted ? std::weak_ptr<Session>(evicted) : std::move(slot.leaving);
        slot = Slot{};
        slot.leaving = std::move(leaving);
    }

    [[nodiscard]] bool exists(int tuner) const {
        return tuner >= 0 && static_cast<std::size_t>(tuner) < slots_.size();
    }

    [[nodiscard]] Slot* slot_of(const Session& session) {
        for (Slot& slot : slots_) {
            if (slot.session.get() == &session) {
                return &slot;
            }
        }
        return nullptr;
    }

    mutable std::mutex mutex_;
    std::vector<Slot> slots_;
    std::vector<bool> reserved_;
    const std::size_t max_viewers_;
    std::uint64_t idle_clock_ = 0;
    bool refusing_ = false;
};

} // namespace plex_tuner::gateway
