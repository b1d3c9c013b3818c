// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stream_unit.hpp"

#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/ts/codec.hpp>
#include <plex_tuner/ts/picture_scanner.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace plex_tuner::ts {

/// What the first picture of a whole unit with a header is.
[[nodiscard]] PictureKind picture_of(const StreamUnit& unit, Codec codec);

/// Finds the first key frame of a stream and hashes it: FNV-1a over its elementary stream, from
/// units that are whole or come in parts.
class KeyFrameHasher {
public:
    void feed(const StreamUnit& unit, Codec codec);
    /// The unit fed last was whole: nothing of it is still to come.
    void unit_ends() noexcept;

    /// It has shown itself; its end may still be to come.
    [[nodiscard]] bool has_begun() const noexcept {
        return collecting_ && kind_ == PictureKind::key_frame;
    }

    /// None until it has ended, or the unit after it has begun.
    [[nodiscard]] const std::optional<std::uint64_t>& hash() const noexcept { return hash_; }

private:
    PictureScanner scanner_;
    PictureKind kind_ = PictureKind::undecided;
    bool collecting_ = false;
    Fnv1a collected_;
    std::size_t skip_ = 0; ///< bytes of the header that are still to come
    std::optional<std::uint64_t> hash_;
};

} // namespace plex_tuner::ts
