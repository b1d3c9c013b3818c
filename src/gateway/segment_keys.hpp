// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "request_factory.hpp"

#include <plex_tuner/hls/segment_cipher.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plex_tuner::gateway {

/// The keys of one HLS source: each is fetched once per address, with what goes with requests for
/// segments. Keys never appear in logs or errors. Confined to the session's strand.
class SegmentKeys {
public:
    /// Kept at most; rotation may bring a new one with every segment, and the oldest goes.
    static constexpr std::size_t kMaxKeys = 32;

    SegmentKeys(Attempt& attempt, const RequestFactory& requests);

    /// What decrypts a resource that `key` (may be null: not encrypted) protects. `playlist` is the
    /// address relative ones resolve against. Without a `sequence` (initialisation sections) the
    /// key must name its vector, RFC 8216 section 4.3.2.5. `unsupported` for other methods.
    [[nodiscard]] asio::awaitable<Result<std::optional<hls::SegmentCipher>>> cipher(
        const hls::Key* key, std::optional<std::uint64_t> sequence, const Url& playlist);

    /// What `key` decrypted was no stream: it is fetched again when it is asked for again.
    void forget(const hls::Key& key, const Url& playlist);

private:
    [[nodiscard]] asio::awaitable<Result<hls::CipherBlock>> fetch(Url url);

    Attempt& attempt_;
    const RequestFactory& requests_;
    std::vector<std::pair<std::string, hls::CipherBlock>> keys_; ///< by address, oldest first
};

/// The key that the body of an answer is: exactly 16 bytes. Errors name what it is instead, a web
/// page above all.
[[nodiscard]] Result<hls::CipherBlock> key_of_body(std::string_view body, int status);

} // namespace plex_tuner::gateway
