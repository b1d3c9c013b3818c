// SPDX-License-Identifier: GPL-3.0-or-later
#include "loop_clip.hpp"

#include <plex_tuner/ts/packet.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>

namespace plex_tuner::demo {
namespace {

constexpr std::chrono::hours kLongestClip{1};
constexpr std::uint16_t kFirstStreamPid = 0x20; // below: tables and reserved (13818-1 table 2-3)

ts::PacketView packet_at(const std::string& bytes, std::size_t index) {
    return ts::PacketView(
        ts::bytes_of(bytes).subspan(index * ts::kPacketSize, ts::kPacketSize).data());
}

std::unexpected<Error> bad_clip(const char* what) {
    return fail(ErrorCode::parse, std::string("the demo clip ") + what);
}

/// Tables are what precedes the key frame at a join point: packets without clocks.
bool is_table(ts::PacketView packet) {
    return !packet.pcr() && packet.unit_start() && !ts::parse_pes_header(packet.payload());
}

} // namespace

Result<LoopClip> LoopClip::create(media::DemoClip clip) {
    LoopClip result(std::move(clip));
    if (auto indexed = result.index(); !indexed) {
        return fail(std::move(indexed).error());
    }
    return result;
}

std::size_t LoopClip::packets() const noexcept {
    return clip_.transport_stream.size() / ts::kPacketSize;
}

Result<void> LoopClip::index() {
    const std::string& bytes = clip_.transport_stream;
    if (bytes.empty() || bytes.size() % ts::kPacketSize != 0) {
        return bad_clip("is no whole number of packets");
    }
    // 1 ns is 9 / 100,000 of a 90 kHz tick and 27 / 1000 of a 27 MHz tick.
    const std::int64_t nanoseconds = clip_.duration.count();
    if (clip_.duration <= std::chrono::nanoseconds(0) || clip_.duration > kLongestClip ||
        nanoseconds * 9 % 100'000 != 0) {
        return bad_clip("does not last a whole number of 90 kHz ticks");
    }
    duration_ = nanoseconds * 27 / 1000;

    std::optional<Ticks> first_pcr;
    for (std::size_t i = 0; i < packets(); ++i) {
        const ts::PacketView packet = packet_at(bytes, i);
        if (!packet.has_sync()) {
            return bad_clip("has a packet without sync byte");
        }
        const auto number = static_cast<std::uint32_t>(i);
        for (const ts::ClockField field : ts::find_clock_fields(packet)) {
            patches_.push_back({.packet = number, .field = field});
        }
        if (const auto pcr = packet.pcr()) {
            first_pcr = first_pcr.value_or(*pcr);
            const Ticks due = ts::pcr_difference(*pcr, *first_pcr);
            if (due < 0 || due >= duration_ ||
                (!due_points_.empty() && due < due_points_.back().due)) {
                return bad_clip("has a PCR that does not fit its duration");
            }
            due_points_.push_back({.packet = number, .due = due});
        }
    }
    if (due_points_.empty()) {
        return bad_clip("has no PCR");
    }
    index_join_points();
    // No clock before the first join point: it is the very beginning.
    if (join_points_.empty() || due_points_.front().packet < join_points_.front()) {
        return bad_clip("does not start with tables and a key frame");
    }
    return index_counters();
}

Result<void> LoopClip::index_counters() {
    struct Counter {
        std::uint16_t pid;
        std::uint8_t last;
        std::uint32_t with_payload;
    };

    std::vector<Counter> seen;
    for (std::size_t i = 0; i < packets(); ++i) {
        const ts::PacketView packet = packet_at(clip_.transport_stream, i);
        if (!packet.has_payload() || packet.pid() == ts::kNullPid) {
            continue;
        }
        const std::uint8_t value = packet.continuity_counter();
        const auto known = std::ranges::find(seen, packet.pid(), &Counter::pid);
        if (known == seen.end()) {
            seen.push_back({.pid = packet.pid(), .last = value, .with_payload = 1});
            continue;
        }
        if (value != ((known->last + 1) & 0x0F)) {
            return bad_clip("has a continuity error");
        }
        known->last = value;
        ++known->with_payload;
    }
    for (const Counter& counter : seen) {
        counters_.push_back({.pid = counter.pid,
            .per_turn = static_cast<std::uint8_t>(counter.with_payload & 0x0FU)});
    }
    return {};
}

void LoopClip::index_join_points() {
    std::optional<std::uint32_t> tables; // first of a run of tables that begins with a PAT
    for (std::size_t i = 0; i < packets(); ++i) {
        const ts::PacketView packet = packet_at(clip_.transport_stream, i);
        if (is_table(packet)) {
            if (packet.pid() == ts::kPatPid && !tables) {
                tables = static_cast<std::uint32_t>(i);
            }
            continue;
        }
        if (tables && packet.pcr() && packet.random_access() && packet.pid() >= kFirstStreamPid) {
            join_points_.push_back(*tables);
        }
        tables.reset();
    }
}

Ticks LoopClip::due(std::size_t packet) const noexcept {
    const auto after = std::ranges::upper_bound(due_points_, packet, {}, &DuePoint::packet);
    return after == due_points_.begin() ? 0 : std::prev(after)->due;
}

std::size_t LoopClip::join_at(Ticks within) const noexcept {
    // The tables are due with the PCR before them; what counts is the key frame behind them.
    const auto after = std::ranges::partition_point(join_points_, [&](std::uint32_t packet) {
        const auto key = std::ranges::lower_bound(due_points_, packet, {}, &DuePoint::packet);
        return key->due <= within;
    });
    return after == join_points_.begin() ? join_points_.front() : *std::prev(after);
}

std::uint8_t LoopClip::counter_advance(std::uint16_t pid, std::int64_t turn) const noexcept {
    const auto counter = std::ranges::find(counters_, pid, &PidCounter::pid);
    return counter == counters_.end()
               ? std::uint8_t{0}
               : static_cast<std::uint8_t>(
                     static_cast<std::uint64_t>(turn) * counter->per_turn & 0x0FU);
}

void LoopClip::append(
    std::string& out, std::int64_t turn, std::size_t first, std::size_t last) const {
    const std::size_t start = out.size();
    out.append(clip_.transport_stream, first * ts::kPacketSize, (last - first) * ts::kPacketSize);
    const auto packet_in_out = [&](std::size_t packet) {
        auto* data = reinterpret_cast<std::uint8_t*>(out.data() + start) +
                     (packet - first) * ts::kPacketSize;
        return std::span<std::uint8_t, ts::kPacketSize>(data, ts::kPacketSize);
    };
    for (std::size_t i = first; i < last; ++i) {
        const auto packet = packet_in_out(i);
        const unsigned counter =
            (packet[3] & 0x0FU) + counter_advance(ts::PacketView(packet.data()).pid(), turn);
        packet[3] = static_cast<std::uint8_t>((packet[3] & 0xF0U) | (counter & 0x0FU));
    }
    const Ticks advance = turn * duration_;
    for (auto patch = std::ranges::lower_bound(patches_, first, {}, &Patch::packet);
        patch != patches_.end() && patch->packet < last; ++patch) {
        ts::advance_clock(packet_in_out(patch->packet), patch->field, advance);
    }
}

} // namespace plex_tuner::demo
