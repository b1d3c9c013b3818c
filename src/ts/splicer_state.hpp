// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "adts_repair.hpp"
#include "clock_sender.hpp"
#include "join_gate.hpp"
#include "known_types.hpp"
#include "picture_of_unit.hpp"
#include "prelude.hpp"
#include "program_map.hpp"
#include "table_sender.hpp"
#include "timeline.hpp"
#include "type_inspection.hpp"
#include "unit_collector.hpp"
#include "unit_sender.hpp"

#include <plex_tuner/ts/splicer.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace plex_tuner::ts {

/// A Splicer at work: follows the tables of the source, sends each packet on its way through
/// inspection, collection and timeline, and keeps what viewers are told in line with it.
class Splicer::State {
public:
    explicit State(PacketSink& sink) : sink_(sink) { track_of_.fill(kNoTrack); }

    void feed(const PacketRun& run);
    void finish_piece();
    void abandon_piece();
    void seam(Seam kind, bool new_program);
    void hold(bool hold);
    void refuse_pictures(std::vector<std::uint64_t> hashes);
    void send_tables();

    void settle_for_anything() noexcept {
        gate_.settle_for_anything();
        prelude_.cut_short();
    }

    [[nodiscard]] Progress progress() const noexcept;
    [[nodiscard]] Counters counters() const noexcept;

private:
    static constexpr std::uint8_t kNoTrack = 0xFF;

    /// The sending side of a place of the program; the two have the same index.
    struct Track {
        UnitCollector collector;
        UnitCollector::Content content;
        UnitSender sender{};
        bool seen = false;                            ///< since the program in force began
        std::unique_ptr<TypeInspection> inspection{}; ///< while it goes on
        AdtsRepair adts{};
    };

    [[nodiscard]] bool holds(UnitCollector::Content content) const noexcept;
    void feed(MutablePacket packet, const PacketMemory& memory);
    /// Of what was fed only the prelude and PES packets under way keep anything.
    void leave(const PacketRun& fed);
    [[nodiscard]] std::size_t feed_continuation(
        std::uint16_t pid, std::span<std::uint8_t> packets, const PacketMemory& memory);
    /// One of the first packets: it goes on once the streams have shown what they are.
    void keep(std::size_t index, MutablePacket packet, const PacketMemory& memory);
    void end_prelude();
    /// Sound that has begun, or of which nothing has come yet, may be something else than the PMT
    /// says. (Pictures show it with the key frame that viewers begin with.)
    [[nodiscard]] bool is_unclear() const noexcept;

    void collect(MutablePacket packet, const PacketMemory& memory);
    /// The packet of a stream that is not known to be what the PMT says.
    void inspect(std::size_t index, MutablePacket packet, const PacketMemory& memory);
    /// Announces the stream as what its inspection, which is over, has shown.
    [[nodiscard]] std::unique_ptr<TypeInspection> correct(std::size_t index);
    void conclude(std::size_t index);

    /// Other tables of the source are in force.
    void adopt();
    /// Brings the tracks in line with the places of the program.
    void follow_places();

    void emit(std::size_t index, StreamUnit unit);
    /// False: the source shows a picture that is refused.
    [[nodiscard]] bool look_at_picture(const StreamUnit& unit, Codec codec);
    void repair_adts(AdtsRepair& adts, const StreamUnit& unit);
    /// What is due from time to time.
    void on_main_time(std::int64_t time);

    PacketSink& sink_;
    ProgramTracker tracker_;
    ProgramMap map_;
    TableSender tables_{map_, sink_};
    Timeline timeline_;
    ClockSender clock_{timeline_, sink_};
    JoinGate gate_;
    std::vector<Track> tracks_;
    std::array<std::uint8_t, kPidCount> track_of_{}; ///< by PID of the source
    bool holds_ = false;
    KnownTypes known_;
    Prelude prelude_;
    std::optional<std::int64_t> program_since_; ///< of the tables in force, or the last look at it
    KeyFrameHasher first_picture_;
    std::vector<std::uint64_t> refused_pictures_;
    bool is_refused_ = false; ///< the source
    std::uint64_t media_packets_ = 0;
    Counters counters_;
};

} // namespace plex_tuner::ts
