// SPDX-License-Identifier: GPL-3.0-or-later
#include "adts_repair.hpp"
#include "join_gate.hpp"
#include "picture_of_unit.hpp"
#include "program_map.hpp"
#include "timeline.hpp"
#include "type_inspection.hpp"
#include "unit_collector.hpp"

#include <plex_tuner/ts/clock_fields.hpp>
#include <plex_tuner/ts/splicer.hpp>

#include <array>
#include <map>
#include <utility>
#include <vector>

namespace plex_tuner::ts {

namespace {

constexpr std::int64_t kTicksPerTimestamp = kPcrHz / kTimestampHz;
/// PAT and PMT come at least so often, in media time and in bytes.
constexpr std::int64_t kTablesEvery = kTimestampHz / 10;
constexpr std::size_t kTablesEveryBytes = 256 * 1024;
/// A stream that has not shown itself after so long is no longer announced.
constexpr std::int64_t kSilentAfter = 3 * kTimestampHz;
/// Without a clock reference for so long the program gets its own, this far ahead of the units.
constexpr std::int64_t kNoClockAfter = kTimestampHz;
constexpr std::int64_t kClockLead = kTimestampHz / 2;
constexpr std::int64_t kClockEvery = kTimestampHz / 25;
constexpr std::uint8_t kNoTrack = 0xFF;

[[nodiscard]] UnitCollector::Content content_of(const ProgramMap::Place& place) {
    if (place.kind == ProgramMap::Kind::video) {
        return UnitCollector::Content::video;
    }
    const Codec codec = place.codec;
    const bool is_pes = place.kind == ProgramMap::Kind::audio || codec == Codec::teletext ||
                        codec == Codec::dvb_subtitle || codec == Codec::timed_metadata;
    return is_pes ? UnitCollector::Content::pes : UnitCollector::Content::others;
}

[[nodiscard]] MutablePacket packet_at(std::span<std::uint8_t> packets, std::size_t at) {
    return packets.subspan(at).first<kPacketSize>();
}

} // namespace

class Splicer::State {
public:
    explicit State(PacketSink& sink) : sink_(sink) { track_of_.fill(kNoTrack); }

    void feed(Bytes packets) {
        for (std::size_t at = 0; at + kPacketSize <= packets.size(); at += kPacketSize) {
            feed(PacketView(packets.data() + at));
        }
    }

    void finish_piece() {
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

    void abandon_piece() {
        for (Track& track : tracks_) {
            track.collector.abandon();
            if (track.inspection) {
                track.inspection = std::make_unique<TypeInspection>(track.inspected);
            }
        }
    }

    void seam(Seam kind, bool new_program) {
        finish_piece(); // nothing, where the piece was finished or abandoned
        if (new_program) {
            tracker_.reset();
            track_of_.fill(kNoTrack);
            known_.clear();
            first_picture_ = KeyFrameHasher();
        }
        if ((kind == Seam::discontinuity || new_program) && timeline_.now()) {
            counters_.splices += gate_.is_open() ? 1 : 0;
            gate_.close();
            timeline_.seam();
            hold(true); // whether a picture is a key frame shows in all of it
        }
    }

    void hold(bool hold) {
        holds_ = hold;
        for (Track& track : tracks_) {
            track.collector.hold(holds(track.content));
        }
    }

    void settle_for_anything() noexcept { gate_.settle_for_anything(); }

    [[nodiscard]] Progress progress() const noexcept {
        return {.program = !tracker_.tables() ? Program::unknown
                           : map_.main()      ? Program::useful
                                              : Program::useless,
            .joining = !gate_.is_open(),
            .media_packets = media_packets_,
            .time = timeline_.now(),
            .clock = timeline_.last_clock(),
            .first_picture = first_picture_.hash()};
    }

    [[nodiscard]] Counters counters() const noexcept {
        Counters all = counters_;
        all.jumps = timeline_.jumps();
        all.damaged_tables = tracker_.damaged_sections();
        for (const Track& track : tracks_) {
            all.continuity_errors += track.collector.continuity_errors();
            all.damaged_units += track.collector.damaged_units();
        }
        return all;
    }

private:
    /// The sending side of a place of the program; the two have the same index.
    struct Track {
        UnitCollector collector;
        UnitCollector::Content content;
        std::uint8_t counter = 0;                     ///< of the next packet with payload
        bool seen = false;                            ///< since the program in force began
        std::unique_ptr<TypeInspection> inspection{}; ///< while it goes on
        ElementaryStream inspected{};
        AdtsRepair adts{};
    };

    [[nodiscard]] bool holds(UnitCollector::Content content) const noexcept {
        return holds_ || content != UnitCollector::Content::video;
    }

    void feed(PacketView packet) {
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
            if (tracks_[track].inspection) {
                inspect(track, packet);
            } else {
                collect(packet);
            }
        }
    }

    void collect(PacketView packet) {
        const std::uint8_t track = track_of_[packet.pid()];
        tracks_[track].collector.feed(packet, [&](StreamUnit unit) { emit(track, unit); });
    }

