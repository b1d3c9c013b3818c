// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace plex_tuner::vodfs {

/// Why a request for bytes of a file came to nothing.
enum class SourceFailure : std::uint8_t {
    network,
    timeout,
    forbidden,     ///< 401, 403
    gone,          ///< 404, 410, 416
    over_limit,    ///< 458, 509: too many connections
    status,        ///< any other
    wrong_content, ///< a page, another range, nothing
    changed,       ///< the file is another one than it was
    left_alone,    ///< the provider was not to be asked
    other,
};

inline constexpr std::size_t kSourceFailures = 10;

/// "network", "over_limit", …
[[nodiscard]] std::string_view to_string(SourceFailure failure) noexcept;

/// What a mount shows and does; what counts does so since it was mounted.
struct MountStatus {
    std::filesystem::path mount_point;
    std::size_t films = 0;
    std::size_t series = 0;
    std::size_t episodes = 0;
    std::size_t files_open = 0;
    std::size_t reads_waiting = 0; ///< for the provider, opens that wait for a size included
    std::uint64_t reads_failed = 0;
    std::uint64_t cache_read_bytes = 0; ///< given to readers at once
    std::uint64_t provider_bytes = 0;
    std::uint64_t provider_requests = 0;
    std::array<std::uint64_t, kSourceFailures> provider_failures{};
    std::uint64_t cache_bytes = 0;
    std::uint64_t cache_limit = 0;
    std::uint64_t cache_evictions = 0; ///< files whose bytes went
    std::size_t sizes_known = 0;       ///< of the files that are shown
    std::size_t sizes_unknown = 0;
};

} // namespace plex_tuner::vodfs
