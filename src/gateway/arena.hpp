// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet_run.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace plex_tuner::gateway {

/// Memory for packets that come in small parts: many share one allocation. Confined to a strand;
/// what was copied may be read elsewhere meanwhile.
class Arena {
public:
    Arena() = default;

    explicit Arena(std::size_t bytes)
        : memory_(std::make_shared_for_overwrite<std::uint8_t[]>(bytes)),
          free_(memory_.get(), bytes) {}

    [[nodiscard]] std::span<std::uint8_t> free() const noexcept { return free_; }

    /// No more than is free.
    [[nodiscard]] ts::PacketRun copy(ts::Bytes packets) {
        std::ranges::copy(packets, free_.begin());
        const ts::PacketRun run{.packets = free_.first(packets.size()), .memory = memory_};
        free_ = free_.subspan(packets.size());
        return run;
    }

private:
    std::shared_ptr<std::uint8_t[]> memory_;
    std::span<std::uint8_t> free_;
};

} // namespace plex_tuner::gateway
