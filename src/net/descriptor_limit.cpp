// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/descriptor_limit.hpp>

#include <cstdint>

#include <sys/resource.h>

namespace plex_tuner::net {

std::size_t descriptor_limit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return SIZE_MAX;
    }
    return limit.rlim_cur;
}

void raise_descriptor_limit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit)); // without it, fewer connections
    }
}

} // namespace plex_tuner::net
