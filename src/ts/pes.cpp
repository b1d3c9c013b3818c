// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/pes.hpp>

namespace plex_tuner::ts {
namespace {

constexpr std::size_t kStartSize = 6; ///< start code, stream_id, length
constexpr std::size_t kFixedSize = 9; ///< with the two flag bytes and the header length
constexpr std::size_t kTimestampSize = 5;

/// Streams without the optional header: program map, padding, private 2, ECM, EMM, DSM-CC, H.222.1
/// type E, directory (table 2-21).
bool has_optional_header(std::uint8_t stream_id) noexcept {
    switch (stream_id) {
    case 0xBC:
    case 0xBE:
    case 0xBF:
    case 0xF0:
    case 0xF1:
    case 0xF2:
    case 0xF8:
    case 0xFF:
        return false;
    default:
        return true;
    }
}

std::optional<std::int64_t> read_timestamp(Bytes at, std::uint8_t prefix) noexcept {
    if (at[0] >> 4 != prefix || (at[0] & at[2] & at[4] & 1) == 0) {
        return std::nullopt;
    }
    return std::int64_t{at[0] >> 1 & 7} << 30 | std::int64_t{at[1]} << 22 |
           std::int64_t{at[2] >> 1} << 15 | std::int64_t{at[3]} << 7 | at[4] >> 1;
}

} // namespace

std::optional<PesHeader> parse_pes_header(Bytes bytes) noexcept {
    if (bytes.size() < kStartSize || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 1) {
        return std::nullopt;
    }
    PesHeader header;
    header.stream_id = bytes[3];
    header.payload_offset = kStartSize;
    if (!has_optional_header(header.stream_id)) {
        return header;
    }
    if (bytes.size() < kFixedSize) {
        return std::nullopt;
    }
    header.payload_offset = kFixedSize + bytes[8];
    header.data_alignment = (bytes[6] & 0x04) != 0;
    const bool has_pts = (bytes[7] & 0x80) != 0 && bytes[8] >= kTimestampSize;
    const bool has_dts = (bytes[7] & 0xC0) == 0xC0 && bytes[8] >= 2 * kTimestampSize;
    if (bytes.size() < kFixedSize + (has_dts ? 2 : has_pts ? 1 : 0) * kTimestampSize) {
        return std::nullopt;
    }
    if (has_pts) {
        header.pts = read_timestamp(bytes.subspan(kFixedSize, kTimestampSize), has_dts ? 3 : 2);
    }
    if (has_dts) {
        header.dts = read_timestamp(bytes.subspan(kFixedSize + kTimestampSize, kTimestampSize), 1);
    }
    return header;
}

} // namespace plex_tuner::ts
