// SPDX-License-Identifier: GPL-3.0-or-later
// What a guide holds behind the programmes of its sources: events, placeholders, the report.
#include "guide_document.hpp"
#include "guide_markup.hpp"

#include <plex_tuner/base/utf8.hpp>

#include <algorithm>

namespace plex_tuner::guide {

namespace {

constexpr std::string_view kFooter = "</tv>\n";
constexpr std::array<std::string_view, 4> kSkipReasons{"start time missing or not understood",
    "stop equals start", "duplicate", "too many for one channel"};

} // namespace

/// What is known without a source, where no source has anything.
void GuideDocument::write_events() {
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        const std::optional<GuideEvent>& event = channels_[i].event;
        Slot& slot = slots_[i];
        if (!event || slot.is_double || event->start < WallTime() ||
            event->stop < this_hour_ - options_.keep_past ||
            event->start > this_hour_ + options_.keep_future) {
            continue;
        }
        std::string title;
        append_element(title, "title", utf8::truncate(event->title, kMaxNameBytes));
        const auto placement = slot.schedule.place(event->start, event->stop);
        if (title.empty() || placement.verdict != Verdict::accepted) {
            slot.schedule.forget_unsettled();
            continue;
        }
        append_head(placement.start, placement.stop, slot);
        slot.schedule.written_at(output_.size() + kStopOffset);
        block_ += '>';
        block_ += title;
        block_ += "</programme>\n";
        flush_block();
        ++slot.report.programmes;
        ++counts_.written;
        index_programmes(slot);
        slot.schedule.settle();
    }
}

/// A channel has something to show in the whole window.
void GuideDocument::fill_window(std::size_t channel) {
    const WallTime begin = this_hour_ - options_.placeholder_before;
    const WallTime end = this_hour_ + options_.placeholder_after;
    const ChannelSchedule& schedule = slots_[channel].schedule;
    for (const auto& [start, stop] : schedule.gaps(begin, end)) {
        const bool is_over = stop <= this_hour_ && !schedule.empty();
        const bool is_inside = start != begin && stop != end;
        if (!is_over && (!is_inside || options_.fill_gaps)) {
            write_placeholders(channel, start, stop);
        }
        if (stop > this_hour_ && !slots_[channel].report.next_hole) {
            slots_[channel].report.next_hole = std::max(start, this_hour_);
        }
    }
}

void GuideDocument::write_placeholders(std::size_t channel, WallTime start, WallTime end) {
    while (start < end) {
        const WallTime stop = std::min<WallTime>(
            std::chrono::floor<std::chrono::hours>(start) + std::chrono::hours(1), end);
        const std::uint64_t begin = output_.size() + block_.size();
        append_head(start, stop, slots_[channel]);
        const ProgrammeAt at{static_cast<std::uint32_t>(start.time_since_epoch().count()),
            static_cast<std::uint32_t>(stop.time_since_epoch().count()), begin + kStopOffset};
        if (is_indexed(at.start, at.stop)) {
            slots_[channel].report.index.push_back(at);
        }
        block_ += '>';
        block_ += slots_[channel].title;
        block_ += "</programme>\n";
        start = stop;
    }
    flush_block();
}

Result<GuideReport> GuideDocument::finish() {
    write_header();
    write_events();
    GuideReport result = report();
    result.channels.reserve(slots_.size());
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (!slots_[i].is_double) {
            fill_window(i);
            ++(slots_[i].schedule.empty() ? result.channels_with_placeholder
                                          : result.channels_with_data);
        }
        std::ranges::sort(slots_[i].report.index, {}, &ProgrammeAt::start);
        result.channels.push_back(std::move(slots_[i].report));
    }
    block_ += kFooter;
    flush_block();
    if (output_error_ != nullptr) {
        return fail(*output_error_);
    }
    return result;
}

GuideReport GuideDocument::report() const {
    GuideReport result;
    result.written_programmes = counts_.written;
    result.repaired_stops = counts_.repaired_stops;
    for (std::size_t i = 0; i < kSkipKinds; ++i) {
        if (counts_.skipped[i] > 0) {
            result.skipped_programmes += counts_.skipped[i];
            result.skip_reasons.emplace_back(kSkipReasons[i], counts_.skipped[i]);
        }
    }
    result.sources = sources_;
    return result;
}

} // namespace plex_tuner::guide
