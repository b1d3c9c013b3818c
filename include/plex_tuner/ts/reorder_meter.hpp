// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace plex_tuner::ts {

/// How many pictures come, at most, ahead of one that is shown before them: 0 without B pictures, 1
/// with plain ones, more where B pictures refer to each other. From the times at which pictures
/// are shown, in the order in which they come. Pure; not thread-safe.
class ReorderMeter {
public:
    /// No decoder holds more back.
    static constexpr std::size_t kMost = 16;

    /// `pts`: of the next picture; 90 kHz. Repetitions are passed over.
    void see(std::int64_t pts) noexcept;

    /// What comes has another clock.
    void new_clock() noexcept {
        size_ = 0;
        next_ = 0;
    }

    /// nullopt: too few pictures to tell.
    [[nodiscard]] std::optional<std::uint8_t> depth() const noexcept;

private:
    std::array<std::int64_t, kMost> last_{};
    std::size_t size_ = 0; ///< of last_
    std::size_t next_ = 0; ///< place in it
    std::uint64_t seen_ = 0;
    std::uint8_t depth_ = 0;
};

} // namespace plex_tuner::ts
