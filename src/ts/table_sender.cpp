// SPDX-License-Identifier: GPL-3.0-or-later
#include "table_sender.hpp"

#include <plex_tuner/ts/pes.hpp>

namespace plex_tuner::ts {

namespace {

/// PAT and PMT come at least so often, in media time and in bytes.
constexpr std::int64_t kTablesEvery = kTimestampHz / 10;
constexpr std::size_t kTablesEveryBytes = 256 * 1024;

[[nodiscard]] std::uint8_t counter_of(std::size_t packet) noexcept {
    return static_cast<std::uint8_t>(packet & 0x0F);
}

} // namespace

void TableSender::on_time(std::int64_t time) noexcept {
    const auto since = sent_ ? std::optional(timestamp_difference(time, *sent_)) : std::nullopt;
    if (!since || *since >= kTablesEvery || *since < 0) {
        due_ = true;
        sent_ = time;
    }
}

void TableSender::before_media(std::size_t bytes) {
    bytes_since_ += bytes;
    if (due_ || bytes_since_ >= kTablesEveryBytes) {
        send();
    }
}

void TableSender::send() {
    due_ = false;
    bytes_since_ = 0;
    packets_.clear();
    pat_packets_ += append_section_packets(kPatPid, map_.pat(), counter_of(pat_packets_), packets_);
    pmt_packets_ +=
        append_section_packets(map_.pmt_pid(), map_.pmt(), counter_of(pmt_packets_), packets_);
    sink_.packets(packets_);
}

} // namespace plex_tuner::ts
