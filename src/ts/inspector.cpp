// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <algorithm>

namespace plex_tuner::ts {
namespace {

constexpr std::uint8_t kNoCounter = 0xFF;

/// `step`: signed distance from the last value on that clock's circle.
void note(
    ClockStats& clock, std::int64_t value, std::int64_t step, bool excused, std::int64_t limit) {
    ++clock.count;
    if (!clock.first) {
        clock.first = value;
    } else if (!excused) {
        clock.backwards += step < 0 ? 1 : 0;
        clock.jumps += step > limit || step < -limit ? 1 : 0;
        clock.min_step = clock.steps == 0 ? step : std::min(clock.min_step, step);
        clock.max_step = clock.steps == 0 ? step : std::max(clock.max_step, step);
        ++clock.steps;
    }
    clock.last = value;
}

} // namespace

struct Inspector::State {
    PidStats stats;
    Packet previous{}; ///< for the comparison of duplicates
    std::uint8_t counter = kNoCounter;
    bool duplicated = false;
    /// A discontinuity was announced since the last value of that clock.
    bool pcr_excused = false, pts_excused = false, dts_excused = false;

    void check_counter(PacketView packet);
    void note_clocks(PacketView packet);
};

void Inspector::State::check_counter(PacketView packet) {
    const std::uint8_t now = packet.continuity_counter();
    const bool first = counter == kNoCounter;
    const bool excused = first || packet.discontinuity();
    bool duplicate = false;
    if (!excused && packet.has_payload()) {
        const PacketView before(previous.data());
        duplicate = now == counter && !duplicated && before.has_payload() &&
                    std::ranges::equal(before.payload(), packet.payload());
        if (duplicate) {
            ++stats.duplicates;
        } else if (now != ((counter + 1) & 0x0F)) {
            ++stats.continuity_errors;
        }
    } else if (!excused && now != counter) {
        ++stats.continuity_errors;
    }
    duplicated = duplicate;
    counter = now;
    std::ranges::copy(packet.bytes(), previous.begin());
}

void Inspector::State::note_clocks(PacketView packet) {
    if (packet.discontinuity()) {
        ++stats.discontinuities;
        pcr_excused = pts_excused = dts_excused = true;
    }
    if (const std::optional<std::int64_t> pcr = packet.pcr()) {
        note(stats.pcr, *pcr, pcr_difference(*pcr, stats.pcr.last.value_or(*pcr)), pcr_excused,
            kMaxPcrStep);
        pcr_excused = false;
    }
    if (!packet.unit_start() || packet.scrambled()) {
        return;
    }
    const std::optional<PesHeader> header = parse_pes_header(packet.payload());
    if (!header) {
        return;
    }
    if (header->pts) {
        note(stats.pts, *header->pts,
            timestamp_difference(*header->pts, stats.pts.last.value_or(*header->pts)), pts_excused,
            kMaxTimestampStep);
        pts_excused = false;
    }
    if (const auto decoded = header->dts ? header->dts : header->pts) {
        note(stats.dts, *decoded, timestamp_difference(*decoded, stats.dts.last.value_or(*decoded)),
            dts_excused, kMaxTimestampStep);
        dts_excused = false;
    }
}

Inspector::Inspector() : states_(kPidCount) {}

Inspector::~Inspector() = default;
Inspector::Inspector(Inspector&&) noexcept = default;
Inspector& Inspector::operator=(Inspector&&) noexcept = default;

void Inspector::feed(Bytes packets) {
    for (; packets.size() >= kPacketSize; packets = packets.subspan(kPacketSize)) {
        feed_packet(PacketView(packets.data()));
    }
}

void Inspector::seam(bool other_clock) noexcept {
    for (const std::uint16_t pid : pids_) {
        State& state = *states_[pid];
        state.counter = kNoCounter;
        state.duplicated = false;
        if (other_clock) {
            state.pcr_excused = state.pts_excused = state.dts_excused = true;
        }
    }
}

const PidStats* Inspector::pid(std::uint16_t pid) const noexcept {
    return pid < kPidCount && states_[pid] ? &states_[pid]->stats : nullptr;
}

void Inspector::feed_packet(PacketView packet) {
    ++totals_.packets;
    if (!packet.has_sync() || (!packet.has_adaptation() && !packet.has_payload())) {
        ++totals_.invalid_packets;
        return;
    }
    if (packet.transport_error()) {
        ++totals_.transport_errors;
        return;
    }
    const std::uint16_t pid = packet.pid();
    if (pid == kNullPid) {
        ++totals_.null_packets;
        return;
    }
    if (!states_[pid]) {
        states_[pid] = std::make_unique<State>();
        pids_.push_back(pid);
    }
    State& state = *states_[pid];
    PidStats& stats = state.stats;
    ++stats.packets;
    stats.payload_packets += packet.has_payload() ? 1 : 0;
    stats.unit_starts += packet.unit_start() ? 1 : 0;
    stats.random_access += packet.random_access() ? 1 : 0;
    stats.scrambled += packet.scrambled() ? 1 : 0;
    const std::uint64_t errors = stats.continuity_errors;
    const std::uint64_t duplicates = stats.duplicates;
    state.check_counter(packet);
    totals_.continuity_errors += stats.continuity_errors - errors;
    totals_.duplicates += stats.duplicates - duplicates;
    totals_.discontinuities += packet.discontinuity() ? 1 : 0;
    if (stats.duplicates == duplicates) { // a repetition carries no new times
        state.note_clocks(packet);
    }
}

} // namespace plex_tuner::ts
