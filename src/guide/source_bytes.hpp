// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace plex_tuner::guide {

/// Calls `take` with the decompressed bytes of a guide until it fails; nothing of what is no XMLTV
/// at the first look. `cancelled` when options.stop was asked for.
[[nodiscard]] Result<void> read_source_bytes(const std::filesystem::path& source,
    const GuideOptions& options, const std::function<Result<void>(std::string_view)>& take);

/// "<path>: <reason>".
[[nodiscard]] std::string describe_fault(const std::filesystem::path& source, const Error& error);

} // namespace plex_tuner::guide
