// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/vodfs/source_access.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::vodfs {

/// The connections of this mount. A slot that was used is kept for the next request of its account
/// for a moment, since a provider counts a connection longer than it lasts. Thread-safe.
class SlotPool {
public:
    /// Requests of one account (or host, where connections are not counted) at once.
    static constexpr std::size_t kMaxPerAccount = 6;
    static constexpr std::chrono::seconds kKeep{3};

    /// Of one transfer.
    struct User {
        /// False ends the wait.
        std::function<bool()> still_wanted;
        /// Another reader of this mount waits for a connection of the account: end the transfer if
        /// nobody waits for its bytes; `must`: end it in any case. Any thread, without a lock.
        std::function<void(bool must)> wanted_by_other;
    };

private:
    struct Held {
        std::string account;
        std::unique_ptr<SourceSlot> slot; ///< may be null
        bool in_use = true;
        bool is_busy = false; ///< being asked whether it is to yield
        std::chrono::steady_clock::time_point idle_since{};
        std::function<void(bool)> wanted_by_other;
    };

public:
    /// The right to one transfer, given back when it goes.
    class Lease {
    public:
        Lease() = default;
        Lease(Lease&& other) noexcept;
        Lease& operator=(Lease&& other) noexcept;
        ~Lease();

        [[nodiscard]] explicit operator bool() const noexcept { return pool_ != nullptr; }

        /// The provider counts more connections than we do.
        void refused();

    private:
        friend class SlotPool;
        SlotPool* pool_ = nullptr;
        std::shared_ptr<Held> held_;
    };

    explicit SlotPool(SourceAccess& access) : access_(access) {}

    /// Waits for one; an empty lease when it is no longer wanted.
    [[nodiscard]] asio::awaitable<Lease> acquire(Url url, User user);

    /// Once a second or so: gives back what nobody uses, and what others have asked for.
    [[nodiscard]] asio::awaitable<void> tend();

private:
    [[nodiscard]] std::shared_ptr<Held> take_idle(const std::string& key);
    [[nodiscard]] bool reserve(const std::string& key);
    void unreserve(const std::string& key);
    void give_back(const std::shared_ptr<Held>& held, bool keep);
    void ask_others(const std::string& key);

    SourceAccess& access_;
    std::mutex mutex_;
    std::list<std::shared_ptr<Held>> held_;
    std::map<std::string, std::size_t> count_; ///< of each account, those being asked for included
};

} // namespace plex_tuner::vodfs
