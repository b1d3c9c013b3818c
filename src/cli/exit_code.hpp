// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace plex_tuner::cli {

/// What the process ends with.
enum class ExitCode : int {
    success = 0,
    failure = 1,        ///< it could not do what it was asked; also: no or an unknown command
    bad_settings = 2,   ///< a flag or variable is wrong
    not_drained = 2,    ///< plex-session-drain: not all was gone in time
    not_all_probed = 2, ///< plex-probe-overrides: some channel could not be
    refused = 3,        ///< plex-hidden-grabs: somebody watches, so nothing is advised or done
    found = 4,          ///< plex-hidden-grabs: there are some
    interrupted = 130,  ///< SIGINT or SIGTERM came first; what was done until then stays
};

} // namespace plex_tuner::cli
