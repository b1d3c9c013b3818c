// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "numbering.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace plex_tuner::lineup {

/// Gives each of `entries`, the channels of a lineup in order, a shard from 1 to `count`, at most
/// `capacity` to each. A channel that was there last time stays where it was, whatever becomes of
/// the others; one that returns goes back where there is room. A new one joins the channel before
/// it, where there is room, else the emptiest shard. Where nobody has a shard yet the lineup is
/// divided evenly, in order. Who finds no room gets 0. `assigned` tells of each entry whether it
/// has returned.
void assign_shards(std::span<BookedNumber> entries, std::span<const Assigned> assigned, int count,
    std::optional<std::size_t> capacity);

} // namespace plex_tuner::lineup
