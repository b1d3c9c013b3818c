// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::guide {

/// A programme that is known without a guide.
struct GuideEvent {
    std::string title;
    WallTime start{};
    WallTime stop{}; ///< after start

    friend bool operator==(const GuideEvent&, const GuideEvent&) = default;
};

/// A channel the guide must hold. Views stay valid during the build. Text that is not UTF-8 is
/// taken for Windows-1252.
struct GuideChannel {
    std::string_view guide_number; ///< the XMLTV id is derived from it, see guide_channel_id
    std::string_view name;
    std::string_view tvg_id; ///< matched exactly, then ignoring case and outer blanks; several
                             ///< channels may share one; see GuideInput::ids
    std::string_view logo;   ///< written when http or https
    /// Added to the times of its programmes, at most kMaxGuideShift either way: a channel that
    /// repeats another an hour later shares its tvg-id and is shifted by 60.
    std::chrono::minutes shift{0};
    /// Stands where no source has a programme.
    std::optional<GuideEvent> event = std::nullopt;
};

inline constexpr std::chrono::minutes kMaxGuideShift{24 * 60};

/// The tvg-shift of a playlist, in hours ("1", "+1", "-2", "1.5"), to the minute; none when it is
/// no such number or beyond kMaxGuideShift.
[[nodiscard]] std::chrono::minutes parse_guide_shift(std::string_view hours) noexcept;

/// Repairs for what Plex makes of a guide; see docs/guide.md.
struct PlexRepairs {
    /// The sub-title becomes part of the title where no episode number makes Plex show it.
    bool fold_sub_title = false;
    /// Airings of one title without an episode number get descriptions of their own, for Plex shows
    /// that of the first for all of them.
    bool unique_descriptions = false;
    /// A category in the words that make Plex tell films, sports, news and children's programmes.
    bool categories = false;
    /// An episode number in one system is written in the other, too.
    bool episode_numbers = false;
    /// new or previously-shown, where the date says so and the source does not.
    bool new_or_repeat = false;

    friend bool operator==(const PlexRepairs&, const PlexRepairs&) = default;
};

/// What happens to the texts of programmes.
struct TextOptions {
    /// Of a title, sub-title or description in several languages, the first of these that is there
    /// is kept ("de" also means "de-AT").
    std::vector<std::string> preferred_languages = {};
    /// Where none of these is there: the first that is not mostly in another script than Latin.
    bool prefer_latin = false;
    /// A title that is mostly in another script is replaced by the name of the channel.
    bool channel_name_for_non_latin = false;
    PlexRepairs plex = {};

    friend bool operator==(const TextOptions&, const TextOptions&) = default;
};

/// A guide to read.
struct GuideInput {
    std::filesystem::path file;
    std::chrono::minutes shift{0}; ///< added to all its times, at most kMaxGuideShift either way
    /// The id that each channel has in this guide, in the order of the channels; empty for one that
    /// it does not have. None at all: the channels' own tvg_id.
    std::vector<std::string> ids = {};
    /// Others read the same file: it is read once for all of them, where
    /// GuideOptions::digest_directory says so.
    bool is_shared = false;
};

struct GuideOptions {
    /// Placeholder programmes: one-hour blocks, aligned to the hour in UTC, in this window around
    /// the current hour, where a channel has no programme. At least one hour together.
    std::chrono::hours placeholder_before{3};
    std::chrono::hours placeholder_after{48};
    /// Programmes that ended more than this before the current hour are dropped,
    std::chrono::hours keep_past{12};
    /// and those that begin more than this after it.
    std::chrono::hours keep_future{24 * 14};
    /// Placeholders also between programmes; pauses of less than five minutes are stretched over.
    bool fill_gaps = true;
    TextOptions text;
    /// The report says where the programmes of this window around the current hour stand.
    std::chrono::hours index_before{3};
    std::chrono::hours index_after{72};
    std::uint64_t max_source_bytes = 2'000'000'000; ///< decompressed
    /// Where processes that read the same guides for other channels keep what the first of them
    /// read, sorted by channel, for the others; as large as the guides, decompressed. Empty: each
    /// reads for itself.
    std::filesystem::path digest_directory = {};
    std::string generator; ///< "plex-tuner <version>"
    std::stop_token stop;  ///< gives up with `cancelled` when asked to
};

