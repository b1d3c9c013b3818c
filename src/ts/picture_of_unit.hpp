// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "unit_collector.hpp"

#include <plex_tuner/ts/codec.hpp>
#include <plex_tuner/ts/picture_scanner.hpp>

#include <cstdint>
#include <optional>

namespace plex_tuner::ts {

/// What the first picture of a whole unit with a header is.
[[nodiscard]] PictureKind picture_of(const StreamUnit& unit, Codec codec);

/// FNV-1a over the elementary stream of a unit that begins with a key frame; none for others.
[[nodiscard]] std::optional<std::uint64_t> key_frame_hash(const StreamUnit& unit, Codec codec);

} // namespace plex_tuner::ts
