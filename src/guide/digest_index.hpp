// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::guide {

/// Which content of a source something was made of: another file, or the same one written anew,
/// differs.
struct SourceStamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t bytes = 0;
    std::uint64_t modified = 0; ///< nanoseconds since 1970

    [[nodiscard]] static Result<SourceStamp> of(const std::filesystem::path& source);

    friend bool operator==(const SourceStamp&, const SourceStamp&) = default;
};

/// Where things stand in the text of a digest.
struct DigestIndex {
    /// The programmes of one channel id, one behind the other.
    struct Channel {
        std::string id;
        std::uint64_t begin = 0;
        std::uint64_t bytes = 0;
        std::uint64_t programmes = 0;

        friend bool operator==(const Channel&, const Channel&) = default;
    };

    SourceStamp stamp;
    std::string mended;            ///< the fault in the source's markup; empty mostly
    std::uint64_t head_bytes = 0;  ///< of all but programmes, at the begin, without the last tag
    std::vector<Channel> channels; ///< in the order in which they turn up in the source
    /// Why there is no text: nobody need try again while the source is the same.
    std::string refused;

    friend bool operator==(const DigestIndex&, const DigestIndex&) = default;
};

/// For a file of this machine: numbers are of its byte order.
[[nodiscard]] std::string encode(const DigestIndex& index);

/// nullopt: these are not the bytes of an index, or one that refers to more than `text_bytes`.
[[nodiscard]] std::optional<DigestIndex> decode_index(
    std::string_view bytes, std::uint64_t text_bytes);

} // namespace plex_tuner::guide
