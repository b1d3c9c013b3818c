// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stream_unit.hpp"

#include <plex_tuner/ts/codec.hpp>
#include <plex_tuner/ts/picture_scanner.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace plex_tuner::ts {

/// Closed at a seam, it opens with the first unit from which decoding can begin, and then lets
/// everything pass but the pictures that are shown before that one: they refer to pictures from
/// before the seam. When none comes, less is taken. Pure; not thread-safe.
class JoinGate {
public:
    void close() noexcept;

    [[nodiscard]] bool is_open() const noexcept { return open_; }

    void settle_for_anything() noexcept { settle_ = true; }

    /// Whether the unit passes. `is_main`: of the stream that decoding goes by.
    [[nodiscard]] bool admit(const StreamUnit& unit, Codec codec, bool is_main);

private:
    [[nodiscard]] bool opens(const StreamUnit& unit, Codec codec, bool is_main);

    bool open_ = true;
    bool settle_ = false;
    std::size_t waited_bytes_ = 0;
    std::optional<std::int64_t> sound_since_; ///< decoding time of the first sound refused
    std::optional<std::int64_t> leads_to_;    ///< presentation time of the unit that opened
};

} // namespace plex_tuner::ts
