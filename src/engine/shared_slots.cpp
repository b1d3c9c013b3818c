// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared_slots.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace plex_tuner::engine {

namespace {

/// Panels count a connection for some time after it was closed.
constexpr std::chrono::seconds kLinger{10};

state::TimePoint now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

using Decision = std::variant<state::Slot, state::SlotsFull>;

} // namespace

/// Gives its slot back on the ledger's thread.
class SharedSlots::Held final : public gateway::ConnectionSlot {
public:
    Held(SharedSlots& slots, state::Slot slot) : slots_(slots), slot_(std::move(slot)) {}

    ~Held() override {
        if (slot_) {
            slots_.thread_.post([&slots = slots_, slot = std::move(*slot_)]() mutable {
                if (auto given = slots.ledger_.release(std::move(slot), kLinger, now()); !given) {
                    slots.warn_once(given.error());
                }
            });
        }
    }

    void refused() override {
        if (!slot_) {
            return;
        }
        slots_.thread_.post([&slots = slots_, slot = std::move(*slot_)]() mutable {
            if (auto learned = slots.ledger_.refused(std::move(slot), now()); !learned) {
                slots.warn_once(learned.error());
            }
        });
        slot_.reset();
    }

private:
    SharedSlots& slots_;
    std::optional<state::Slot> slot_;
};

SharedSlots::SharedSlots(
    state::SlotLedger ledger, std::vector<SlotAccount> accounts, log::Logger logger)
    : ledger_(std::move(ledger)), accounts_(std::move(accounts)), logger_(std::move(logger)) {}

Result<std::unique_ptr<SharedSlots>> SharedSlots::open(
    const std::filesystem::path& directory, std::vector<SlotAccount> accounts, log::Logger logger) {
    auto ledger = state::SlotLedger::open(directory);
    if (!ledger) {
        return fail(std::move(ledger).error());
    }
    for (const std::string& warning : ledger->take_warnings()) {
        logger.warn(warning);
    }
    return std::unique_ptr<SharedSlots>(
        new SharedSlots(std::move(*ledger), std::move(accounts), std::move(logger)));
}

const SlotAccount* SharedSlots::account_of(const Url& url) const noexcept {
    const auto found = std::ranges::find_if(
        accounts_, [&](const SlotAccount& account) { return url.path().contains(account.path); });
    return found == accounts_.end() ? nullptr : &*found;
}

asio::awaitable<gateway::SlotOffer> SharedSlots::take(Url url) {
    gateway::SlotOffer offer;
    const SlotAccount* account = account_of(url);
    if (account == nullptr) {
        co_return offer;
    }
    // In a pointer, for what a thread hands over must be default-constructible.
    auto decision = co_await thread_.run([this, account] {
        return std::make_shared<Result<Decision>>(
            ledger_.try_take(account->key, state::SlotKind::viewer, account->configured, now()));
    });
    if (!*decision) {
        warn_once(decision->error());
        co_return offer;
    }
    if (auto* slot = std::get_if<state::Slot>(&**decision)) {
        offer.slot = std::make_unique<Held>(*this, std::move(*slot));
        co_return offer;
    }
    const auto& full = std::get<state::SlotsFull>(**decision);
    offer.refusal = full.budget == 1 ? std::string("the one connection of the account is in use")
                                     : "all " + std::to_string(full.budget) +
                                           " connections of the account are in use";
    offer.ask_again = full.yield_requested || full.reserved;
    co_return offer;
}

void SharedSlots::set_provider_limit(
    const std::string& account, std::optional<int> max_connections) {
    thread_.post([this, account, limit = max_connections.value_or(0)] {
        if (auto set = ledger_.set_provider_limit(account, limit, now()); !set) {
            warn_once(set.error());
        }
    });
}

void SharedSlots::warn_once(const Error& error) {
    if (!warned_.exchange(true)) {
        logger_.error(
            "connections are not counted with those of other processes", {{"error", error}});
    }
}

} // namespace plex_tuner::engine
