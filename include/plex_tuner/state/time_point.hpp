// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace plex_tuner::state {

/// A time that processes of one machine share: the wall clock, to the microsecond. It may jump;
/// the ledgers bound what a jump can do.
using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;

} // namespace plex_tuner::state
