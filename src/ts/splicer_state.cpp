// SPDX-License-Identifier: GPL-3.0-or-later
#include "splicer_state.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::ts {

namespace {

/// A stream that has not shown itself after so long is no longer announced.
constexpr std::int64_t kSilentAfter = 3 * kTimestampHz;
/// Bytes of memory that the prelude and PES packets under way keep in all, unless they fill half
/// of it.
constexpr std::size_t kMostKept = std::size_t{8} << 20;

} // namespace

void Splicer::State::feed(const PacketRun& run) {
    std::span<std::uint8_t> packets = run.packets;
    while (packets.size() >= kPacketSize) {
        const MutablePacket packet = packets.first<kPacketSize>();
        std::size_t taken = feed_continuation(PacketView(packet.data()).pid(), packets, run.memory);
        if (taken == 0) {
            feed(packet, run.memory);
            taken = kPacketSize;
        }
        packets = packets.subspan(taken);
    }
    leave(run);
}

void Splicer::State::leave(const PacketRun& fed) {
    prelude_.leave(fed);
    std::size_t kept = prelude_.kept();
    for (Track& track : tracks_) {
        track.collector.leave(fed);
        kept += track.collector.kept();
    }
    if (kept > kMostKept) {
        prelude_.let_go();
        for (Track& track : tracks_) {
            track.collector.let_go();
        }
    }
}

/// Most packets are nothing but the middle of a PES packet. How many bytes were.
std::size_t Splicer::State::feed_continuation(
    std::uint16_t pid, std::span<std::uint8_t> packets, const PacketMemory& memory) {
    const std::uint8_t track = track_of_[pid];
    if (track == kNoTrack || prelude_.is_open() || tracks_[track].inspection) {
        return 0;
    }
    const std::size_t taken = tracks_[track].collector.feed_continuation(packets, memory);
    media_packets_ += taken / kPacketSize;
    return taken;
}

void Splicer::State::finish_piece() {
    end_prelude();
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
        if (auto& inspection = tracks_[i].inspection) {
            inspection->finish();
            if (inspection->holds() || inspection->found() != Codec::unknown) {
                conclude(i);
            }
        }
    }
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
        tracks_[i].collector.finish([&](StreamUnit unit) { emit(i, unit); });
    }
}

void Splicer::State::abandon_piece() {
    end_prelude();
    for (Track& track : tracks_) {
        track.collector.abandon();
        if (track.inspection) {
            track.inspection = std::make_unique<TypeInspection>(track.inspection->announced());
        }
    }
}

void Splicer::State::seam(Seam kind, bool new_program) {
    finish_piece(); // nothing, where the piece was finished or abandoned
    if (new_program) {
        tracker_.reset();
        track_of_.fill(kNoTrack);
        known_.clear();
        first_picture_ = KeyFrameHasher();
        is_refused_ = false;
    }
    if ((kind == Seam::discontinuity || new_program) && timeline_.now()) {
        counters_.splices += gate_.is_open() ? 1 : 0;
        gate_.close();
        timeline_.seam();
        hold(true); // whether a picture is a key frame shows in all of it
    }
}

void Splicer::State::hold(bool hold) {
    holds_ = hold;
    for (Track& track : tracks_) {
        track.collector.hold(holds(track.content));
    }
}

void Splicer::State::refuse_pictures(std::vector<std::uint64_t> hashes) {
    refused_pictures_ = std::move(hashes);
    if (!refused_pictures_.empty()) {
        hold(true); // what a picture is shows at its end
    }
}

void Splicer::State::send_tables() {
    if (tracker_.tables() && prelude_.is_empty()) {
        tables_.send();
    }
}

Splicer::Progress Splicer::State::progress() const noexcept {
    return {.program = !tracker_.tables() ? Program::unknown
                       : map_.main()      ? Program::useful
                                          : Program::useless,
        .joining = !gate_.is_open(),
        .has_vp9 = std::ranges::any_of(map_.places(),
            [](const ProgramMap::Place& place) {
                return place.source_pid && place.codec == Codec::vp9;
            }),
        .media_packets = media_packets_,
        .time = timeline_.now(),
        .clock = timeline_.last_clock(),
        .first_picture = first_picture_.hash()};
}

Splicer::Counters Splicer::State::counters() const noexcept {
    Counters all = counters_;
    all.jumps = timeline_.jumps();
    all.damaged_tables = tracker_.damaged_sections();
    for (const Track& track : tracks_) {
        all.continuity_errors += track.collector.continuity_errors();
        all.damaged_units += track.collector.damaged_units();
    }
    return all;
}

