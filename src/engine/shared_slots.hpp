// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "build_thread.hpp"

#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/gateway/connection_slots.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/state/slot_ledger.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace plex_tuner::engine {

/// An account whose connections are counted.
struct SlotAccount {
    std::string key;
    std::string path; ///< "/user/password/", percent-encoded: what its stream URLs have in them;
                      ///< empty: see origins
    /// Where its streams come from, for want of a path that only it has.
    std::vector<std::string> origins = {};
    int configured = 0; ///< connections the user allows; 0: what the provider says
};

/// The right to one connection for a look at a stream, or for a film.
class ProbeSlot : public gateway::ConnectionSlot {
public:
    /// Somebody who matters more waits for it: end the look and destroy this.
    [[nodiscard]] virtual asio::awaitable<bool> asked_to_yield() = 0;
};

struct ProbeSlotOffer {
    std::unique_ptr<ProbeSlot> slot; ///< may be null without `full`: none is needed
    bool full = false;               ///< no connection to be had now
};

/// What the ledger must know of the accounts: those that have hosts, and devices.
[[nodiscard]] std::vector<SlotAccount> slot_accounts(const std::vector<Account>& accounts);

/// The connections of the accounts as the ledger of this machine knows them, or that of all
/// machines that meet in Redis; whether they do is logged. The ledger is asked on a thread of its
/// own, for it blocks. A ledger that fails holds nobody up: that is logged once.
class SharedSlots final : public gateway::ConnectionSlots {
public:
    [[nodiscard]] static Result<std::unique_ptr<SharedSlots>> open(
        const std::filesystem::path& directory, std::vector<SlotAccount> accounts,
        log::Logger logger, std::optional<state::CoordinationOptions> coordination = std::nullopt);

    [[nodiscard]] asio::awaitable<gateway::SlotOffer> take(Url url) override;

    /// The same for a look at a stream, which every viewer may interrupt.
    [[nodiscard]] asio::awaitable<ProbeSlotOffer> take_for_probe(const Url& url);

    /// The same for films, which viewers of channels may interrupt, and which interrupt looks.
    [[nodiscard]] asio::awaitable<ProbeSlotOffer> take_for_vod(const Url& url);

    /// As for a look, but only while no connection of the account is in use: for what can wait.
    [[nodiscard]] asio::awaitable<ProbeSlotOffer> take_if_idle(const Url& url);

    /// The account a stream belongs to; empty: none that is counted.
    [[nodiscard]] std::string_view account_key_of(const Url& url) const noexcept;

    /// All accounts, for metrics and the page. Any executor.
    [[nodiscard]] asio::awaitable<std::vector<state::AccountSlots>> status();

    /// How this machine stands to others; empty: there are none. Any executor.
    [[nodiscard]] asio::awaitable<std::optional<state::CoordinationState>> coordination();

    /// max_connections of an account as its panel says; none: it sets no limit. Any thread.
    void set_provider_limit(const std::string& account, std::optional<int> max_connections);

private:
    class Held;
    using Decision = std::variant<state::Slot, state::SlotsFull>;

    SharedSlots(state::SlotLedger ledger, std::vector<SlotAccount> accounts, log::Logger logger);
    [[nodiscard]] const SlotAccount* account_of(const Url& url) const noexcept;
    [[nodiscard]] asio::awaitable<ProbeSlotOffer> take_to_yield(
        const Url& url, state::SlotKind kind);
    [[nodiscard]] asio::awaitable<std::shared_ptr<Result<Decision>>> ask(
        const SlotAccount& account, state::SlotKind kind);

    template <class T>
    void check(const Result<T>& result) {
        if (!result) {
            warn_once(result.error());
        }
    }

    void warn_once(const Error& error);

    state::SlotLedger ledger_;
    std::vector<SlotAccount> accounts_;
    log::Logger logger_;
    std::atomic<bool> warned_{false};
    BuildThread thread_; ///< last: its work uses what stands above
};

} // namespace plex_tuner::engine