    /// The packet of a stream that is not known to be what the PMT says.
    void inspect(std::size_t index, PacketView packet) {
        TypeInspection& inspection = *tracks_[index].inspection;
        const bool held = inspection.holds();
        if (inspection.feed(packet)) {
            conclude(index);
        }
        if (!held) {
            collect(packet);
        }
    }

    void conclude(std::size_t index) {
        const auto inspection = std::move(tracks_[index].inspection);
        const ElementaryStream announced = std::move(tracks_[index].inspected);
        known_[announced.pid] = {announced, inspection->found()};
        if (inspection->found() != Codec::unknown) {
            ++counters_.corrected_types;
            map_.correct(announced_as(announced, inspection->found()));
            follow_places();
            write_tables();
        }
        const std::vector<std::uint8_t>& held = inspection->held();
        for (std::size_t at = 0; at < held.size(); at += kPacketSize) {
            collect(PacketView(held.data() + at));
        }
    }

    void adopt() {
        finish_piece();
        map_.adopt(*tracker_.tables());
        for (const ElementaryStream& stream : tracker_.tables()->pmt.streams) {
            const auto known = known_.find(stream.pid);
            if (known != known_.end() && known->second.announced == stream &&
                known->second.codec != Codec::unknown) {
                map_.correct(announced_as(stream, known->second.codec));
            }
        }
        follow_places();
        for (Track& track : tracks_) {
            track.seen = false;
            track.inspection.reset();
            track.adts.restart();
        }
        for (const ElementaryStream& stream : tracker_.tables()->pmt.streams) {
            const auto known = known_.find(stream.pid);
            const std::uint8_t track = track_of_[stream.pid];
            if (track != kNoTrack && TypeInspection::is_worthwhile(stream) &&
                (known == known_.end() || known->second.announced != stream)) {
                tracks_[track].inspection = std::make_unique<TypeInspection>(stream);
                tracks_[track].inspected = stream;
            }
        }
        program_since_.reset();
        own_clock_ = false;
        clock_since_.reset();
        write_tables();
    }

