// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace plex_tuner::vodfs {

/// A film or series that another catalog shows otherwise: it came, went, or has other files.
struct ChangedTitle {
    std::string directory; ///< in the mount: "Movies/Zulu (1964)"
    bool is_gone = false;
    friend bool operator==(const ChangedTitle&, const ChangedTitle&) = default;
};

} // namespace plex_tuner::vodfs
