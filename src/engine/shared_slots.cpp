// SPDX-License-Identifier: GPL-3.0-or-later
#include "shared_slots.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace plex_tuner::engine {

namespace {

/// Panels count a connection for some time after it was closed.
constexpr std::chrono::seconds kLinger{10};
/// A tuner is free when its connection is closed.
constexpr std::chrono::seconds kDeviceLinger{0};
/// One that was never played from is forgotten sooner.
constexpr std::chrono::seconds kProbeLinger{2};

state::TimePoint now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

} // namespace

/// Gives its slot back on the ledger's thread, where the questions about it are asked, too.
class SharedSlots::Held final : public ProbeSlot {
public:
    Held(SharedSlots& slots, state::Slot slot, std::chrono::seconds linger)
        : slots_(slots), slot_(std::make_shared<state::Slot>(std::move(slot))), linger_(linger) {}

    ~Held() override {
        if (slot_) {
            slots_.thread_.post([&slots = slots_, slot = std::move(slot_), linger = linger_] {
                slots.check(slots.ledger_.release(std::move(*slot), linger, now()));
            });
        }
    }

    asio::awaitable<bool> asked_to_yield() override {
        if (!slot_) {
            co_return true;
        }
        co_return co_await slots_.thread_.run([&slots = slots_, slot = slot_] {
            const auto asked = slots.ledger_.asked_to_yield(*slot);
            slots.check(asked);
            return asked && *asked;
        });
    }

    void refused() override {
        if (slot_) {
            slots_.thread_.post([&slots = slots_, slot = std::move(slot_)] {
                slots.check(slots.ledger_.refused(std::move(*slot), now()));
            });
        }
    }

private:
    SharedSlots& slots_;
    std::shared_ptr<state::Slot> slot_; ///< shared with a question that is under way
    std::chrono::seconds linger_;
};

namespace {

void log_coordination(const log::Logger& logger, const state::CoordinationState& state) {
    using enum state::CoordinationState::Phase;
    switch (state.phase) {
    case alone:
        logger.warn("connections are not counted with those of other machines; this one keeps to "
                    "its part until Redis answers",
            {{"redis", state.redis}, {"reason", state.reason}});
        break;
    case returning:
        logger.info("Redis answers; this machine keeps to its part until others have shown theirs",
            {{"redis", state.redis}});
        break;
    case together:
        logger.info("connections are counted with those of other machines",
            {{"redis", state.redis}, {"machines", state.machines}});
        break;
    }
}

std::string full_text(const state::SlotsFull& full) {
    if (full.alone) {
        return "Redis does not answer, and the part of this machine (" +
               std::to_string(full.budget) + " of the connections of the account) is in use";
    }
    return full.budget == 1
               ? std::string("the one connection of the account is in use")
               : "all " + std::to_string(full.budget) + " connections of the account are in use";
}

/// Hardware has its documents at port 80 and its streams at 5004, others have both at one.
std::vector<std::string> stream_origins(const Url& device) {
    constexpr std::uint16_t kDocuments = 80;
    std::vector<std::string> origins{device.origin()};
    if (device.port() == kDocuments) {
        const std::string& origin = origins.front();
        origins.push_back(origin.substr(0, origin.rfind(':')) + ":5004");
    }
    return origins;
}

} // namespace

std::vector<SlotAccount> slot_accounts(const std::vector<Account>& accounts) {
    std::vector<SlotAccount> counted;
    for (const Account& account : accounts) {
        if (account.hdhomerun) {
            counted.push_back({.key = account.key,
                .path = {},
                .origins = stream_origins(*account.hdhomerun),
                .configured = account.max_connections});
        } else if (!account.hosts.empty()) {
            counted.push_back({.key = account.key,
                .path = account.hosts.front().credentials_path(),
                .configured = account.max_connections});
        }
    }
    return counted;
}

SharedSlots::SharedSlots(
    state::SlotLedger ledger, std::vector<SlotAccount> accounts, log::Logger logger)
    : ledger_(std::move(ledger)), accounts_(std::move(accounts)), logger_(std::move(logger)) {}

