// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace plex_tuner::cli {

/// What a process of the static binary has to settle before anything else: that the C library loads
/// no modules of the machine, which may be made for another C library. Does nothing in a dynamic
/// one.
void settle_static_process() noexcept;

} // namespace plex_tuner::cli
