// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_document.hpp"

#include "guide_markup.hpp"
#include "xmltv_time.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <functional>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace plex_tuner::guide {
namespace {

constexpr std::string_view kDefaultSourceName = "plex-tuner";
constexpr std::size_t kMaxSourceNameBytes = 200;
constexpr std::string_view kNameless = "Channel";

[[nodiscard]] bool is_web_address(std::string_view text) noexcept {
    return ascii::istarts_with(text, "http://") || ascii::istarts_with(text, "https://");
}

/// The name to show: without one the number.
[[nodiscard]] std::string_view name_of(const GuideChannel& channel) {
    std::string scratch;
    for (const std::string_view whole : {channel.name, channel.guide_number}) {
        const std::string_view name = utf8::truncate(whole, kMaxNameBytes);
        append_element(scratch, "x", name);
        if (!scratch.empty()) {
            return name;
        }
    }
    return kNameless;
}

} // namespace

GuideDocument::GuideDocument(const std::vector<GuideChannel>& channels, const GuideOptions& options,
    WallTime now, GuideOutput& output)
    : channels_(channels), options_(options),
      this_hour_(std::chrono::floor<std::chrono::hours>(now)), output_(output),
      editor_(options.text), slots_(channels.size()) {
    std::unordered_set<std::string_view> numbers;
    for (std::size_t i = 0; i < channels.size(); ++i) {
        append_element(slots_[i].title, "title", name_of(channels[i]));
        slots_[i].is_double = !numbers.insert(channels[i].guide_number).second;
        slots_[i].head_end = "\" channel=\"" + guide_channel_id(channels[i].guide_number) + "\"";
    }
}

void GuideDocument::begin_source(const GuideInput& source) {
    sources_.emplace_back();
    source_shift_ = source.shift;
    ids_.clear();
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        ids_.emplace_back(source.ids.empty()      ? channels_[i].tvg_id
                          : i < source.ids.size() ? std::string_view(source.ids[i])
                                                  : std::string_view());
    }
    index_ids();
    source_begin_ = output_.size();
    header_before_source_ = header_written_;
    counts_before_source_ = counts_;
}

void GuideDocument::index_ids() {
    const std::vector<std::string_view> ids(ids_.begin(), ids_.end());
    index_.emplace(ids);
    declared_.clear();
}

void GuideDocument::keep_source() {
    const int source = static_cast<int>(sources_.size()) - 1;
    std::vector<ChannelSchedule::NewStop> stretched;
    for (Slot& slot : slots_) {
        if (options_.fill_gaps) {
            slot.schedule.stretch(stretched);
        }
        index_programmes(slot);
        slot.schedule.settle();
        slot.icon_is_new = false;
        if (slot.new_programmes > 0 && slot.report.source < 0) {
            slot.report.source = source;
        }
        slot.report.programmes += slot.new_programmes;
        sources_.back().written += std::exchange(slot.new_programmes, 0);
    }
    for (const auto& [offset, stop] : stretched) {
        overwrite_stop(offset, stop);
    }
    sources_.back().likely_offset = likely_offset(earlier_airings_, airings_);
    if (!sources_.back().likely_offset) {
        earlier_airings_.insert(earlier_airings_.end(), airings_.begin(), airings_.end());
    }
    airings_.clear();
    source_name_is_new_ = false;
}

bool GuideDocument::is_indexed(std::uint32_t start, std::uint32_t stop) const noexcept {
    const auto first = (this_hour_ - options_.index_before).time_since_epoch().count();
    const auto last = (this_hour_ + options_.index_after).time_since_epoch().count();
    return std::int64_t{stop} > first && std::int64_t{start} < last;
}

void GuideDocument::index_programmes(Slot& slot) {
    for (const auto& [start, stop, offset] : slot.schedule.programmes()) {
        if (is_indexed(start, stop)) {
            slot.report.index.push_back({start, stop, offset});
        }
    }
}

void GuideDocument::retry_source(std::string fault) {
    sources_.back() = {};
    sources_.back().mended = std::move(fault);
    index_ids();
    take_back();
}

void GuideDocument::drop_source(std::string failure) {
    sources_.back() = {};
    sources_.back().failure = std::move(failure);
    take_back();
}

