// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "account_lists.hpp"
#include "build_thread.hpp"
#include "shared_governor.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/state/detail_store.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace plex_tuner::engine {

/// A channel that no guide has, and the addresses it is streamed from.
struct UncoveredChannel {
    std::string channel_id;
    std::vector<std::string> addresses;
};

struct ShortGuideOutcome {
    std::size_t asked = 0;
    std::size_t with_programmes = 0; ///< of all the channels, whenever they were asked for
    bool file_changed = false;
};

/// Asks the panels for the programmes of channels one by one (get_short_epg), a limited number of
/// them, those that were never asked for first. Answers are kept on the machine: what one process
/// has asked the others do not. A panel that has nothing for many in a row is left alone until the
/// next time. Used once.
class ShortGuidePass {
public:
    /// What is referenced outlives it; `details` is used on the build thread only.
    ShortGuidePass(fetch::Client& client, SharedGovernor& governor, state::DetailStore& details,
        BuildThread& build_thread, const IndexOptions& options, log::Logger logger);

    /// Then writes what is known of `channels` as a guide whose ids are the channel ids; a file
    /// with the same content is left as it is, and so is one where nothing is known.
    [[nodiscard]] asio::awaitable<ShortGuideOutcome> run(const std::vector<AccountLists>& accounts,
        std::vector<UncoveredChannel> channels, std::size_t limit,
        const std::filesystem::path& file, const std::function<bool()>& enough);

private:
    struct Stream {
        std::size_t account = 0; ///< in accounts
        std::string id;
        std::string channel_id;
    };

    /// The channels' streams at accounts that can be asked.
    [[nodiscard]] std::vector<Stream> streams_of(const std::vector<AccountLists>& accounts,
        const std::vector<UncoveredChannel>& channels) const;
    /// Those that are due, the most urgent first.
    [[nodiscard]] Result<std::vector<Stream>> due(
        const std::vector<AccountLists>& accounts, const std::vector<Stream>& streams);
    [[nodiscard]] asio::awaitable<void> ask(const AccountLists& account,
        const std::vector<Stream>& streams, const std::function<bool()>& enough);
    [[nodiscard]] asio::awaitable<void> ask_some(const AccountLists& account,
        const std::vector<Stream>& streams, std::size_t& next, fetch::RequestPermit& permit,
        const std::function<bool()>& enough);
    [[nodiscard]] Result<ShortGuideOutcome> write(const std::vector<AccountLists>& accounts,
        const std::vector<Stream>& streams, const std::filesystem::path& file);

    fetch::Client& client_;
    SharedGovernor& governor_;
    state::DetailStore& details_;
    BuildThread& build_thread_;
    const IndexOptions& options_;
    log::Logger logger_;
    std::vector<state::Details> batch_;
    std::size_t asked_ = 0;
    std::size_t nothing_in_a_row_ = 0;
    bool given_up_ = false;
};

} // namespace plex_tuner::engine
