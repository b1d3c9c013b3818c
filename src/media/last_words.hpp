// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plex_tuner::media {

/// What a foreign program said last, as viewers and logs may see it: it names addresses, and
/// passwords with them. Not thread-safe.
class LastWords {
public:
    /// In any chunking.
    void hear(std::string_view said);

    /// The end of it in one line of printable ASCII, without credentials; empty: nothing was said.
    [[nodiscard]] std::string text() const;

private:
    std::string heard_; ///< begins with a line, so that no address in it lacks its begin
    bool skips_line_ = false;
};

} // namespace plex_tuner::media
