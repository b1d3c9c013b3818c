// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared_account.hpp"
#include "shared_key.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::state {

/// Rows as texts of numbers and names between blanks, "-" for what is not there. Redis may hold
/// anything: what is no row of ours reads as nothing, numbers are brought within bounds.
[[nodiscard]] std::string to_text(const AccountRow& row);
[[nodiscard]] std::optional<AccountRow> account_from_text(std::string_view text);
[[nodiscard]] std::string to_text(const SharedSlot& slot); ///< all but its id
[[nodiscard]] std::optional<SharedSlot> slot_from_text(std::string id, std::string_view text);
[[nodiscard]] std::string to_text(const GovernorRow& row);
[[nodiscard]] std::optional<GovernorRow> governor_from_text(std::string_view text);
[[nodiscard]] std::string to_text(const SharedPermit& permit); ///< all but its id
[[nodiscard]] std::optional<SharedPermit> permit_from_text(std::string id, std::string_view text);
[[nodiscard]] std::string to_text(const Session& session);
[[nodiscard]] std::optional<Session> session_from_text(std::string_view text);

} // namespace plex_tuner::state
