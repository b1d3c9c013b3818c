// SPDX-License-Identifier: GPL-3.0-or-later
#include "freed_memory.hpp"

#include <malloc.h>

namespace plex_tuner::cli {

void keep_freed_memory() {
    constexpr int kPerThread = 2 * 1024 * 1024;
    ::mallopt(M_TRIM_THRESHOLD, kPerThread);
}

} // namespace plex_tuner::cli
