// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/lineup/lineup.hpp>
#include <plex_tuner/net/exchange.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace plex_tuner::engine {

/// One representation of the prepared guide: an open file, so that it can be replaced on disk
/// while it is being sent.
struct GuideRepresentation {
    net::FileBody body;
    WallTime modified;
    std::string etag; ///< with its quotes
};

/// The prepared guide.xml and, once it is compressed, guide.xml.gz.
struct GuideFile {
    GuideRepresentation plain;
    std::optional<GuideRepresentation> gzip;
};

/// Opens a file of the prepared guide. The validator is made of its content, so it survives
/// restarts, and tuners with the same guide give the same. It is kept in an attribute of the file,
/// where the file system has such, for a guide is hashed in no less than 50 ms.
[[nodiscard]] Result<GuideRepresentation> open_guide_representation(
    const std::filesystem::path& file);

/// Where the guide of a lineup lives. The name carries the lineup's fingerprint: a guide on disk
/// either belongs to the lineup that is served or is not found.
class GuideStore {
public:
    explicit GuideStore(std::filesystem::path directory) : directory_(std::move(directory)) {}

    [[nodiscard]] std::filesystem::path path(const std::string& fingerprint) const;
    /// The guide of that lineup, if one is on disk; its gzip form only when it is not older.
    [[nodiscard]] std::shared_ptr<const GuideFile> open(const std::string& fingerprint) const;

    /// Where the next guide is written before adopt().
    [[nodiscard]] std::filesystem::path incoming() const { return directory_ / "incoming.xml"; }

    /// Makes incoming() the guide of that lineup; its compressed form must follow. A guide that is
    /// already there with the same bytes stays, with its validators and its compressed form.
    [[nodiscard]] Result<void> adopt(const std::string& fingerprint) const;
    /// Removes guides of other lineups.
    void remove_others(const std::string& fingerprint) const noexcept;

private:
    std::filesystem::path directory_;
};

/// Changes whenever a guide for `lineup` would have other channels, ids, names or matches.
[[nodiscard]] std::string lineup_fingerprint(
    const lineup::Lineup& lineup, std::string_view version);

} // namespace plex_tuner::engine
