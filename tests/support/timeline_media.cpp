// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline_media.hpp"

#include <plex_tuner/ts/clock_fields.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <algorithm>
#include <span>

namespace plex_tuner::testing {
namespace {

constexpr std::int64_t kTicksPerTimestamp = ts::kPcrHz / ts::kTimestampHz;
constexpr std::int64_t kTicksPerMs = ts::kPcrHz / 1000;
constexpr std::int64_t kLongestStep = 100 * kTicksPerMs; // between PCRs (13818-1 2.7.2)
constexpr std::uint16_t kFirstStreamPid = 0x20; // below: tables and reserved (13818-1 table 2-3)
constexpr unsigned kPidStep = 16;
constexpr unsigned kVersions = 32;
constexpr std::size_t kPcrField = 6;
constexpr std::size_t kPcrBytes = 6;

/// Takes the PCR out of the adaptation field, which keeps its length by stuffing.
void remove_pcr(ts::Packet& packet) {
    const std::size_t end = std::size_t{5} + packet[4];
    const auto from = packet.begin() + kPcrField;
    std::fill(std::copy(from + kPcrBytes, packet.begin() + static_cast<std::ptrdiff_t>(end), from),
        packet.begin() + static_cast<std::ptrdiff_t>(end), std::uint8_t{0xFF});
    packet[5] &= 0xEFU;
}

} // namespace

TimelineMedia::TimelineMedia(TimelineClips clips)
    : clips_(std::move(clips)), clip_(clips_.begin()->second), first_pcr_(clip_->first_pcr()) {}

void TimelineMedia::apply(const step::Damage& damage) {
    using Kind = step::Damage::Kind;
    switch (damage.kind) {
    case Kind::drop:
        to_drop_ += damage.count;
        return;
    case Kind::duplicate:
        to_duplicate_ += damage.count;
        return;
    case Kind::corrupt:
        to_corrupt_ += damage.count;
        return;
    case Kind::garbage: {
        const std::size_t before = garbage_.size();
        garbage_.resize(before + damage.count);
        add_noise(reinterpret_cast<std::uint8_t*>(garbage_.data()) + before, damage.count);
        return;
    }
    }
}

void TimelineMedia::apply(const step::Jump& jump) {
    jumped_ += jump.ticks * kTicksPerTimestamp;
}

void TimelineMedia::apply(const step::Wrap& wrap) {
    const std::int64_t now = first_pcr_ + time() + jumped_;
    const std::int64_t wanted = ts::kPcrWrap - wrap.in.count() * kTicksPerMs;
    jumped_ += (wanted - now) / kTicksPerTimestamp * kTicksPerTimestamp;
}

void TimelineMedia::apply(const step::SwitchClip& change) {
    round_begin_ = time();
    clip_ = clips_.at(change.name);
    index_ = 0;
    ++table_version_;
}

void TimelineMedia::apply(const step::ShiftPids& /*shift*/) {
    ++pid_shift_;
    ++table_version_;
}

void TimelineMedia::apply(const step::Mask& mask) {
    masked_until_.at(static_cast<std::size_t>(mask.what)) =
        mask.time ? time() + mask.time->count() * kTicksPerMs : kForEver;
}

std::int64_t TimelineMedia::begin_stretch(step::Time length) {
    const std::int64_t past = time() - stretch_end_;
    stretch_end_ =
        (past >= 0 && past < kLongestStep ? stretch_end_ : time()) + length.count() * kTicksPerMs;
    return stretch_end_;
}

void TimelineMedia::append_packet(std::string& out) {
    out += garbage_;
    garbage_.clear();
    const ts::PacketView source(clip_->packet(index_));
    if (source.pid() == ts::kNullPid || masked(source.pid())) {
        const ts::Packet null = ts::null_packet();
        out.append(reinterpret_cast<const char*>(null.data()), null.size());
    } else if (source.pid() == ts::kPatPid || source.pid() == clip_->pmt_pid()) {
        append_damaged(table_packet(source.pid()), out);
    } else {
        append_damaged(media_packet(source), out);
    }
    step_on();
}

bool TimelineMedia::masked(std::uint16_t pid) const {
    using What = step::Mask::What;
    if (pid == ts::kPatPid || pid == clip_->pmt_pid()) {
        return masked(What::psi);
    }
    const auto& streams = clip_->pmt().streams;
    const auto stream = std::ranges::find(streams, pid, &ts::ElementaryStream::pid);
    return stream != streams.end() &&
           masked(ts::is_video(stream->codec) ? What::video : What::audio);
}

std::int64_t TimelineMedia::clock_advance() const {
    const std::int64_t exact = first_pcr_ - clip_->first_pcr() + round_begin_ + jumped_;
    return exact / kTicksPerTimestamp * kTicksPerTimestamp;
}

std::uint16_t TimelineMedia::shifted(std::uint16_t pid) const {
    return pid < kFirstStreamPid || pid == ts::kNullPid
               ? pid
               : static_cast<std::uint16_t>((pid + pid_shift_ * kPidStep) % ts::kNullPid);
}

ts::Packet TimelineMedia::table_packet(std::uint16_t pid) {
    const auto version = static_cast<std::uint8_t>(table_version_ % kVersions);
    std::vector<std::uint8_t> section;
    if (pid == ts::kPatPid) {
        ts::Pat pat = clip_->pat();
        pat.version = version;
        for (ts::PatProgram& program : pat.programs) {
            program.pid = shifted(program.pid);
        }
        section = ts::write_pat(pat);
    } else {
        ts::Pmt pmt = clip_->pmt();
        pmt.version = version;
        pmt.pcr_pid = shifted(pmt.pcr_pid);
        for (ts::ElementaryStream& stream : pmt.streams) {
            stream.pid = shifted(stream.pid);
        }
        section = ts::write_pmt(pmt);
    }
    std::vector<std::uint8_t> bytes;
    ts::append_section_packets(shifted(pid), section, take_counter(shifted(pid), true), bytes);
    ts::Packet packet{};
    std::copy_n(bytes.begin(), packet.size(), packet.begin());
    return packet;
}

ts::Packet TimelineMedia::media_packet(ts::PacketView source) {
    ts::Packet packet{};
    std::ranges::copy(source.bytes(), packet.begin());
    for (const ts::ClockField field : ts::find_clock_fields(source)) {
        ts::advance_clock(packet, field, clock_advance());
    }
    if (source.pcr() && masked(step::Mask::What::pcr)) {
        remove_pcr(packet);
    }
    const std::uint16_t pid = shifted(source.pid());
    packet[1] = static_cast<std::uint8_t>((packet[1] & 0xE0U) | pid >> 8U);
    packet[2] = static_cast<std::uint8_t>(pid);
    packet[3] =
        static_cast<std::uint8_t>((packet[3] & 0xF0U) | take_counter(pid, source.has_payload()));
    return packet;
}

std::uint8_t TimelineMedia::take_counter(std::uint16_t pid, bool payload) {
    std::uint8_t& next = counters_[pid];
    const auto counter = static_cast<std::uint8_t>(payload ? next : (next + 15U) & 0x0FU);
    next = static_cast<std::uint8_t>((counter + 1U) & 0x0FU);
    return counter;
}

void TimelineMedia::append_damaged(const ts::Packet& packet, std::string& out) {
    if (to_drop_ > 0) {
        --to_drop_;
        return;
    }
    ts::Packet sent = packet;
    if (to_corrupt_ > 0) {
        --to_corrupt_;
        const ts::Bytes payload = ts::PacketView(packet.data()).payload();
        add_noise(sent.data() + (packet.size() - payload.size()), payload.size());
    }
    const int times = to_duplicate_ > 0 ? 2 : 1;
    to_duplicate_ -= to_duplicate_ > 0 ? 1 : 0;
    for (int i = 0; i < times; ++i) {
        out.append(reinterpret_cast<const char*>(sent.data()), sent.size());
    }
}

void TimelineMedia::add_noise(std::uint8_t* begin, std::size_t size) {
    std::generate_n(begin, size, [this] { return static_cast<std::uint8_t>(noise_() >> 8U); });
}

void TimelineMedia::step_on() {
    if (++index_ == clip_->packets()) {
        index_ = 0;
        round_begin_ += clip_->period();
    }
}

} // namespace plex_tuner::testing