bool Splicer::State::holds(UnitCollector::Content content) const noexcept {
    return holds_ || content != UnitCollector::Content::video;
}

void Splicer::State::feed(MutablePacket bytes, const PacketMemory& memory) {
    const PacketView packet(bytes.data());
    if (!packet.has_sync() || packet.transport_error() ||
        (!packet.has_payload() && !packet.has_adaptation())) {
        ++counters_.dropped_packets;
        return;
    }
    if (tracker_.feed(packet)) {
        adopt();
    }
    const std::uint8_t track = track_of_[packet.pid()];
    if (track != kNoTrack) {
        media_packets_ += packet.has_payload() ? 1 : 0;
        if (prelude_.is_open()) {
            keep(track, bytes, memory);
        } else if (tracks_[track].inspection) {
            inspect(track, bytes, memory);
        } else {
            collect(bytes, memory);
        }
    }
}

void Splicer::State::keep(std::size_t index, MutablePacket packet, const PacketMemory& memory) {
    prelude_.add(packet, memory);
    if (tracks_[index].inspection && tracks_[index].inspection->feed(PacketView(packet.data()))) {
        (void)correct(index);
    }
    if (prelude_.is_long() || !is_unclear()) {
        end_prelude();
    }
}

void Splicer::State::end_prelude() {
    const KeptRuns kept = prelude_.take();
    for (const PacketRun& run : kept.runs()) {
        for (std::size_t at = 0; at < run.packets.size(); at += kPacketSize) {
            const auto packet = run.packets.subspan(at).first<kPacketSize>();
            const std::uint8_t track = track_of_[PacketView(packet.data()).pid()];
            // Those of an inspection that holds them come with its end.
            if (track != kNoTrack &&
                !(tracks_[track].inspection && tracks_[track].inspection->holds())) {
                collect(packet, run.memory);
            }
        }
        leave(run);
    }
}

bool Splicer::State::is_unclear() const noexcept {
    bool is_awaited = false;
    bool is_clear = false;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
        const auto& inspection = tracks_[i].inspection;
        const bool is_sound = map_.places()[i].kind == ProgramMap::Kind::audio;
        if (!map_.places()[i].source_pid || !(is_sound || (inspection && inspection->holds()))) {
            continue;
        }
        if (!inspection || inspection->begins_as_announced()) {
            is_clear = true;
        } else if (inspection->has_begun()) {
            return true;
        } else {
            is_awaited = true;
        }
    }
    return is_awaited && !is_clear;
}

void Splicer::State::collect(MutablePacket packet, const PacketMemory& memory) {
    const std::uint8_t track = track_of_[PacketView(packet.data()).pid()];
    tracks_[track].collector.feed(packet, memory, [&](StreamUnit unit) { emit(track, unit); });
}

void Splicer::State::inspect(std::size_t index, MutablePacket packet, const PacketMemory& memory) {
    TypeInspection& inspection = *tracks_[index].inspection;
    const bool held = inspection.holds();
    if (inspection.feed(PacketView(packet.data()))) {
        conclude(index);
    }
    if (!held) {
        collect(packet, memory);
    }
}

std::unique_ptr<TypeInspection> Splicer::State::correct(std::size_t index) {
    auto inspection = std::move(tracks_[index].inspection);
    const ElementaryStream& announced = inspection->announced();
    known_.learn(announced, inspection->found());
    if (inspection->found() != Codec::unknown) {
        ++counters_.corrected_types;
        map_.correct(announced_as(announced, inspection->found()));
        follow_places();
        tables_.update();
    }
    return inspection;
}

void Splicer::State::conclude(std::size_t index) {
    const auto inspection = correct(index);
    const PacketRun held = inspection->take_held();
    for (std::size_t at = 0; at < held.packets.size(); at += kPacketSize) {
        collect(held.packets.subspan(at).first<kPacketSize>(), held.memory);
    }
    tracks_[index].collector.leave(held);
}

void Splicer::State::adopt() {
    finish_piece();
    map_.adopt(*tracker_.tables());
    for (const ElementaryStream& stream : tracker_.tables()->pmt.streams) {
        const Codec known = known_.find(stream).value_or(Codec::unknown);
        if (known != Codec::unknown) {
            map_.correct(announced_as(stream, known));
        }
    }
    follow_places();
    for (Track& track : tracks_) {
        track.seen = false;
        track.inspection.reset();
        track.adts.restart();
    }
    for (const ElementaryStream& stream : tracker_.tables()->pmt.streams) {
        const std::uint8_t track = track_of_[stream.pid];
        if (track != kNoTrack && TypeInspection::is_worthwhile(stream) && !known_.find(stream)) {
            tracks_[track].inspection = std::make_unique<TypeInspection>(stream);
        }
    }
    program_since_.reset();
    clock_.restart();
    tables_.update();
    if (!timeline_.now() && is_unclear()) {
        prelude_.begin();
    }
}