/// A channel that a source declares.
struct SourceChannel {
    /// More display-names are of no use.
    static constexpr std::size_t kMaxNames = 16;

    std::string id;
    std::vector<std::string> names; ///< UTF-8

    friend bool operator==(const SourceChannel&, const SourceChannel&) = default;
};

/// What one source held.
struct SourceReport {
    std::size_t programmes = 0; ///< wanted or not
    std::size_t written = 0;    ///< of the channels of the lineup, without those others covered
    /// How much later than an earlier source it has what both have around now: its time zone is
    /// probably wrong. Found where several sources know the same channels.
    std::optional<std::chrono::minutes> likely_offset = std::nullopt;
    std::vector<SourceChannel> channels = {}; ///< those it declares, in order; each id once
    /// "<path>: <reason>", set when the source could not be read to its end; what was read before
    /// is not used, and not counted.
    std::string failure = {};
    /// "<path>: <reason>", the fault in its markup that was mended to read it; empty mostly.
    std::string mended = {};
    /// Why it was not read for all who share it, which is slower and nothing else; empty mostly.
    std::string not_shared = {};
};

/// Where a programme stands in the guide file.
struct ProgrammeAt {
    std::uint32_t start; ///< seconds since 1970
    std::uint32_t stop;
    std::uint64_t offset; ///< of the digits of its stop time, in the file

    friend bool operator==(const ProgrammeAt&, const ProgrammeAt&) = default;
};

/// What became of one channel.
struct ChannelReport {
    std::size_t programmes = 0;          ///< without placeholders
    int source = -1;                     ///< the first that gave one; -1: none did
    std::optional<WallTime> next_hole{}; ///< the first time from now on that nothing covers, within
                                         ///< the window of placeholders
    std::vector<ProgrammeAt> index; ///< by start, placeholders too, within GuideOptions::index_*
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
    std::vector<ChannelReport> channels; ///< in the order of the lineup

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
/// in the given order, then all programmes in the order of their source (of one that is shared: by
/// channel), children in DTD order, times in UTC as +0000. The result is valid for xmltv.dtd and
/// tv_validate_file whatever the sources hold.
///
///   - A source that is missing or broken is reported and skipped. Programmes of a later source go
///     where the earlier ones left a channel without, shortened to fit; they never overlap. With no
///     usable source every channel gets placeholders and the result is still valid. A channel whose
///     guide number was there before is left out.
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
    const std::vector<GuideInput>& sources, const GuideOptions& options, const Clock& clock,
    const std::filesystem::path& target);

/// How much of a guide is read for its channels.
enum class ChannelScan {
    head, ///< to its first programme: in the order of the DTD that is all of them
    whole
};

/// The channels that a guide declares; all of them where it was read for all who share it. Errors
/// as those of a source.
[[nodiscard]] Result<std::vector<SourceChannel>> read_guide_channels(
    const GuideInput& input, const GuideOptions& options, ChannelScan scan = ChannelScan::head);

/// Writes "<file>.gz" beside `file`, atomically, at a speed-first level (about 0.15 of the size).
/// The bytes depend on the content only. `stop` makes it give up with `cancelled`.
[[nodiscard]] Result<std::filesystem::path> compress_guide(
    const std::filesystem::path& file, const std::stop_token& stop = {});

/// Looks at the first decompressed bytes of a download and says what it is when it is no XMLTV
/// ("this is an HTML page, …"). Bytes that end before the root element pass.
[[nodiscard]] Result<void> looks_like_xmltv(std::string_view first_bytes);

} // namespace plex_tuner::guide
