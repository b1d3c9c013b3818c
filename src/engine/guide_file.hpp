// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/lineup/lineup.hpp>
#include <plex_tuner/net/exchange.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

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

/// What hashing a guide file gave, for as long as the file is the same: a guide is opened several
/// times while it is published. Thread-safe.
class GuideTags {
public:
    /// The validator of an open file; empty when it cannot be read.
    [[nodiscard]] std::string tag_of(int descriptor);

private:
    static constexpr std::size_t kMostKept = 4;

    struct Known {
        std::uint64_t device, inode, size;
        std::int64_t seconds, nanoseconds;
        std::string tag;
    };

    std::mutex mutex_;
    std::vector<Known> known_;
};

/// Opens a file of the prepared guide. The validator is made of its content, so it survives
/// restarts, and tuners with the same guide give the same.
[[nodiscard]] Result<GuideRepresentation> open_guide_representation(
    const std::filesystem::path& file, GuideTags& tags);

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
    std::shared_ptr<GuideTags> tags_ = std::make_shared<GuideTags>(); ///< of all copies
};

/// Changes whenever a guide for `lineup` would have other channels, ids, names or matches.
[[nodiscard]] std::string lineup_fingerprint(
    const lineup::Lineup& lineup, std::string_view version);

} // namespace plex_tuner::engine
