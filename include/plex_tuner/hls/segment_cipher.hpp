// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/hls/playlist.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::hls {

/// A key of METHOD=AES-128 or an initialisation vector: 128 bits.
using CipherBlock = std::array<std::uint8_t, 16>;

/// Whether we can decrypt what this key protects: AES-128 with a key that is a plain file.
/// `unsupported` with the name of the method or key system otherwise, `parse` without a URI.
[[nodiscard]] Result<void> check_decryptable(const Key& key);

/// The initialisation vector of a segment (RFC 8216 section 5.2): the one the key names, else its
/// media sequence number as a big-endian number.
[[nodiscard]] CipherBlock initialisation_vector(const Key& key, std::uint64_t sequence) noexcept;

/// Decrypts one segment, or one byte range of a file, of METHOD=AES-128: AES-128 in CBC mode with
/// PKCS #7 padding (RFC 5652 section 6.3) at its end. Takes any chunking and gives out all but the
/// last block at once. Not thread-safe.
class SegmentCipher {
public:
    SegmentCipher(const CipherBlock& key, const CipherBlock& iv);
    ~SegmentCipher();
    SegmentCipher(SegmentCipher&&) noexcept;
    SegmentCipher& operator=(SegmentCipher&&) noexcept;

    /// What can be decrypted with these bytes too.
    [[nodiscard]] std::string feed(std::string_view encrypted);

    /// The end: the last block without its padding. A block that is not padded is given out whole,
    /// as some encoders leave the padding away. `parse` when a part of a block is missing.
    [[nodiscard]] Result<std::string> finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace plex_tuner::hls
