// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kept_runs.hpp"
#include "stream_unit.hpp"

#include <plex_tuner/ts/clock_fields.hpp>
#include <plex_tuner/ts/codec.hpp>
#include <plex_tuner/ts/packet.hpp>
#include <plex_tuner/ts/packet_run.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <cstdint>
#include <optional>
#include <span>

namespace plex_tuner::ts {

/// Collects the packets of one PID to whole PES packets, so that a damaged one is dropped and not
/// passed on: it is damaged when a packet of it is missing (ISO/IEC 13818-1 2.4.3.3) or broken, or
/// when the stream breaks off in it. A PES packet of known length is whole with its last byte, one
/// of unknown length when the next one begins. Packets stay where they are. Pure; not thread-safe.
class UnitCollector {
public:
    enum class Content : std::uint8_t {
        video,  ///< PES packets whose length field is not to be relied upon
        pes,    ///< other PES packets
        others, ///< sections and what is not known: each packet stands for itself
    };

    [[nodiscard]] static Content content_of(Codec codec) noexcept;

    /// Longer PES packets are passed on in parts.
    static constexpr std::size_t kMaxUnitBytes = std::size_t{4} << 20;

    explicit UnitCollector(Content content) noexcept : content_(content) {}

    /// `sink(StreamUnit)` is called for what is whole now; the unit is valid during the call.
    template <class Sink>
    void feed(MutablePacket packet, const PacketMemory& memory, Sink&& sink) {
        switch (take(packet, memory)) {
        case Step::nothing:
            return;
        case Step::packet: {
            const PacketRun alone{.packets = packet, .memory = memory};
            sink(StreamUnit(std::span(&alone, 1), std::nullopt));
            return;
        }
        case Step::whole:
            emit(sink);
            return;
        case Step::begins:
            if (!runs_.empty()) {
                emit(sink);
            }
            if (begin(packet, memory)) {
                emit(sink);
            }
            return;
        }
    }

    /// Takes the packets at the front of `packets` that only continue the PES packet being
    /// collected and do not end it, all with the PID of the first. How many bytes those are; the
    /// next packet is one for feed().
    [[nodiscard]] std::size_t feed_continuation(
        std::span<std::uint8_t> packets, const PacketMemory& memory);

    /// No more comes of `fed`, of which feed() was given packets.
    void leave(const PacketRun& fed) { runs_.leave(fed); }

    /// Bytes of memory that the PES packet under way keeps, with what else is there.
    [[nodiscard]] std::size_t kept() const noexcept { return runs_.kept(); }

    /// Moves all of it out where most of what it keeps is something else.
    void let_go() { runs_.let_go(); }

    /// The piece of the stream ended well: what is there is whole. Another begins.
    template <class Sink>
    void finish(Sink&& sink) {
        if (!runs_.empty()) {
            emit(sink);
        }
        restart();
    }

    /// The piece broke off: what is there is damaged. Another begins.
    void abandon() noexcept;

    /// False: packets are passed on as they come, and what is damaged is noticed too late.
    void hold(bool hold) noexcept { holds_ = hold; }

    [[nodiscard]] std::uint64_t continuity_errors() const noexcept { return continuity_errors_; }

    /// PES packets that were damaged.
    [[nodiscard]] std::uint64_t damaged_units() const noexcept { return damaged_units_; }

private:
    enum class Step : std::uint8_t { nothing, packet, whole, begins };
    enum class State : std::uint8_t {
        skipping,   ///< until the next start
        collecting, ///< runs_ are a part of a PES packet
        passing,    ///< the begin of the PES packet is out already
    };

    [[nodiscard]] Step take(MutablePacket packet, const PacketMemory& memory);
    /// False: a packet is missing.
    [[nodiscard]] bool follows(PacketView packet) noexcept;
    /// Starts a PES packet; true when it is whole.
    [[nodiscard]] bool begin(MutablePacket packet, const PacketMemory& memory);
    void drop() noexcept;
    void restart() noexcept;

    template <class Sink>
    void emit(Sink& sink) {
        sink(StreamUnit(runs_.runs(), header_));
        drop();
        state_ = State::passing;
    }

    Content content_;
    State state_ = State::skipping;
    int last_counter_ = -1;
    bool duplicate_ = false;
    bool holds_ = true;
    KeptRuns runs_; ///< of the PES packet
    std::optional<PesHeader> header_;
    std::size_t length_ = 0;    ///< of the PES packet; 0: not known
    std::size_t collected_ = 0; ///< bytes of payload
    std::uint64_t continuity_errors_ = 0;
    std::uint64_t damaged_units_ = 0;
};

} // namespace plex_tuner::ts
