// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::guide {

/// A channel the guide must hold. Views stay valid during the build.
struct GuideChannel {
    std::string_view guide_number; ///< the XMLTV id is derived from it, see guide_channel_id
    std::string_view name;
    std::string_view tvg_id; ///< matched exactly, then ignoring case and outer blanks; several channels may share one
    std::string_view logo;
};

struct GuideOptions {
    /// Placeholder programmes for a channel without data: one-hour blocks over this window.
    std::chrono::hours placeholder_before{3};
    std::chrono::hours placeholder_after{48};
    /// Programmes that ended more than this ago are dropped.
    std::chrono::hours keep_past{12};
    std::uint64_t max_source_bytes = 2'000'000'000; ///< decompressed
    std::string generator; ///< "plex-tuner <version>"
};

struct GuideReport {
    std::size_t source_channels = 0;
    std::size_t source_programmes = 0;
    std::size_t written_programmes = 0;
    std::size_t channels_with_data = 0;
    std::size_t channels_with_placeholder = 0;
    std::size_t skipped_programmes = 0; ///< no start, stop before start, no title, …: see skip_reasons
    std::vector<std::pair<std::string, std::size_t>> skip_reasons;
    /// Set when a source could not be read to its end; what was read before is not used.
    std::vector<std::string> failed_sources;
};

/// The XMLTV channel id of a guide number: what guide.xml, live.m3u and lineup.m3u all use.
/// Satisfies tv_validate_file (RFC 2838-like: parts of letters, digits and hyphens joined by dots).
[[nodiscard]] std::string guide_channel_id(std::string_view guide_number);

/// Reads the XMLTV files in `sources` (plain, gzip or xz; any declared encoding) as a stream, keeps
/// the programmes of `channels`, and writes `target` (plain) through AtomicFile: all channels, then
/// all programmes, DTD order of children, times in UTC as +0000. A source that is missing or broken
/// is reported and skipped; the first source with data for a channel wins that channel. With no
/// usable source at all every channel gets placeholders and the result is still valid.
/// Memory is bounded by the lineup, not by the source. Runs on the calling thread.
[[nodiscard]] Result<GuideReport> build_guide(const std::vector<GuideChannel>& channels,
    const std::vector<std::filesystem::path>& sources, const GuideOptions& options, const Clock& clock,
    const std::filesystem::path& target);

/// Writes "<file>.gz" beside `file`, atomically, at a speed-first level.
[[nodiscard]] Result<std::filesystem::path> compress_guide(const std::filesystem::path& file);

/// Looks at the first decompressed bytes of a download: XMLTV or not ("this is an HTML page").
[[nodiscard]] Result<void> looks_like_xmltv(std::string_view first_bytes);

} // namespace plex_tuner::guide
