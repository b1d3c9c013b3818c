// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace plex_tuner::cli {

/// What the process ends with.
enum class ExitCode : int {
    success = 0,
    failure = 1,       ///< it could not do what it was asked; also: no or an unknown command
    bad_settings = 2,  ///< a flag or variable is wrong
    interrupted = 130, ///< SIGINT or SIGTERM came first; what was done until then stays
};

} // namespace plex_tuner::cli
