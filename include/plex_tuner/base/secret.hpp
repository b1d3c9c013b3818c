// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>

namespace plex_tuner {

/// A password or token. It has no conversion to text: whoever needs the value says reveal(), and
/// such calls are few and easy to review.
class Secret {
public:
    Secret() = default;

    explicit Secret(std::string value) : value_(std::move(value)) {}

    [[nodiscard]] const std::string& reveal() const noexcept { return value_; }

    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

    /// "***", or "" when empty: what dumps and logs show.
    [[nodiscard]] std::string masked() const { return value_.empty() ? "" : "***"; }

    friend bool operator==(const Secret&, const Secret&) = default;

private:
    std::string value_;
};

} // namespace plex_tuner
