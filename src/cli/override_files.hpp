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

/// Two of them are the same file, by whichever path.
[[nodiscard]] bool has_same_file_twice(const OverrideFiles& files);

struct OverrideWriting {
    gateway::OverrideUpdate update{};
    std::vector<std::filesystem::path> written{};
};

/// Reads them again, for somebody may have entered something while channels were probed, and writes
/// those whose content changes, each at once; the record last. Other probes with this record wait
/// (for a lock beside it). Where one of the files is wrong by now, none is written.
[[nodiscard]] Result<OverrideWriting> update_override_files(const OverrideFiles& files,
    const std::vector<gateway::ProbeVerdict>& verdicts, bool replaces_all);

} // namespace plex_tuner::cli