void GuideDocument::take_back() {
    airings_.clear();
    counts_ = counts_before_source_;
    header_written_ = header_before_source_;
    if (std::exchange(source_name_is_new_, false)) {
        source_name_.clear();
    }
    for (Slot& slot : slots_) {
        slot.schedule.forget_unsettled();
        slot.new_programmes = 0;
        if (std::exchange(slot.icon_is_new, false)) {
            slot.source_icon.clear();
        }
    }
    if (output_error_ == nullptr) {
        check(output_.truncate(source_begin_));
    }
}

void GuideDocument::source_name(std::string_view name) {
    if (!header_written_ && source_name_.empty()) {
        source_name_ = utf8::truncate(redact_text(name), kMaxSourceNameBytes);
        source_name_is_new_ = true;
    }
}

void GuideDocument::channel(
    std::string_view id, std::span<const std::string> names, std::string_view icon) {
    index_->declare(id);
    if (declared_.insert(std::string(id)).second) {
        sources_.back().channels.push_back({std::string(id), {names.begin(), names.end()}});
    }
    if (header_written_ || !is_web_address(icon)) {
        return;
    }
    for (const std::uint32_t channel : index_->find(id)) {
        if (slots_[channel].source_icon.empty() &&
            !is_web_address(ascii::trim(channels_[channel].logo))) {
            slots_[channel].source_icon = icon;
            slots_[channel].icon_is_new = true;
        }
    }
}

bool GuideDocument::skip(Skip reason) noexcept {
    ++counts_.skipped[static_cast<std::size_t>(reason)];
    return false;
}

bool GuideDocument::in_use(std::uint32_t channel) const noexcept {
    return !slots_[channel].is_double;
}

bool GuideDocument::wants_channel(std::string_view id, std::size_t programmes) {
    const auto found = index_->find(id);
    if (std::ranges::any_of(found, [this](std::uint32_t channel) { return in_use(channel); })) {
        return true; // each of them is counted as it comes
    }
    sources_.back().programmes += programmes;
    return false;
}

bool GuideDocument::wants(const ProgrammeHead& head) {
    ++sources_.back().programmes;
    const auto found = index_->find(head.channel);
    if (std::ranges::none_of(found, [this](std::uint32_t channel) { return in_use(channel); })) {
        return false;
    }
    const auto start = parse_xmltv_time(head.start);
    if (!start) {
        return skip(Skip::bad_start);
    }
    current_.start = *start + source_shift_;
    current_.stop = parse_xmltv_time(head.stop);
    if (current_.stop == start) {
        return skip(Skip::no_length);
    }
    if (current_.stop) {
        *current_.stop += source_shift_;
    }
    // The start is what the feed is about: without it the one before would not end either.
    current_.stop_repaired = current_.stop && *current_.stop < current_.start;
    if (current_.stop_repaired) {
        current_.stop.reset();
    }
    current_.channels.clear();
    current_.compared.clear();
    for (const std::uint32_t channel : found) {
        if (in_use(channel) && in_time(channel)) {
            current_.channels.push_back(channel);
        } else if (in_use(channel) && is_compared(current_.start)) {
            current_.compared.push_back(channel);
        }
    }
    current_.others = head.others;
    // Else it is of no use, which is no fault.
    return !current_.channels.empty() || !current_.compared.empty();
}

bool GuideDocument::in_time(std::uint32_t channel) const noexcept {
    const auto shift = channels_[channel].shift;
    const WallTime start = current_.start + shift;
    const auto stop = current_.stop ? std::optional(*current_.stop + shift) : std::nullopt;
    return start >= WallTime() && start <= this_hour_ + options_.keep_future &&
           stop.value_or(start + ChannelSchedule::kDefaultLength) >=
               this_hour_ - options_.keep_past &&
           !slots_[channel].schedule.is_covered(start, stop);
}

bool GuideDocument::programme(const ProgrammeBody& body) {
    for (const std::uint32_t channel : current_.compared) {
        note_airing(channel, current_.start, body);
    }
    bool written = false;
    auto refused = Verdict::covered;
    for (const std::uint32_t channel : current_.channels) {
        const auto shift = channels_[channel].shift;
        const auto placement = slots_[channel].schedule.place(current_.start + shift,
            current_.stop ? std::optional(*current_.stop + shift) : std::nullopt);
        note_airing(channel, current_.start, body);
        if (placement.verdict == Verdict::accepted) {
            write_programme(channel, placement, body);
            written = true;
        } else if (placement.verdict != Verdict::covered) {
            refused = placement.verdict;
        }
    }
    if (!written && refused != Verdict::covered) {
        static_cast<void>(skip(refused == Verdict::too_many ? Skip::too_many : Skip::duplicate));
    } else if (written && current_.stop_repaired) {
        ++counts_.repaired_stops;
    }
    return output_error_ == nullptr;
}

