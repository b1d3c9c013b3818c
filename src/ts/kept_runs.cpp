// SPDX-License-Identifier: GPL-3.0-or-later
#include "kept_runs.hpp"

#include <utility>

namespace plex_tuner::ts {

namespace {

/// Less than this part of what was fed is little.
constexpr std::size_t kLeastShare = 8;

} // namespace

void KeptRuns::append(std::span<std::uint8_t> packets, const PacketMemory& memory) {
    size_ += packets.size();
    if (runs_.size() > left_) {
        std::span<std::uint8_t>& last = runs_.back().packets;
        if (last.data() + last.size() == packets.data() && runs_.back().memory == memory) {
            last = {last.data(), last.size() + packets.size()};
            return;
        }
    }
    runs_.push_back({.packets = packets, .memory = memory});
}

void KeptRuns::leave(const PacketRun& fed) {
    std::size_t bytes = 0;
    for (const PacketRun& run : std::span(runs_).subspan(left_)) {
        bytes += run.packets.size();
    }
    if (bytes > 0) {
        const bool is_little = bytes < fed.packets.size() / kLeastShare;
        if (is_little) {
            move_out(left_);
        }
        kept_ += is_little ? bytes : fed.packets.size();
    }
    left_ = runs_.size();
}

void KeptRuns::let_go() {
    if (left_ == runs_.size() && kept_ / 2 > size_) {
        move_out(0);
        left_ = runs_.size();
        kept_ = size_;
    }
}

void KeptRuns::clear() noexcept {
    runs_.clear();
    size_ = 0;
    left_ = 0;
    kept_ = 0;
}

void KeptRuns::move_out(std::size_t from) {
    std::vector<std::uint8_t> moved;
    for (const PacketRun& run : std::span(runs_).subspan(from)) {
        moved.insert(moved.end(), run.packets.begin(), run.packets.end());
    }
    runs_.resize(from);
    runs_.push_back(keep_packets(std::move(moved)));
}

} // namespace plex_tuner::ts
