// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stream_unit.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace plex_tuner::ts {

/// The channel_configuration (ISO/IEC 14496-3 table 1.19) that lays the channels out as the
/// program_config_element (4.4.1.1) at the start of `block` does; 0: there is one that none does.
/// nullopt: the block begins with something else, or ends in the element.
[[nodiscard]] std::optional<std::uint8_t> configuration_of_block(Bytes block) noexcept;

/// Writes the channel_configuration into the ADTS headers of a stream that says 0, "as in the
/// program_config_element", which players fail at. Left alone are
/// frames with a checksum, for it covers the header, those before the first element, those whose
/// fourth byte is in another PES packet than the third, and layouts that have no number.
/// Streams with a configuration cost a look at one header per PES packet. Pure; not thread-safe.
class AdtsRepair {
public:
    /// Of one stream of ADTS, in order; the unit is whole and has a header.
    void apply(const StreamUnit& unit);

    /// Another stream begins.
    void restart() noexcept { *this = {}; }

    [[nodiscard]] bool has_repaired() const noexcept { return repaired_; }

    /// A frame said 0 and was left alone.
    [[nodiscard]] bool has_left_alone() const noexcept { return left_alone_; }

private:
    /// The elementary stream of a unit, byte by byte.
    class Elementary;

    [[nodiscard]] static bool begins_with_frame(Bytes bytes);
    void on_header_byte(Elementary& unit, std::size_t at);

    bool following_ = false;           ///< the place of the next header is known
    std::size_t skip_ = 0;             ///< bytes until then
    std::vector<std::uint8_t> header_; ///< the part of a header that was in the unit before
    std::optional<std::uint8_t> configuration_;
    bool repaired_ = false;
    bool left_alone_ = false;
};

} // namespace plex_tuner::ts