    /// Brings the tracks in line with the places of the program.
    void follow_places() {
        const auto& places = map_.places();
        track_of_.fill(kNoTrack);
        for (std::size_t i = 0; i < places.size() && i < kNoTrack; ++i) {
            const auto content = content_of(places[i]);
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

    void write_tables() { tables_due_ = map_.write() || tables_due_; }

    void emit(std::size_t index, StreamUnit unit) {
        const bool joins = !gate_.is_open();
        const bool is_main = index == map_.main();
        if (!gate_.admit(unit, map_.places()[index].codec, is_main)) {
            return;
        }
        Track& track = tracks_[index];
        if (!track.seen) {
            track.seen = true;
            if (!map_.places()[index].announced) {
                map_.announce(index, true);
                write_tables();
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
            const auto placed =
                timeline_.place(index, role, *time, unit.header->pts.value_or(*time));
            if (!placed) {
                ++counters_.overlaps;
                return;
            }
            shift = *placed;
            if (is_main) {
                on_main_time(timestamp_add(*time, shift));
            }
        }
        if (is_main) {
            first_picture_.feed(unit, map_.places()[index].codec);
        }
        if (unit.header && map_.places()[index].codec == Codec::aac_adts) {
            repair_adts(track.adts, unit);
        }
        send_tables_if_due(unit.packets.size());
        send(index, unit, shift);
    }

    void repair_adts(AdtsRepair& adts, const StreamUnit& unit) {
        const bool had_repaired = adts.has_repaired();
        const bool had_left_alone = adts.has_left_alone();
        adts.apply(unit);
        counters_.repaired_aac += adts.has_repaired() && !had_repaired ? 1 : 0;
        counters_.unrepaired_aac += adts.has_left_alone() && !had_left_alone ? 1 : 0;
    }

    /// What is due from time to time.
    void on_main_time(std::int64_t time) {
        if (!program_since_) {
            program_since_ = time;
            clock_since_ = time;
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
            write_tables();
        }
        if (!own_clock_ && timestamp_difference(time, *clock_since_) > kNoClockAfter) {
            own_clock_ = true;
            map_.set_clock(map_.main());
            write_tables();
        }
        if (own_clock_ &&
            (!own_clock_sent_ || timestamp_difference(time, *own_clock_sent_) >= kClockEvery)) {
            own_clock_sent_ = time;
            send_own_clock(timestamp_add(time, -kClockLead));
        }
        if (!tables_sent_ || timestamp_difference(time, *tables_sent_) >= kTablesEvery ||
            timestamp_difference(time, *tables_sent_) < 0) {
            tables_due_ = true;
            tables_sent_ = time;
        }
    }

    void send_own_clock(std::int64_t time) {
        const auto main = map_.main();
        const std::int64_t pcr = time * kTicksPerTimestamp;
        if (main && timeline_.admit_clock(pcr)) {
            const Packet packet = pcr_packet(map_.places()[*main].pid,
                static_cast<std::uint8_t>((tracks_[*main].counter + 15) & 0x0F), pcr);
            sink_.packets(packet);
        }
    }

    void send_tables_if_due(std::size_t more) {
        bytes_since_tables_ += more;
        if (!tables_due_ && bytes_since_tables_ < kTablesEveryBytes) {
            return;
        }
        tables_due_ = false;
        bytes_since_tables_ = 0;
        table_packets_.clear();
        pat_counter_ += append_section_packets(
            kPatPid, map_.pat(), static_cast<std::uint8_t>(pat_counter_ & 0x0F), table_packets_);
        pmt_counter_ += append_section_packets(map_.pmt_pid(), map_.pmt(),
            static_cast<std::uint8_t>(pmt_counter_ & 0x0F), table_packets_);
        sink_.packets(table_packets_);
    }

    void send(std::size_t index, StreamUnit unit, std::int64_t shift) {
        const std::uint16_t pid = map_.places()[index].pid;
        Track& track = tracks_[index];
        for (std::size_t at = 0; at < unit.packets.size(); at += kPacketSize) {
            const MutablePacket packet = packet_at(unit.packets, at);
            const PacketView view(packet.data());
            if (view.adaptation_flags() != 0) {
                patch_adaptation(packet, index, unit.header ? std::optional(shift) : std::nullopt);
            }
            packet[1] = static_cast<std::uint8_t>((packet[1] & 0xE0) | pid >> 8);
            packet[2] = static_cast<std::uint8_t>(pid);
            const std::uint8_t counter =
                view.has_payload() ? track.counter : (track.counter + 15) & 0x0F;
            packet[3] = static_cast<std::uint8_t>((packet[3] & 0xF0) | counter);
            track.counter = (counter + 1) & 0x0F;
        }
        if (unit.header && shift != 0) {
            const MutablePacket first = packet_at(unit.packets, 0);
            for (const ClockField field : find_clock_fields(PacketView(first.data()))) {
                if (field.kind == ClockField::Kind::timestamp) {
                    advance_clock(first, field, shift * kTicksPerTimestamp);
                }
            }
        }
        sink_.packets(unit.packets);
    }

    /// A clock reference goes with the unit it stands in; flags of seams are hidden with them.
    void patch_adaptation(
        MutablePacket packet, std::size_t index, std::optional<std::int64_t> unit_shift) {
        constexpr std::uint8_t kDiscontinuityFlag = 0x80;
        packet[5] = static_cast<std::uint8_t>(packet[5] & ~kDiscontinuityFlag);
        const auto pcr = PacketView(packet.data()).pcr();
        if (!pcr) {
            return;
        }
        const bool is_clock = index == map_.clock() && !own_clock_;
        const auto shift = unit_shift ? unit_shift : timeline_.place_clock(*pcr);
        if (!is_clock || !shift) {
            remove_pcr(packet);
            return;
        }
        advance_clock(packet, {.kind = ClockField::Kind::pcr, .offset = kPcrOffset},
            *shift * kTicksPerTimestamp);
        if (!timeline_.admit_clock(*PacketView(packet.data()).pcr())) {
            remove_pcr(packet);
            return;
        }
        clock_since_ = timeline_.now();
    }

    static constexpr std::uint8_t kPcrOffset = 6;

    PacketSink& sink_;
    ProgramTracker tracker_;
    ProgramMap map_;
    Timeline timeline_;
    JoinGate gate_;
    std::vector<Track> tracks_;
    std::array<std::uint8_t, kPidCount> track_of_{}; ///< by PID of the source
    bool holds_ = false;

    /// What an inspection has shown; unknown: nothing against the PMT.
    struct Known {
        ElementaryStream announced;
        Codec codec = Codec::unknown;
    };

    std::map<std::uint16_t, Known> known_; ///< by PID of the source
    bool tables_due_ = false;
    std::optional<std::int64_t> tables_sent_;
    std::size_t bytes_since_tables_ = 0;
    std::size_t pat_counter_ = 0;
    std::size_t pmt_counter_ = 0;
    std::vector<std::uint8_t> table_packets_;
    std::optional<std::int64_t> program_since_; ///< of the tables in force, or the last look at it
    std::optional<std::int64_t> clock_since_;   ///< when a clock reference was sent last
    bool own_clock_ = false;
    std::optional<std::int64_t> own_clock_sent_;
    KeyFrameHasher first_picture_;
    std::uint64_t media_packets_ = 0;
    Counters counters_;
};

Splicer::Splicer(PacketSink& sink) : state_(std::make_unique<State>(sink)) {}

Splicer::~Splicer() = default;

void Splicer::feed(Bytes packets) {
    state_->feed(packets);
}

void Splicer::finish_piece() {
    state_->finish_piece();
}

void Splicer::abandon_piece() {
    state_->abandon_piece();
}

void Splicer::hold(bool hold) {
    state_->hold(hold);
}

void Splicer::seam(Seam kind, bool new_program) {
    state_->seam(kind, new_program);
}

void Splicer::settle_for_anything() noexcept {
    state_->settle_for_anything();
}

Splicer::Progress Splicer::progress() const noexcept {
    return state_->progress();
}

Splicer::Counters Splicer::counters() const noexcept {
    return state_->counters();
}

} // namespace plex_tuner::ts