void Splicer::State::follow_places() {
    const auto& places = map_.places();
    track_of_.fill(kNoTrack);
    for (std::size_t i = 0; i < places.size() && i < kNoTrack; ++i) {
        const auto content = UnitCollector::content_of(places[i].codec);
        if (i >= tracks_.size()) {
            tracks_.push_back({.collector = UnitCollector(content), .content = content});
        } else if (tracks_[i].content != content) {
            counters_.continuity_errors += tracks_[i].collector.continuity_errors();
            counters_.damaged_units += tracks_[i].collector.damaged_units();
            tracks_[i].collector = UnitCollector(content);
            tracks_[i].content = content;
        }
        tracks_[i].collector.hold(holds(content));
        if (places[i].source_pid) {
            track_of_[*places[i].source_pid] = static_cast<std::uint8_t>(i);
        }
    }
}

bool Splicer::State::look_at_picture(const StreamUnit& unit, Codec codec) {
    first_picture_.feed(unit, codec);
    if (holds_ && unit.header) {
        first_picture_.unit_ends();
    }
    const auto& hash = first_picture_.hash();
    is_refused_ = hash && std::ranges::find(refused_pictures_, *hash) != refused_pictures_.end();
    return !is_refused_;
}

void Splicer::State::emit(std::size_t index, StreamUnit unit) {
    const bool joins = !gate_.is_open();
    const bool is_main = index == map_.main();
    if (is_refused_ || !gate_.admit(unit, map_.places()[index].codec, is_main)) {
        return;
    }
    if (is_main && !first_picture_.hash() && !look_at_picture(unit, map_.places()[index].codec)) {
        return;
    }
    Track& track = tracks_[index];
    if (!track.seen) {
        track.seen = true;
        if (!map_.places()[index].announced) {
            map_.announce(index, true);
            tables_.update();
        }
    }
    std::int64_t shift = timeline_.shift();
    const auto time =
        unit.header ? (unit.header->dts ? unit.header->dts : unit.header->pts) : std::nullopt;
    if (time) {
        const auto kind = map_.places()[index].kind;
        const auto role = is_main || joins ? Timeline::Role::main
                          : kind == ProgramMap::Kind::video || kind == ProgramMap::Kind::audio
                              ? Timeline::Role::steady
                              : Timeline::Role::sporadic;
        const auto placed = timeline_.place(index, role, *time, unit.header->pts.value_or(*time));
        if (!placed) {
            ++counters_.overlaps;
            return;
        }
        shift = *placed;
        if (is_main) {
            on_main_time(timestamp_add(*time, shift));
        }
    }
    if (unit.header && map_.places()[index].codec == Codec::aac_adts) {
        repair_adts(track.adts, unit);
    }
    tables_.before_media(unit.size());
    track.sender.send(unit,
        {.pid = map_.places()[index].pid, .shift = shift, .is_clock = index == map_.clock()},
        clock_, sink_);
    if (!holds_ && first_picture_.has_begun()) {
        hold(true); // what follows the first key frame can be had whole
    }
}

void Splicer::State::repair_adts(AdtsRepair& adts, const StreamUnit& unit) {
    const bool had_repaired = adts.has_repaired();
    const bool had_left_alone = adts.has_left_alone();
    adts.apply(unit);
    counters_.repaired_aac += adts.has_repaired() && !had_repaired ? 1 : 0;
    counters_.unrepaired_aac += adts.has_left_alone() && !had_left_alone ? 1 : 0;
}

void Splicer::State::on_main_time(std::int64_t time) {
    if (!program_since_) {
        program_since_ = time;
        clock_.begin(time);
    }
    if (timestamp_difference(time, *program_since_) > kSilentAfter) {
        program_since_ = time;
        for (std::size_t i = 0; i < tracks_.size(); ++i) {
            const auto kind = map_.places()[i].kind;
            if (!tracks_[i].seen &&
                (kind == ProgramMap::Kind::video || kind == ProgramMap::Kind::audio)) {
                map_.announce(i, false);
            }
        }
        tables_.update();
    }
    const std::size_t main = *map_.main();
    if (clock_.takes_over(time)) {
        map_.set_clock(main);
        tables_.update();
    }
    clock_.send_if_due(time, map_.places()[main].pid, tracks_[main].sender.last_counter());
    tables_.on_time(time);
}

} // namespace plex_tuner::ts
