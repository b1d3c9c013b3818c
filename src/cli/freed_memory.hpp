// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace plex_tuner::cli {

/// For commands that pass streams or files on: their blocks are freed by other threads than the one
/// that gets them, some tens of thousands a second. Without this the C library returns their memory
/// to the kernel each time and faults it in again: a tenth of the cost of a stream.
void keep_freed_memory();

} // namespace plex_tuner::cli
