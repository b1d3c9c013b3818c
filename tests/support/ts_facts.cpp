// SPDX-License-Identifier: GPL-3.0-or-later
#include "ts_facts.hpp"

#include <map>
#include <string>

namespace plex_tuner::testing {

namespace {

constexpr std::size_t kPacket = 188;

std::uint8_t at(std::string_view bytes, std::size_t index) {
    return static_cast<std::uint8_t>(bytes[index]);
}

std::uint16_t pid_at(std::string_view bytes, std::size_t index) {
    return static_cast<std::uint16_t>((at(bytes, index) & 0x1F) << 8 | at(bytes, index + 1));
}

std::string_view payload_of(std::string_view packet) {
    const int control = at(packet, 3) >> 4 & 3;
    if ((control & 1) == 0) {
        return {};
    }
    const std::size_t begin = control == 3 ? std::size_t{5} + at(packet, 4) : 4;
    return begin < kPacket ? packet.substr(begin) : std::string_view();
}

/// Sequence header, or SPS and IDR: found by start codes in the elementary stream.
bool has_key_frame(std::string_view video) {
    bool sps = false;
    for (std::size_t i = 0; i + 3 < video.size(); ++i) {
        if (video[i] != 0 || video[i + 1] != 0 || video[i + 2] != 1) {
            continue;
        }
        const int code = at(video, i + 3);
        if (code == 0xB3) {
            return true;
        }
        sps = sps || (code & 0x1F) == 7;
        if (sps && (code & 0x9F) == 5) {
            return true;
        }
    }
    return false;
}

} // namespace

TsFacts inspect_ts(std::string_view bytes) {
    TsFacts facts;

    struct Pid {
        int counter = -1;
        bool repeated = false;
    };

    std::map<std::uint16_t, Pid> pids;
    std::string first_video;
    int video_units = 0;
    for (std::size_t offset = 0; offset + kPacket <= bytes.size(); offset += kPacket) {
        const std::string_view packet = bytes.substr(offset, kPacket);
        if (at(packet, 0) != 0x47) {
            facts.aligned = false;
            return facts;
        }
        ++facts.packets;
        const std::uint16_t pid = pid_at(packet, 1);
        if (facts.first_pids.size() < 16) {
            facts.first_pids.push_back(pid);
        }
        if (pid == 0x1FFF) {
            continue;
        }
        const int control = at(packet, 3) >> 4 & 3;
        const bool payload = (control & 1) != 0;
        const bool discontinuity =
            (control & 2) != 0 && at(packet, 4) > 0 && (at(packet, 5) & 0x80) != 0;
        facts.discontinuities += discontinuity ? 1 : 0;
        const int counter = at(packet, 3) & 0xF;
        Pid& state = pids[pid];
        if (state.counter >= 0 && !discontinuity) {
            const int expected = payload ? (state.counter + 1) & 0xF : state.counter;
            const bool duplicate = payload && counter == state.counter && !state.repeated;
            if (counter != expected && !duplicate) {
                ++facts.continuity_errors;
            }
            state.repeated = duplicate && counter != expected;
        }
        state.counter = counter;

        const bool start = (at(packet, 1) & 0x40) != 0;
        const std::string_view data = payload_of(packet);
        if (pid == 0 && start && data.size() > 13 && facts.pmt_pid == 0) {
            facts.pmt_pid = pid_at(data, 11);
        } else if (pid == facts.pmt_pid && pid != 0 && start && facts.video_pid == 0 &&
                   data.size() > 13) {
            // Sections of our media fit one packet.
            const std::size_t length =
                static_cast<std::size_t>((at(data, 2) & 0xF) << 8 | at(data, 3));
            const std::size_t end = std::min(data.size(), 4 + length) - 4;
            std::size_t i = 13 + (static_cast<std::size_t>(at(data, 11) & 0xF) << 8 | at(data, 12));
            for (; i + 5 <= end;
                i += 5 + (static_cast<std::size_t>(at(data, i + 3) & 0xF) << 8 | at(data, i + 4))) {
                const int type = at(data, i);
                if (type == 0x1B || type == 0x02 || type == 0x24) {
                    facts.video_pid = pid_at(data, i + 1);
                    break;
                }
            }
        } else if (pid == facts.video_pid && pid != 0) {
            video_units += start ? 1 : 0;
            if (video_units == 0) {
                video_units = 2; // video began in the middle of a picture
            } else if (video_units == 1) {
                first_video += data;
            }
        }
    }
    facts.begins_with_key_frame = has_key_frame(first_video);
    return facts;
}

} // namespace plex_tuner::testing
