// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>
#include <plex_tuner/ts/packet_run.hpp>
#include <plex_tuner/ts/psi.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plex_tuner::ts {

/// Looks at the first bytes of an elementary stream whether they are what the PMT says: a part of
/// the first picture with its parameter sets, or three frames of sound. Where the PMT does not say
/// whether it is pictures, sound or data, the packets are held until that is clear.
/// Evidence against the PMT is a parameter set that can be read and another unit that goes with it,
/// or three frame headers in a row. Pure; not thread-safe.
class TypeInspection {
public:
    /// Whether the bytes could show that the PMT is wrong about it.
    [[nodiscard]] static bool is_worthwhile(const ElementaryStream& stream) noexcept;

    explicit TypeInspection(ElementaryStream announced);

    /// The stream as the PMT has it.
    [[nodiscard]] const ElementaryStream& announced() const noexcept { return stream_; }

    /// True when it is over.
    [[nodiscard]] bool feed(PacketView packet);
    /// Nothing more comes for now: found() is what can be said.
    void finish();

    /// The stream has shown something.
    [[nodiscard]] bool has_begun() const noexcept { return started_; }

    /// It has begun with a frame of the sound it is announced as: no proof, but a good sign.
    [[nodiscard]] bool begins_as_announced() const noexcept;

    /// Whether packets wait in take_held().
    [[nodiscard]] bool holds() const noexcept { return announced_ == Codec::unknown; }

    /// What the stream is; unknown: what the PMT says, for all we know.
    [[nodiscard]] Codec found() const noexcept { return found_; }

    /// If it holds: the packets fed, in order.
    [[nodiscard]] PacketRun take_held() { return keep_packets(std::move(held_)); }

private:
    enum class Verdict : std::uint8_t { open, over };

    [[nodiscard]] Verdict take(PacketView packet);
    [[nodiscard]] Verdict look();
    [[nodiscard]] Verdict look_at_video();
    [[nodiscard]] Verdict look_at_audio();
    /// Whether a decoder of what the PMT says plays that sound.
    [[nodiscard]] bool is_as_announced(Codec codec) const noexcept;
    [[nodiscard]] Verdict conclude(Codec codec) noexcept;

    ElementaryStream stream_;
    Codec announced_; ///< unknown also for private data
    Codec found_ = Codec::unknown;
    std::vector<std::uint8_t> held_;
    std::vector<std::uint8_t> elementary_; ///< since the first PES packet began
    bool started_ = false;
    std::size_t units_ = 0;
    std::size_t looked_at_ = 0; ///< bytes of elementary_ at the last look
};

/// The stream as the PMT should have it, with a stream_type that says what it is by itself;
/// descriptors that speak of a codec are left out.
[[nodiscard]] ElementaryStream announced_as(const ElementaryStream& stream, Codec codec);

} // namespace plex_tuner::ts
