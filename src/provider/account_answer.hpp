// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <optional>
#include <string_view>

namespace plex_tuner::provider {

/// The error for an account the panel refuses; `how` it says so.
[[nodiscard]] std::unexpected<Error> wrong_credentials(std::string_view what, std::string_view how);

/// Account information where something else was asked for: that is how panels refuse.
class AccountAnswer {
public:
    static constexpr std::string_view kMember = "user_info";
    static constexpr std::string_view kAuth = "auth";

    void saw_member() noexcept { seen_ = true; }

    void saw_auth(bool granted) noexcept { granted_ = granted; }

    /// An error when there was any.
    [[nodiscard]] Result<void> verdict(std::string_view what) const;

private:
    bool seen_ = false;
    std::optional<bool> granted_;
};

} // namespace plex_tuner::provider
