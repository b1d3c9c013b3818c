// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::config {

/// Bytes: "1048576", "64k", "16MiB", "1 GB". k, M, G with nothing or "iB" behind are powers of
/// 1024; kB, MB, GB are powers of 1000; case does not matter.
[[nodiscard]] std::optional<std::uint64_t> parse_byte_size(std::string_view text);

/// In the largest binary unit that is exact: "16MiB", "1500B".
[[nodiscard]] std::string format_byte_size(std::uint64_t bytes);

} // namespace plex_tuner::config
