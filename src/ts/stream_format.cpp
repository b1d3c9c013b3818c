// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/stream_format.hpp>

namespace plex_tuner::ts {

std::string_view to_string(ScanType scan) noexcept {
    switch (scan) {
    case ScanType::unknown:
        return "unknown";
    case ScanType::progressive:
        return "progressive";
    case ScanType::interlaced:
        return "interlaced";
    }
    return "unknown";
}

ScanType scan_type_named(std::string_view name) noexcept {
    for (const ScanType scan : {ScanType::progressive, ScanType::interlaced}) {
        if (name == to_string(scan)) {
            return scan;
        }
    }
    return ScanType::unknown;
}

} // namespace plex_tuner::ts
