// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channel_index.hpp"
#include "channel_schedule.hpp"
#include "guide_output.hpp"
#include "offset_check.hpp"
#include "programme_editor.hpp"
#include "xmltv_reader.hpp"

#include <plex_tuner/guide/guide_builder.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace plex_tuner::guide {

/// Writes one guide while its sources are being read: the channels when the first programme comes,
/// then every programme as it is found, placeholders at the end. Holds no programmes, only where
/// each channel stands. Use: for each source begin_source, read it with this as the handler, then
/// keep_source or drop_source; finish once. Not thread-safe.
class GuideDocument final : public XmltvHandler {
public:
    /// `channels` and `output` must outlive it.
    GuideDocument(const std::vector<GuideChannel>& channels, const GuideOptions& options,
        WallTime now, GuideOutput& output);

    /// There are several sources: look whether one is off by hours.
    void compare_sources() noexcept { compares_ = true; }

    /// `source` is needed during the call only.
    void begin_source(const GuideInput& source = {});
    /// Takes back everything since begin_source, to read the source once more. `fault` is reported
    /// when the source is kept after all.
    void retry_source(std::string fault);
    void keep_source();
    /// Takes back everything since begin_source.
    void drop_source(std::string failure);

    [[nodiscard]] Result<GuideReport> finish();

    /// Set once the output has failed; nothing more is written then.
    [[nodiscard]] const Error* output_error() const noexcept { return output_error_.get(); }

    // XmltvHandler
    void source_name(std::string_view name) override;
    void channel(
        std::string_view id, std::span<const std::string> names, std::string_view icon) override;
    [[nodiscard]] bool wants_channel(std::string_view id, std::size_t programmes) override;
    [[nodiscard]] bool wants(const ProgrammeHead& head) override;
    [[nodiscard]] bool programme(const ProgrammeBody& body) override;

private:
    enum class Skip : std::uint8_t { bad_start, no_length, duplicate, too_many };
    using Verdict = ChannelSchedule::Verdict;
    static constexpr std::size_t kSkipKinds = 4;

    struct Slot {
        std::string head_end; ///< `" channel="<id>"`
        std::string title;    ///< `<title>…</title>` for programmes without one
        std::string source_icon;
        bool icon_is_new = false; ///< from the source that is being read
        ChannelSchedule schedule;
        bool is_double = false; ///< its guide number was taken already; it is not written
        ChannelReport report;
        std::size_t new_programmes = 0; ///< of the source that is being read
    };

    struct Counts {
        std::size_t written = 0;
        std::size_t repaired_stops = 0;
        std::array<std::size_t, kSkipKinds> skipped{};
    };

    struct Current {
        WallTime start{}; ///< with the shift of the source, without that of a channel
        std::optional<WallTime> stop;
        bool stop_repaired = false;
        std::vector<std::uint32_t> channels; ///< those it is wanted for
        std::vector<std::uint32_t> compared; ///< those others cover, for the comparison alone
        std::string others;
    };

    void index_ids();
    void take_back();
    [[nodiscard]] bool skip(Skip reason) noexcept;
    [[nodiscard]] bool in_use(std::uint32_t channel) const noexcept;
    /// The current programme ends late enough to be of use on this channel.
    [[nodiscard]] bool in_time(std::uint32_t channel) const noexcept;
    void write_header();
    void append_channel(std::size_t channel);
    void write_programme(std::uint32_t channel, const ChannelSchedule::Placement& placement,
        const ProgrammeBody& body);
    void overwrite_stop(std::uint64_t offset, WallTime stop);
    void append_head(WallTime start, WallTime stop, const Slot& slot);
    void write_events();
    /// Around now, so that guides can be compared.
    [[nodiscard]] bool is_compared(WallTime start) const noexcept;
    void note_airing(std::uint32_t channel, WallTime start, const ProgrammeBody& body);
    void index_programmes(Slot& slot);
    [[nodiscard]] bool is_indexed(std::uint32_t start, std::uint32_t stop) const noexcept;
    void fill_window(std::size_t channel);
    void write_placeholders(std::size_t channel, WallTime start, WallTime end);
    void flush_block();
    void check(Result<void> written);
    [[nodiscard]] GuideReport report() const;

    const std::vector<GuideChannel>& channels_;
    const GuideOptions& options_;
    WallTime this_hour_;
    GuideOutput& output_;
    std::vector<std::string> ids_; ///< of the channels in the source that is being read
    std::chrono::minutes source_shift_{0};
    std::optional<ChannelIndex> index_;
    std::unordered_set<std::string> declared_; ///< ids in the source
    ProgrammeEditor editor_;
    std::vector<Slot> slots_;
    std::string source_name_;
    bool source_name_is_new_ = false; ///< from the source that is being read
    bool header_written_ = false;
    std::uint64_t source_begin_ = 0;
    bool header_before_source_ = false;
    Counts counts_;
    Counts counts_before_source_;
    bool compares_ = false;
    std::vector<Airing> airings_;         ///< of the source that is being read
    std::vector<Airing> earlier_airings_; ///< of those before it
    std::vector<SourceReport> sources_;   ///< the last one is being read
    Current current_;
    std::string block_; ///< what goes to the output next
    std::unique_ptr<Error> output_error_;
};

} // namespace plex_tuner::guide