Result<std::unique_ptr<SharedSlots>> SharedSlots::open(const std::filesystem::path& directory,
    std::vector<SlotAccount> accounts, log::Logger logger,
    std::optional<state::CoordinationOptions> coordination) {
    if (coordination) {
        for (const SlotAccount& account : accounts) {
            coordination->accounts.push_back(account.key);
        }
        coordination->on_change = [logger](const state::CoordinationState& state) {
            log_coordination(logger, state);
        };
    }
    auto ledger = state::SlotLedger::open(directory, std::move(coordination));
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
    const auto found = std::ranges::find_if(accounts_, [&](const SlotAccount& account) {
        return account.origins.empty()
                   ? url.path().contains(account.path)
                   : std::ranges::find(account.origins, url.origin()) != account.origins.end();
    });
    return found == accounts_.end() ? nullptr : &*found;
}

asio::awaitable<std::shared_ptr<Result<SharedSlots::Decision>>> SharedSlots::ask(
    const SlotAccount& account, state::SlotKind kind) {
    // In a pointer, for what a thread hands over must be default-constructible.
    co_return co_await thread_.run([this, &account, kind] {
        auto decision = std::make_shared<Result<Decision>>(
            ledger_.try_take(account.key, kind, account.configured, now()));
        check(*decision);
        return decision;
    });
}

asio::awaitable<gateway::SlotOffer> SharedSlots::take(Url url) {
    gateway::SlotOffer offer;
    const SlotAccount* account = account_of(url);
    if (account == nullptr) {
        co_return offer;
    }
    const auto decision = co_await ask(*account, state::SlotKind::viewer);
    if (!*decision) {
        co_return offer;
    }
    if (auto* slot = std::get_if<state::Slot>(&**decision)) {
        offer.slot = std::make_unique<Held>(
            *this, std::move(*slot), account->origins.empty() ? kLinger : kDeviceLinger);
        co_return offer;
    }
    const auto& full = std::get<state::SlotsFull>(**decision);
    offer.refusal = full_text(full);
    offer.ask_again = full.yield_requested || full.reserved;
    co_return offer;
}

asio::awaitable<ProbeSlotOffer> SharedSlots::take_for_probe(const Url& url) {
    return take_to_yield(url, state::SlotKind::probe);
}

asio::awaitable<ProbeSlotOffer> SharedSlots::take_for_vod(const Url& url) {
    return take_to_yield(url, state::SlotKind::vod);
}

asio::awaitable<ProbeSlotOffer> SharedSlots::take_if_idle(const Url& url) {
    const std::string key(account_key_of(url));
    for (const state::AccountSlots& account : co_await status()) {
        // Looks linger for a moment, ours too: they are no use.
        if (account.account == key &&
            std::ranges::any_of(account.holders, [](const state::SlotHolder& holder) {
                return holder.kind != state::SlotKind::probe || !holder.lingers_until;
            })) {
            co_return ProbeSlotOffer{.slot = nullptr, .full = true};
        }
    }
    co_return co_await take_for_probe(url);
}

asio::awaitable<ProbeSlotOffer> SharedSlots::take_to_yield(const Url& url, state::SlotKind kind) {
    ProbeSlotOffer offer;
    const SlotAccount* account = account_of(url);
    if (account == nullptr) {
        co_return offer;
    }
    const auto decision = co_await ask(*account, kind);
    auto* slot = *decision ? std::get_if<state::Slot>(&**decision) : nullptr;
    // A look is not worth a connection that nobody counts.
    offer.full = slot == nullptr;
    if (slot != nullptr) {
        offer.slot = std::make_unique<Held>(*this, std::move(*slot), kProbeLinger);
    }
    co_return offer;
}

std::string_view SharedSlots::account_key_of(const Url& url) const noexcept {
    const SlotAccount* account = account_of(url);
    return account == nullptr ? std::string_view() : std::string_view(account->key);
}

asio::awaitable<std::vector<state::AccountSlots>> SharedSlots::status() {
    co_return co_await thread_.run([this] {
        auto accounts = ledger_.snapshot(now());
        check(accounts);
        return accounts ? std::move(*accounts) : std::vector<state::AccountSlots>();
    });
}

asio::awaitable<std::optional<state::CoordinationState>> SharedSlots::coordination() {
    co_return co_await thread_.run([this] { return ledger_.coordination(); });
}

void SharedSlots::set_provider_limit(
    const std::string& account, std::optional<int> max_connections) {
    thread_.post([this, account, limit = max_connections.value_or(0)] {
        check(ledger_.set_provider_limit(account, limit, now()));
    });
}

void SharedSlots::warn_once(const Error& error) {
    if (!warned_.exchange(true)) {
        logger_.error(
            "connections are not counted with those of other processes", {{"error", error}});
    }
}

} // namespace plex_tuner::engine
