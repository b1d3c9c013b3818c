// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/secret.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace plex_tuner::config {

/// A larger file is refused.
inline constexpr std::size_t kMaxSubscriptionBytes = std::size_t{64} << 10;

/// What a subscription file says; what it does not say is empty.
struct Subscription {
    std::string user;
    Secret password;
};

/// Lines "Username: U" and "Password: P" in any case and order, blanks around the values dropped;
/// the first of each counts, other lines are passed over. The error names the file; it is an error
/// when neither is there.
[[nodiscard]] Result<Subscription> read_subscription(const std::filesystem::path& file);

/// The alphabetically last Documents/iptv.subscription.*.txt below `home`.
[[nodiscard]] std::optional<std::filesystem::path> newest_subscription(
    const std::filesystem::path& home);

} // namespace plex_tuner::config
