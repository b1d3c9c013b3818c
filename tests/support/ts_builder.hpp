// SPDX-License-Identifier: GPL-3.0-or-later
// Transport streams made by hand, packet by packet, for unit tests and fuzz seeds.
#pragma once

#include <plex_tuner/ts/packet.hpp>
#include <plex_tuner/ts/psi.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace plex_tuner::testing {

using ByteVector = std::vector<std::uint8_t>;

inline constexpr std::uint16_t kPmtPid = 0x1000;
inline constexpr std::uint16_t kVideoPid = 0x100;
inline constexpr std::uint16_t kAudioPid = 0x101;

inline ByteVector joined(std::initializer_list<ByteVector> parts) {
    ByteVector all;
    for (const ByteVector& part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

/// Elementary stream units with their start codes. Slices carry just the header bits that matter.
namespace h264 {
inline ByteVector unit(std::initializer_list<std::uint8_t> bytes) {
    return joined({{0, 0, 0, 1}, ByteVector(bytes)});
}

inline ByteVector aud() {
    return unit({0x09, 0xF0});
}

inline ByteVector sps() {
    return unit({0x67, 0x42, 0xC0, 0x1E, 0xDA, 0x02, 0x80});
}

inline ByteVector pps() {
    return unit({0x68, 0xCE, 0x3C, 0x80});
}

/// first_mb_in_slice 0, slice_type 7 (all I).
inline ByteVector idr() {
    return unit({0x65, 0x88, 0x84, 0x21});
}

inline ByteVector i_slice() {
    return unit({0x41, 0x88, 0x84, 0x21});
}

/// first_mb_in_slice 0, slice_type 5 (all P).
inline ByteVector p_slice() {
    return unit({0x41, 0x9A, 0x22, 0x33});
}

/// A filler message of type 5 (user data), then a recovery point (type 6, one byte).
inline ByteVector recovery_sei() {
    return unit({0x06, 0x05, 0x04, 0x11, 0x06, 0x01, 0x22, 0x06, 0x01, 0xC4, 0x80});
}

inline ByteVector plain_sei() {
    return unit({0x06, 0x05, 0x04, 0x11, 0x06, 0x01, 0x22, 0x80});
}

inline ByteVector key_frame() {
    return joined({aud(), sps(), pps(), idr()});
}

inline ByteVector p_frame() {
    return joined({aud(), p_slice()});
}
} // namespace h264

/// AAC, 48 kHz, stereo: a header that is right, and no sound in it. `size` is 7 or more.
inline ByteVector adts_frame(std::size_t size) {
    ByteVector frame(size, 0x55);
    const ByteVector header{0xFF, 0xF1, 0x4C, static_cast<std::uint8_t>(0x80 | size >> 11),
        static_cast<std::uint8_t>(size >> 3), static_cast<std::uint8_t>((size & 7) << 5 | 0x1F),
        0xFC};
    std::ranges::copy(header, frame.begin());
    return frame;
}

struct PesOptions {
    std::uint8_t stream_id = 0xE0;
    std::optional<std::int64_t> pts{};
    std::optional<std::int64_t> dts{};
    std::optional<std::int64_t> pcr{}; ///< 27 MHz, in the first packet
    bool random_access = false;
    bool discontinuity = false;
    std::size_t first_payload = 184; ///< at most so many bytes of it in the first packet
};

/// Appends packets with right counters per PID.
class TsBuilder {
public:
    [[nodiscard]] const ByteVector& bytes() const noexcept { return bytes_; }

    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

    void clear() { bytes_.clear(); }

    /// The counter the next payload packet of `pid` gets.
    void set_counter(std::uint16_t pid, std::uint8_t counter) { counters_[pid] = counter & 0x0F; }

    TsBuilder& raw(ts::Bytes packet) {
        bytes_.insert(bytes_.end(), packet.begin(), packet.end());
        return *this;
    }

    TsBuilder& section(std::uint16_t pid, ts::Bytes section_bytes) {
        const std::size_t count =
            ts::append_section_packets(pid, section_bytes, counters_[pid], bytes_);
        counters_[pid] = static_cast<std::uint8_t>((counters_[pid] + count) & 0x0F);
        return *this;
    }

    TsBuilder& pat(std::uint8_t version = 0, std::uint16_t pmt_pid = kPmtPid) {
        return section(ts::kPatPid, ts::write_pat({.transport_stream_id = 1,
                                        .version = version,
                                        .programs = {{.number = 1, .pid = pmt_pid}}}));
    }

    TsBuilder& pmt(std::vector<ts::ElementaryStream> streams, std::uint8_t version = 0,
        std::uint16_t pmt_pid = kPmtPid) {
        const std::uint16_t pcr_pid = streams.empty() ? ts::kNullPid : streams.front().pid;
        return section(pmt_pid, ts::write_pmt({.program_number = 1,
                                    .version = version,
                                    .pcr_pid = pcr_pid,
                                    .descriptors = {},
                                    .streams = std::move(streams)}));
    }

    /// PAT and PMT of H.264 video with AAC audio.
    TsBuilder& tables(std::uint8_t video_type = 0x1B) {
        return pat().pmt({stream(kVideoPid, video_type), stream(kAudioPid, 0x0F)});
    }

    TsBuilder& radio_tables() { return pat().pmt({stream(kAudioPid, 0x0F)}); }

    static ts::ElementaryStream stream(std::uint16_t pid, std::uint8_t type) {
        ts::ElementaryStream result;
        result.pid = pid;
        result.stream_type = type;
        return result;
    }

    TsBuilder& pes(std::uint16_t pid, const ByteVector& payload, const PesOptions& options = {}) {
        ByteVector pes = pes_header(options);
        pes.insert(pes.end(), payload.begin(), payload.end());
        ts::Bytes rest = pes;
        bool first = true;
        while (!rest.empty()) {
            ByteVector adaptation;
            if (first && (options.pcr || options.random_access || options.discontinuity)) {
                adaptation = adaptation_of(options);
            }
            const std::size_t limit = first ? options.first_payload : 184;
            rest = rest.subspan(packet(pid, first, adaptation, rest, limit));
            first = false;
        }
        return *this;
    }

    TsBuilder& video(const ByteVector& units, std::int64_t pts, bool random_access = false) {
        PesOptions options;
        options.pts = pts;
        options.random_access = random_access;
        options.pcr = pts * 300;
        return pes(kVideoPid, units, options);
    }

    TsBuilder& audio(std::int64_t pts, std::size_t size = 100) {
        PesOptions options;
        options.stream_id = 0xC0;
        options.pts = pts;
        return pes(kAudioPid, adts_frame(size), options);
    }

    TsBuilder& null() { return raw(ts::null_packet()); }

    static ByteVector pes_header(const PesOptions& options) {
        ByteVector header{0, 0, 1, options.stream_id, 0, 0, 0x80, 0, 0};
        const auto put = [&](std::uint8_t prefix, std::int64_t time) {
            header.push_back(static_cast<std::uint8_t>(prefix << 4 | (time >> 30 & 7) << 1 | 1));
            header.push_back(static_cast<std::uint8_t>(time >> 22));
            header.push_back(static_cast<std::uint8_t>((time >> 15 & 0x7F) << 1 | 1));
            header.push_back(static_cast<std::uint8_t>(time >> 7));
            header.push_back(static_cast<std::uint8_t>((time & 0x7F) << 1 | 1));
        };
        if (options.pts) {
            header[7] = options.dts ? 0xC0 : 0x80;
            put(options.dts ? 3 : 2, *options.pts);
            if (options.dts) {
                put(1, *options.dts);
            }
            header[8] = static_cast<std::uint8_t>(header.size() - 9);
        }
        return header;
    }

private:
    static ByteVector adaptation_of(const PesOptions& options) {
        ByteVector field{static_cast<std::uint8_t>((options.discontinuity ? 0x80 : 0) |
                                                   (options.random_access ? 0x40 : 0) |
                                                   (options.pcr ? 0x10 : 0))};
        if (options.pcr) {
            const std::int64_t base = *options.pcr / 300;
            const std::int64_t extension = *options.pcr % 300;
            field.push_back(static_cast<std::uint8_t>(base >> 25));
            field.push_back(static_cast<std::uint8_t>(base >> 17));
            field.push_back(static_cast<std::uint8_t>(base >> 9));
            field.push_back(static_cast<std::uint8_t>(base >> 1));
            field.push_back(static_cast<std::uint8_t>((base & 1) << 7 | 0x7E | extension >> 8));
            field.push_back(static_cast<std::uint8_t>(extension));
        }
        return field;
    }

    /// One packet; returns how much payload it took.
    std::size_t packet(std::uint16_t pid, bool start, ByteVector adaptation, ts::Bytes payload,
        std::size_t limit) {
        const std::size_t overhead = adaptation.empty() ? 0 : adaptation.size() + 1;
        const std::size_t size = std::min({payload.size(), limit, 184 - overhead});
        const std::size_t stuffing = 184 - overhead - size;
        bool with_field = overhead > 0;
        if (stuffing > 0 && !with_field) {
            with_field = true;
            adaptation.assign(stuffing - 1, 0xFF);
            if (!adaptation.empty()) {
                adaptation[0] = 0;
            }
        } else {
            adaptation.insert(adaptation.end(), stuffing, 0xFF);
        }
        std::uint8_t& counter = counters_[pid];
        bytes_.push_back(ts::kSyncByte);
        bytes_.push_back(static_cast<std::uint8_t>((start ? 0x40 : 0) | pid >> 8));
        bytes_.push_back(static_cast<std::uint8_t>(pid));
        bytes_.push_back(static_cast<std::uint8_t>((with_field ? 0x30 : 0x10) | counter));
        counter = (counter + 1) & 0x0F;
        if (with_field) {
            bytes_.push_back(static_cast<std::uint8_t>(adaptation.size()));
            bytes_.insert(bytes_.end(), adaptation.begin(), adaptation.end());
        }
        bytes_.insert(
            bytes_.end(), payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size));
        return size;
    }

    ByteVector bytes_;
    std::map<std::uint16_t, std::uint8_t> counters_;
};

} // namespace plex_tuner::testing
