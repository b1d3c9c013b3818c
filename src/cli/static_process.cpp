// SPDX-License-Identifier: GPL-3.0-or-later
#include "static_process.hpp"

#if PT_STATIC
#include <utility>

#include <nss.h>
#endif

namespace plex_tuner::cli {

void settle_static_process() noexcept {
#if PT_STATIC
    // In place of /etc/nsswitch.conf, which may name mdns, resolve, myhostname, sss: names come
    // from /etc/hosts and the servers of /etc/resolv.conf, both of which are built in.
    for (const auto& [database, services] :
        {std::pair{"hosts", "files dns"}, {"services", "files"}, {"protocols", "files"},
            {"networks", "files"}, {"passwd", "files"}, {"group", "files"}}) {
        static_cast<void>(__nss_configure_lookup(database, services));
    }
#endif
}

} // namespace plex_tuner::cli
