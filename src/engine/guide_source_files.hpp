// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/engine/service.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace plex_tuner::engine {

[[nodiscard]] bool is_there(const std::filesystem::path& file) noexcept;

/// The files of the guide sources in the state directory: what was downloaded last, and what last
/// made a good guide. They are named by the address of the source, so that adding or removing one
/// leaves the files of the others with their owners. Blocks on the disk.
class GuideSourceFiles {
public:
    explicit GuideSourceFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

    [[nodiscard]] std::filesystem::path download(const GuideSource& source) const;
    [[nodiscard]] std::filesystem::path last_good(const GuideSource& source) const;

    /// What the panels say of single channels.
    [[nodiscard]] std::filesystem::path short_guide() const {
        return directory_ / "short-guide.xml";
    }

    /// Keeps `file` as the last good one of its source: one that was downloaded (and will be
    /// replaced as a whole), or one of the user.
    [[nodiscard]] Result<void> keep(
        const std::filesystem::path& file, const GuideSource& source, bool downloaded) const;
    /// Removes the download, so that the next one is whole.
    void forget_download(const GuideSource& source) const noexcept;
    /// Removes the files of all sources but these.
    void remove_others(const std::vector<GuideSource>& sources) const noexcept;

private:
    std::filesystem::path directory_;
};

} // namespace plex_tuner::engine
