// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/codec.hpp>
#include <plex_tuner/ts/packet.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace plex_tuner::ts {

enum class PictureKind : std::uint8_t {
    undecided,      ///< no picture header yet
    key_frame,      ///< IDR, IRAP or I picture, its parameter sets in front of it
    recovery_point, ///< H.264: recovery point SEI, or an I slice that is no IDR, with an SPS in
                    ///< front
    plain,          ///< any other picture
};

/// Reads the bytes of an elementary stream from the start of an access unit to the header of its
/// first slice: H.264 (7.3 of H.264), HEVC (7.3 of H.265), MPEG-1/2 video (6.2 of 13818-2), MPEG-4
/// part 2. Fed in any chunking. Pure; not thread-safe.
class PictureScanner {
public:
    PictureScanner() = default;

    explicit PictureScanner(Codec codec) noexcept : codec_(codec) {}

    [[nodiscard]] static bool supports(Codec codec) noexcept;

    /// A new access unit begins with the next byte.
    void begin() noexcept;

    /// Anything but `undecided` is final until begin().
    [[nodiscard]] PictureKind feed(Bytes bytes) noexcept;

private:
    /// Where the parser stands in the messages of an SEI unit (H.264 7.3.2.3.1).
    enum class SeiStep : std::uint8_t { none, type, size, payload };

    [[nodiscard]] PictureKind on_unit_byte(std::uint8_t byte) noexcept;
    [[nodiscard]] PictureKind on_h264(std::uint8_t byte) noexcept;
    [[nodiscard]] PictureKind on_hevc(std::uint8_t byte) noexcept;
    [[nodiscard]] PictureKind on_mpeg2(std::uint8_t byte) noexcept;
    [[nodiscard]] PictureKind on_mpeg4(std::uint8_t byte) noexcept;
    void on_sei(std::uint8_t byte) noexcept;

    Codec codec_ = Codec::unknown;
    std::uint32_t window_ = kNoStartCode; ///< last bytes: start codes may span packets
    bool in_unit_ = false;                ///< header bytes of the current unit are of interest
    std::size_t unit_size_ = 0;
    std::array<std::uint8_t, 3> unit_{}; ///< what follows the start code, as far as needed
    bool parameters_ = false;
    bool recovery_ = false;
    SeiStep sei_step_ = SeiStep::none;
    std::uint32_t sei_type_ = 0;
    std::uint32_t sei_size_ = 0;

    static constexpr std::uint32_t kNoStartCode = 0xFFFFFFFF;
};

} // namespace plex_tuner::ts
