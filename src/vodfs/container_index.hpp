// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace plex_tuner::vodfs {

/// Where the index of a container stands that does not have it at its head: the moov box of an MP4
/// behind its media, the Cues of a Matroska file. `head` are the first bytes of the file; what they
/// do not say is none. Pure; any bytes.
[[nodiscard]] std::optional<std::uint64_t> index_offset(std::string_view head) noexcept;

} // namespace plex_tuner::vodfs
