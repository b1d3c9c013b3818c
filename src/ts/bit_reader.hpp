// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plex_tuner::ts {

/// The payload of a NAL unit without its emulation prevention bytes (H.264 7.4.1, H.265 7.4.2).
[[nodiscard]] inline std::vector<std::uint8_t> without_emulation_prevention(Bytes unit) {
    std::vector<std::uint8_t> out;
    out.reserve(unit.size());
    std::size_t zeros = 0;
    for (const std::uint8_t byte : unit) {
        if (zeros >= 2 && byte == 3) {
            zeros = 0;
            continue;
        }
        zeros = byte == 0 ? zeros + 1 : 0;
        out.push_back(byte);
    }
    return out;
}

/// Bits of a header, the highest of each byte first. Reading beyond the end gives zeros and is
/// remembered, so a caller may check once at the end. `bytes` outlives it.
class BitReader {
public:
    explicit BitReader(Bytes bytes) noexcept : bytes_(bytes) {}

    [[nodiscard]] bool overrun() const noexcept { return overrun_; }

    /// At most 32 bits.
    std::uint32_t bits(unsigned count) noexcept {
        std::uint32_t value = 0;
        for (; count > 0; --count) {
            value = value << 1 | (flag() ? 1U : 0U);
        }
        return value;
    }

    bool flag() noexcept {
        const std::size_t byte = position_ / 8;
        if (byte >= bytes_.size()) {
            overrun_ = true;
            return false;
        }
        const bool bit = (bytes_[byte] >> (7 - position_ % 8) & 1) != 0;
        ++position_;
        return bit;
    }

    void skip(std::size_t count) noexcept {
        if (count > bytes_.size() * 8 - position_) {
            overrun_ = true;
            count = bytes_.size() * 8 - position_;
        }
        position_ += count;
    }

    /// ue(v) of H.264 9.1; more than 31 leading zeros are taken for damage.
    std::uint32_t unsigned_golomb() noexcept {
        unsigned zeros = 0;
        while (!flag()) {
            if (overrun_ || ++zeros > 31) {
                overrun_ = true;
                return 0;
            }
        }
        return (std::uint32_t{1} << zeros) - 1 + bits(zeros);
    }

    /// se(v) takes as many bits; values are not needed here.
    void skip_golomb() noexcept { (void)unsigned_golomb(); }

    void skip_golombs(unsigned count) noexcept {
        for (; count > 0 && !overrun_; --count) {
            skip_golomb();
        }
    }

private:
    Bytes bytes_;
    std::size_t position_ = 0; ///< in bits
    bool overrun_ = false;
};

} // namespace plex_tuner::ts
