// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace plex_tuner::net {

/// How many file descriptors this process may have open; SIZE_MAX without a limit.
[[nodiscard]] std::size_t descriptor_limit() noexcept;

/// Makes that as many as the system allows. The usual 1024 are for programs that call select(2),
/// which we do not. Process-wide: once, at the start.
void raise_descriptor_limit() noexcept;

} // namespace plex_tuner::net
