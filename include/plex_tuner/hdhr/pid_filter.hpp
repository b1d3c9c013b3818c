// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string_view>

namespace plex_tuner::hdhr {

/// Which packets of a stream a client wants, by packet identifier (HDHomeRun native protocol,
/// /tuner<n>/filter).
class PidFilter {
public:
    static constexpr std::size_t kPids = 0x2000;

    /// All.
    PidFilter() { wanted_.set(); }

    /// "0x0000-0x0010 0x1fff": one or more, and ranges of them. nullopt: it is none.
    [[nodiscard]] static std::optional<PidFilter> parse(std::string_view text);

    [[nodiscard]] const std::bitset<kPids>& wanted() const noexcept { return wanted_; }

private:
    std::bitset<kPids> wanted_;
};

} // namespace plex_tuner::hdhr
