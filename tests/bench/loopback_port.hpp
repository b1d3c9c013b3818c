// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/child_process.hpp"

#include <cstdint>

namespace plex_tuner::bench {

/// Throws when there is none.
[[nodiscard]] std::uint16_t unused_port();

/// Waits until `program` answers HTTP on that port of the loopback interface; throws with what it
/// says when it does not.
void wait_until_accepting(std::uint16_t port, testing::ChildProcess& program);

} // namespace plex_tuner::bench
