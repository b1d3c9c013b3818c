// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "slab.hpp"

#include <plex_tuner/ts/stream_scanner.hpp>

#include <cstddef>
#include <deque>
#include <limits>
#include <memory>
#include <span>

namespace plex_tuner::gateway {

/// The newest part of a channel's output. Bounded by bytes of packets, and trimmed to what viewers
/// still need, so that a channel whose viewers keep up holds little more than one group of
/// pictures. Confined to the session's strand.
class Ring {
public:
    explicit Ring(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    /// `slab` must begin at end(). The oldest slabs beyond `max_bytes` are dropped; the newest one
    /// always stays.
    void push(SlabPtr slab);

    /// The newest place where a viewer may start; null when none is known or it left the ring.
    [[nodiscard]] std::shared_ptr<const ts::AccessPoint> access_point() const noexcept;
    /// The point may lie anywhere in the ring. One older than the known one is ignored.
    void mark(ts::AccessPoint point);

    /// Drops every slab that lies wholly before `needed`.
    void trim(StreamPosition needed);

    [[nodiscard]] StreamPosition begin() const noexcept;

    [[nodiscard]] StreamPosition end() const noexcept { return end_; }

    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

    /// Fills `out` with the slabs from the one that holds `position` on, up to the one with which
    /// they are `max_bytes`; returns how many. None when position is end(). `position` must not be
    /// below begin().
    [[nodiscard]] std::size_t slabs_from(StreamPosition position, std::span<SlabPtr> out,
        std::size_t max_bytes = std::numeric_limits<std::size_t>::max()) const;

private:
    [[nodiscard]] std::size_t index_of(StreamPosition position) const noexcept;
    void drop_oldest() noexcept;

    std::size_t max_bytes_;
    std::size_t bytes_ = 0;
    StreamPosition end_ = 0;
    std::deque<SlabPtr> slabs_;
    std::shared_ptr<const ts::AccessPoint> access_point_;
};

} // namespace plex_tuner::gateway
