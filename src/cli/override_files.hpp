// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/gateway/override_update.hpp>

#include <filesystem>
#include <vector>

namespace plex_tuner::cli {

/// Where plex-probe-overrides leaves what it found; an empty path: nowhere.
struct OverrideFiles {
    std::filesystem::path profiles;
    std::filesystem::path transcode;
    std::filesystem::path record; ///< which of their entries are a probe's
};

struct OverrideContents {
    gateway::TranscodeOverrides overrides{};
    gateway::OverrideRecord record{};
};

/// What they hold; of those that are not there, nothing. The error names the file that is wrong.
[[nodiscard]] Result<OverrideContents> read_override_files(const OverrideFiles& files);

/// Writes those whose content changes, each at once; the record last. Says which were written.
[[nodiscard]] Result<std::vector<std::filesystem::path>> write_override_files(
    const OverrideFiles& files, const OverrideContents& before,
    const gateway::OverrideUpdate& update);

} // namespace plex_tuner::cli
