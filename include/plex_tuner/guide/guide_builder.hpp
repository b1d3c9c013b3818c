// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::guide {

/// A channel the guide must hold. Views stay valid during the build. Text that is not UTF-8 is
/// taken for Windows-1252.
struct GuideChannel {
    std::string_view guide_number; ///< the XMLTV id is derived from it, see guide_channel_id
    std::string_view name;
    std::string_view tvg_id; ///< matched exactly, then ignoring case and outer blanks; several
                             ///< channels may share one
    std::string_view logo;   ///< written when http or https
    /// Added to the times of its programmes, at most kMaxGuideShift either way: a channel that
    /// repeats another an hour later shares its tvg-id and is shifted by 60.
    std::chrono::minutes shift{0};
};

inline constexpr std::chrono::minutes kMaxGuideShift{24 * 60};

/// The tvg-shift of a playlist, in hours ("1", "+1", "-2", "1.5"), to the minute; none when it is
/// no such number or beyond kMaxGuideShift.
[[nodiscard]] std::chrono::minutes parse_guide_shift(std::string_view hours) noexcept;

struct GuideOptions {
    /// Placeholder programmes: one-hour blocks, aligned to the hour in UTC, in this window around
    /// the current hour, for a channel without data and where data has run out or has yet to begin.
    /// At least one hour together.
    std::chrono::hours placeholder_before{3};
    std::chrono::hours placeholder_after{48};
    /// Programmes that ended more than this before the current hour are dropped.
    std::chrono::hours keep_past{12};
    std::uint64_t max_source_bytes = 2'000'000'000; ///< decompressed
    std::string generator;                          ///< "plex-tuner <version>"
    std::stop_token stop;                           ///< gives up with `cancelled` when asked to
};

/// What one source held.
struct SourceReport {
    std::size_t programmes = 0; ///< wanted or not
    /// "<path>: <reason>", set when the source could not be read to its end; what was read before
    /// is not used, and not counted.
    std::string failure = {};
    /// "<path>: <reason>", the fault in its markup that was mended to read it; empty mostly.
    std::string mended = {};
};

struct GuideReport {
    std::vector<SourceReport> sources;  ///< in the order they were given
    std::size_t written_programmes = 0; ///< without placeholders; once per channel of the lineup
    std::size_t channels_with_data = 0;
    std::size_t channels_with_placeholder = 0;
    /// Programmes whose stop lay before their start and was taken for missing.
    std::size_t repaired_stops = 0;
    /// Programmes of the lineup's channels that could not be used: no start, stop equal to it,
    /// duplicate. Programmes that are long over (keep_past) are no fault and do not count.
    std::size_t skipped_programmes = 0;
    std::vector<std::pair<std::string, std::size_t>> skip_reasons;

    [[nodiscard]] std::size_t source_programmes() const noexcept;
};

/// The XMLTV channel id of a guide number, in guide.xml and live.m3u. (lineup.m3u names the plain
/// number, as the device it imitates does.)
/// "5.1" becomes "5.1.plextuner". Different numbers get different ids, and every id satisfies
/// tv_validate_file (RFC 2838-like: parts of letters, digits and hyphens joined by dots).
[[nodiscard]] std::string guide_channel_id(std::string_view guide_number);

/// Reads the XMLTV files in `sources` (plain, gzip or xz; UTF-8, UTF-16, the single-byte encodings
/// in use, and others, such as those of East Asia, where the C library has its gconv modules, which
/// a machine that runs the static binary may lack; the common faults of real feeds) as a stream,
/// keeps the programmes of `channels`, and writes `target` (plain) through AtomicFile: all channels
/// in the given order, then all programmes in the order of their source, children in DTD order,
/// times in UTC as +0000. The result is valid for xmltv.dtd and tv_validate_file whatever the
/// sources hold.
///
///   - A source that is missing or broken is reported and skipped; the first source with data for a
///     channel wins that channel. With no usable source every channel gets placeholders and the
///     result is still valid. A channel whose guide number was there before is left out.
///   - Programmes with the channel and start of an earlier one are dropped. One without a stop ends
///     at the next start on its channel, at most 24 hours later, or after 30 minutes; so does one
///     whose stop lies before its start. One that runs into the next of its channel is shortened.
///   - A channel without a logo gets the icon of its channel in the first source that is used.
///   - The clock counts by the hour: within one hour the same input gives the same bytes.
///
/// A source that is not well-formed is read a second time with its markup mended: a '<' in a text,
/// tags of HTML, an attribute given twice.
///
/// Memory is bounded by the lineup, not by the source. Runs on the calling thread; blocks on files.
/// An error means that `target` could not be written, or that the build was stopped; it is then as
/// it was before.
[[nodiscard]] Result<GuideReport> build_guide(const std::vector<GuideChannel>& channels,
    const std::vector<std::filesystem::path>& sources, const GuideOptions& options,
    const Clock& clock, const std::filesystem::path& target);

/// Writes "<file>.gz" beside `file`, atomically, at a speed-first level (about 0.15 of the size).
/// The bytes depend on the content only. `stop` makes it give up with `cancelled`.
[[nodiscard]] Result<std::filesystem::path> compress_guide(
    const std::filesystem::path& file, const std::stop_token& stop = {});

/// Looks at the first decompressed bytes of a download and says what it is when it is no XMLTV
/// ("this is an HTML page, …"). Bytes that end before the root element pass.
[[nodiscard]] Result<void> looks_like_xmltv(std::string_view first_bytes);

} // namespace plex_tuner::guide
