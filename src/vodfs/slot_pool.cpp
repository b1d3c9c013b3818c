// SPDX-License-Identifier: GPL-3.0-or-later
#include "slot_pool.hpp"

#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::vodfs {

namespace {

constexpr std::chrono::milliseconds kPoll{100};

} // namespace

SlotPool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)), held_(std::move(other.held_)) {}

SlotPool::Lease& SlotPool::Lease::operator=(Lease&& other) noexcept {
    std::swap(pool_, other.pool_);
    std::swap(held_, other.held_);
    return *this;
}

SlotPool::Lease::~Lease() {
    if (pool_ != nullptr) {
        pool_->give_back(held_, true);
    }
}

void SlotPool::Lease::refused() {
    if (pool_ == nullptr) {
        return;
    }
    if (held_->slot) {
        held_->slot->refused();
    }
    std::exchange(pool_, nullptr)->give_back(held_, false);
}

asio::awaitable<SlotPool::Lease> SlotPool::acquire(Url url, User user) {
    const std::string account = access_.account_of(url);
    const std::string key = account.empty() ? url.origin() : account;
    asio::steady_timer timer(co_await asio::this_coro::executor);
    Lease lease;
    while (user.still_wanted()) {
        std::shared_ptr<Held> held = take_idle(key);
        if (!held && reserve(key)) {
            SourceSlotOffer offer = co_await access_.take(url);
            if (offer.full) {
                unreserve(key);
            } else {
                held = std::make_shared<Held>();
                held->account = key;
                held->slot = std::move(offer.slot);
                const std::scoped_lock lock(mutex_);
                held_.push_back(held);
            }
        }
        if (held) {
            {
                const std::scoped_lock lock(mutex_);
                held->wanted_by_other = std::move(user.wanted_by_other);
            }
            lease.pool_ = this;
            lease.held_ = std::move(held);
            break;
        }
        ask_others(key);
        timer.expires_after(kPoll);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_return lease;
}

std::shared_ptr<SlotPool::Held> SlotPool::take_idle(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    for (const auto& held : held_) {
        if (!held->in_use && !held->is_busy && held->account == key) {
            held->in_use = true;
            return held;
        }
    }
    return nullptr;
}

bool SlotPool::reserve(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    std::size_t& count = count_[key];
    if (count >= kMaxPerAccount) {
        return false;
    }
    ++count;
    return true;
}

void SlotPool::unreserve(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    if (--count_[key] == 0) {
        count_.erase(key);
    }
}

void SlotPool::give_back(const std::shared_ptr<Held>& held, bool keep) {
    {
        const std::scoped_lock lock(mutex_);
        held->in_use = false;
        held->wanted_by_other = nullptr;
        held->idle_since = std::chrono::steady_clock::now();
        if (keep && held->slot) {
            return;
        }
        held_.remove(held);
    }
    unreserve(held->account);
}

void SlotPool::ask_others(const std::string& key) {
    std::vector<std::function<void(bool)>> users;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& held : held_) {
            if (held->in_use && held->account == key && held->wanted_by_other) {
                users.push_back(held->wanted_by_other);
            }
        }
    }
    for (const auto& user : users) {
        user(false);
    }
}

asio::awaitable<void> SlotPool::tend() {
    std::vector<std::shared_ptr<Held>> all;
    {
        const std::scoped_lock lock(mutex_);
        for (const auto& held : held_) {
            if (held->slot && !held->is_busy) {
                held->is_busy = !held->in_use;
                all.push_back(held);
            }
        }
    }
    const auto now = std::chrono::steady_clock::now();
    for (const auto& held : all) {
        const bool asked = co_await held->slot->asked_to_yield();
        std::function<void(bool)> user;
        bool release = false;
        {
            const std::scoped_lock lock(mutex_);
            held->is_busy = false;
            if (held->in_use) {
                user = asked ? held->wanted_by_other : nullptr;
            } else if (asked || now - held->idle_since > kKeep) {
                release = std::erase(held_, held) > 0;
            }
        }
        if (user) {
            user(true);
        }
        if (release) {
            unreserve(held->account);
        }
    }
}

} // namespace plex_tuner::vodfs
