// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "digest_index.hpp"
#include "slice_reader.hpp"
#include "xmltv_reader.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <filesystem>
#include <stop_token>
#include <string>
#include <utility>

namespace plex_tuner::guide {

/// A guide that was read once for all who want parts of it: UTF-8, well-formed, its programmes by
/// channel, so that a tuner of four hundred channels reads those of four hundred and not of twenty
/// thousand. A file of this machine, made anew when the source changes:
///
///     text | index | offset of the index (8) | FNV-1a of the index (8) | magic (8)
///
/// Blocks on the disk; not thread-safe.
class GuideDigest {
public:
    /// The digest of `source` in options.digest_directory, which is made if it is not there or of
    /// other content; one process at a time does that, the others wait. Errors are those of reading
    /// the source, of the disk, `too_large` when there can be none of this content,
    /// `unavailable` when the others take too long, and `cancelled`.
    [[nodiscard]] static Result<GuideDigest> of(
        const std::filesystem::path& source, const GuideOptions& options);

    /// What was mended in the source; empty: nothing.
    [[nodiscard]] const std::string& mended() const noexcept { return index_.mended; }

    /// Reads what the handler wants. Errors as those of XmltvReader, of the disk, and `cancelled`.
    [[nodiscard]] Result<void> read(XmltvHandler& handler, const std::stop_token& stop);

private:
    GuideDigest(SliceReader text, DigestIndex index)
        : text_(std::move(text)), index_(std::move(index)) {}

    [[nodiscard]] static Result<GuideDigest> open(
        const std::filesystem::path& file, const SourceStamp& stamp);
    /// Writes the digest, or that there can be none.
    [[nodiscard]] static Result<void> make(const std::filesystem::path& source,
        const SourceStamp& stamp, const std::filesystem::path& file, const GuideOptions& options);
    [[nodiscard]] static Result<DigestIndex> write_text(const std::filesystem::path& source,
        const std::filesystem::path& scratch, const GuideOptions& options, AtomicFile& digest);

    SliceReader text_; ///< open, for the file may be replaced by that of another content
    DigestIndex index_;
};

} // namespace plex_tuner::guide
