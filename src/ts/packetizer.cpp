// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/packetizer.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace plex_tuner::ts {
namespace {

/// Plain, M2TS with 4 bytes of time stamp in front, and with 16 bytes of parity behind.
constexpr std::array<std::size_t, 3> kStrides{188, 192, 204};
/// Sync bytes that must follow the first one: fewer would take payload for sync now and then.
constexpr std::size_t kConfirmations = 4;
/// More than any decision needs to look ahead, so a stitched tail can always be worked off.
constexpr std::size_t kStitch = 1024;
static_assert(kStitch > kConfirmations * kStrides.back());

} // namespace

Packetizer::Packetizer(std::size_t give_up_after) : give_up_after_(give_up_after) {}

void Packetizer::restart() noexcept {
    stride_ = 0;
    last_stride_ = 0;
    searched_ = 0;
    ever_synced_ = false;
    carry_.clear();
    carry_old_ = 0;
    carry_position_ = 0;
    input_ = {};
    input_position_ = 0;
}

void Packetizer::begin(Bytes bytes, bool finishing) {
    input_ = bytes;
    input_position_ = 0;
    finishing_ = finishing;
    carry_position_ = 0;
    carry_old_ = carry_.size();
    if (carry_old_ > 0) {
        const Bytes head = bytes.first(std::min(bytes.size(), kStitch));
        carry_.insert(carry_.end(), head.begin(), head.end());
    }
}

Bytes Packetizer::next() {
    if (carry_old_ > 0) {
        const Bytes run = scan(carry_, carry_position_, carry_old_);
        if (!run.empty()) {
            return run;
        }
        if (carry_position_ < carry_old_) {
            // The whole input is in carry_ and is not enough to decide.
            if (finishing_) {
                drop(carry_.size() - carry_position_);
                carry_.clear();
            } else {
                carry_.erase(
                    carry_.begin(), carry_.begin() + static_cast<std::ptrdiff_t>(carry_position_));
            }
            return {};
        }
        input_position_ = carry_position_ - carry_old_;
        carry_.clear();
        carry_old_ = 0;
    }
    const Bytes run = scan(input_, input_position_, std::numeric_limits<std::size_t>::max());
    if (run.empty()) {
        const Bytes rest = input_.subspan(std::min(input_position_, input_.size()));
        carry_.assign(rest.begin(), rest.end());
    }
    return run;
}

/// The next run of packets that begin in [position, stop_at). Empty: position has reached stop_at,
/// or what follows it does not suffice to decide.
Bytes Packetizer::scan(Bytes data, std::size_t& position, std::size_t stop_at) {
    while (position < stop_at && position < data.size()) {
        if (stride_ == 0) {
            if (!search(data, position)) {
                return {};
            }
            continue;
        }
        const std::size_t begin = position;
        std::size_t count = 0;
        bool lost = false;
        while (position < stop_at && position < data.size()) {
            const std::size_t following = position + stride_;
            if (following < data.size()) {
                if (data[following] != kSyncByte) {
                    lost = true;
                    break;
                }
                position = following;
            } else if (finishing_ && position + kPacketSize <= data.size()) {
                position = data.size();
            } else {
                break;
            }
            ++count;
        }
        if (lost) {
            ++counters_.sync_losses;
            last_stride_ = stride_;
        }
        const std::size_t stride = stride_;
        if (lost) {
            stride_ = 0;
            drop(1);
            ++position;
        }
        if (count > 0) {
            counters_.packets += count;
            return stride == kPacketSize ? data.subspan(begin, count * kPacketSize)
                                         : strip(data.subspan(begin), stride, count);
        }
        if (!lost) {
            return {};
        }
    }
    return {};
}

/// Moves position to the next aligned sync byte; false when the data ends before that is certain.
bool Packetizer::search(Bytes data, std::size_t& position) {
    while (position < data.size()) {
        const void* hit = std::memchr(data.data() + position, kSyncByte, data.size() - position);
        const std::size_t at =
            hit == nullptr
                ? data.size()
                : static_cast<std::size_t>(static_cast<const std::uint8_t*>(hit) - data.data());
        drop(at - position);
        position = at;
        if (hit == nullptr) {
            return false;
        }
        std::array<std::size_t, kStrides.size() + 1> order{last_stride_};
        std::ranges::copy(kStrides, order.begin() + 1);
        for (const std::size_t stride : order) {
            const Verdict verdict = stride == 0 ? Verdict::no : aligned(data, position, stride);
            if (verdict == Verdict::unknown) {
                return false;
            }
            if (verdict == Verdict::yes) {
                stride_ = stride;
                ever_synced_ = true;
                return true;
            }
        }
        drop(1);
        ++position;
    }
    return false;
}

Packetizer::Verdict Packetizer::aligned(
    Bytes data, std::size_t position, std::size_t stride) const noexcept {
    for (std::size_t i = 1; i <= kConfirmations; ++i) {
        const std::size_t at = position + i * stride;
        if (at >= data.size()) {
            if (!finishing_) {
                return Verdict::unknown;
            }
            // A short piece: one confirmation, or exactly one packet, has to do.
            const std::size_t end = position + kPacketSize;
            return end <= data.size() && (i > 1 || end == data.size()) ? Verdict::yes : Verdict::no;
        }
        if (data[at] != kSyncByte) {
            return Verdict::no;
        }
    }
    return Verdict::yes;
}

Bytes Packetizer::strip(Bytes data, std::size_t stride, std::size_t count) {
    stripped_.resize(count * kPacketSize);
    for (std::size_t i = 0; i < count; ++i) {
        std::memcpy(stripped_.data() + i * kPacketSize, data.data() + i * stride, kPacketSize);
    }
    return stripped_;
}

void Packetizer::drop(std::size_t bytes) noexcept {
    counters_.dropped_bytes += bytes;
    searched_ += ever_synced_ ? 0 : bytes;
}

} // namespace plex_tuner::ts
