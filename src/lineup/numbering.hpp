// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

namespace plex_tuner::lineup {

/// Hands out guide numbers that are unique in one lineup.
class Numbering {
public:
    explicit Numbering(int offset) : offset_(offset) {}

    /// The number a source asks for, with the offset applied to integers; empty when it is no
    /// usable number ("0", "-1", text) or already taken. "5" and "5.1" are numbers; "5.10" is not
    /// "5.1".
    [[nodiscard]] std::string claim(std::string_view wanted);

    /// The lowest integer that nobody has.
    [[nodiscard]] std::string next_free();

private:
    int offset_;
    std::int64_t next_ = 1;
    std::unordered_set<std::string> taken_;
};

} // namespace plex_tuner::lineup