bool GuideDocument::is_compared(WallTime start) const noexcept {
    constexpr std::chrono::hours kAround{12};
    return compares_ && start >= this_hour_ - kAround && start <= this_hour_ + kAround;
}

void GuideDocument::note_airing(std::uint32_t channel, WallTime start, const ProgrammeBody& body) {
    const auto& children = body.children();
    if (!is_compared(start) || children.empty() ||
        static_cast<Tag>(children.front().rank) != Tag::title) {
        return;
    }
    const std::string_view title =
        body.xml().substr(children.front().begin, children.front().end - children.front().begin);
    const std::size_t text = title.find('>');
    airings_.push_back({channel, static_cast<std::uint32_t>(start.time_since_epoch().count()),
        std::hash<std::string_view>()(title.substr(std::min(text, title.size())))});
}

void GuideDocument::overwrite_stop(std::uint64_t offset, WallTime stop) {
    const auto digits = format_time_digits(stop);
    check(output_.overwrite(offset, {digits.data(), digits.size()}));
}

void GuideDocument::write_programme(
    std::uint32_t channel, const ChannelSchedule::Placement& placement, const ProgrammeBody& body) {
    write_header();
    Slot& slot = slots_[channel];
    if (placement.previous_stop) {
        overwrite_stop(placement.previous_offset, *placement.previous_stop);
    }
    append_head(placement.start, placement.stop, slot);
    slot.schedule.written_at(output_.size() + kStopOffset);
    block_ += current_.others;
    block_ += '>';
    if (!body.has_title()) {
        block_ += slot.title;
    }
    block_ += editor_.is_active() ? editor_.edit(body, slot.title, placement.start) : body.xml();
    block_ += "</programme>\n";
    flush_block();
    ++slot.new_programmes;
    ++counts_.written;
}

void GuideDocument::append_head(WallTime start, WallTime stop, const Slot& slot) {
    block_ += kProgrammeBegin;
    append_time(block_, start);
    block_ += kProgrammeStop;
    append_time(block_, stop);
    block_ += slot.head_end;
}

/// Once per guide, as late as possible: by now the channels of the first source are known, and with
/// them the icons for channels without a logo.
void GuideDocument::write_header() {
    if (header_written_) {
        return;
    }
    header_written_ = true;
    block_ += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tv date=\"";
    append_time(block_, this_hour_);
    block_ += '"';
    append_quoted(
        block_, "source-info-name", source_name_.empty() ? kDefaultSourceName : source_name_);
    if (!options_.generator.empty()) {
        append_quoted(block_, "generator-info-name", options_.generator);
    }
    block_ += ">\n";
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        if (!slots_[i].is_double) {
            append_channel(i);
        }
    }
    flush_block();
}

/// Plex compares guide numbers with display-names; clients show the first.
void GuideDocument::append_channel(std::size_t channel) {
    const GuideChannel& wanted = channels_[channel];
    const std::string_view name = name_of(wanted);
    block_ += "<channel id=\"" + guide_channel_id(wanted.guide_number) + "\">";
    append_element(
        block_, "display-name", std::string(wanted.guide_number) + " " + std::string(name));
    append_element(block_, "display-name", wanted.guide_number);
    append_element(block_, "display-name", name);
    const std::string_view logo = ascii::trim(wanted.logo);
    const std::string_view icon = is_web_address(logo) ? logo : slots_[channel].source_icon;
    if (!icon.empty()) {
        block_ += "<icon";
        append_quoted(block_, "src", icon);
        block_ += "/>";
    }
    block_ += "</channel>\n";
    flush_block();
}

void GuideDocument::flush_block() {
    check(output_error_ == nullptr ? output_.write(block_) : Result<void>());
    block_.clear();
}

void GuideDocument::check(Result<void> written) {
    if (!written && output_error_ == nullptr) {
        output_error_ = std::make_unique<Error>(std::move(written).error());
    }
}

} // namespace plex_tuner::guide
