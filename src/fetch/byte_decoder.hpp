// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace plex_tuner::fetch {

/// Where decoded bytes go. An error stops the decoder that called.
class ByteSink {
public:
    virtual ~ByteSink() = default;
    [[nodiscard]] virtual Result<void> put(std::string_view bytes) = 0;
};

/// One push decoder of a compressed stream. Pure; any chunking of the input gives the same output.
class ByteDecoder {
public:
    virtual ~ByteDecoder() = default;
    /// Output leaves in pieces of at most kDecodePiece bytes, so a bomb can be stopped by the sink.
    [[nodiscard]] virtual Result<void> feed(std::string_view in, ByteSink& sink) = 0;
    /// End of input: a stream that is not complete is a parse error.
    [[nodiscard]] virtual Result<void> finish(ByteSink& sink) = 0;
};

inline constexpr std::size_t kDecodePiece = 64 * 1024;

/// gzip (RFC 1952) with any number of members. Bytes behind the last member that start no other
/// member are ignored, as gzip(1) does: they are padding.
[[nodiscard]] std::unique_ptr<ByteDecoder> make_gzip_decoder();
/// The "deflate" content coding: zlib (RFC 1950), or the bare deflate that some servers send.
[[nodiscard]] std::unique_ptr<ByteDecoder> make_deflate_decoder();
/// xz, several concatenated streams allowed.
[[nodiscard]] std::unique_ptr<ByteDecoder> make_xz_decoder();
/// Brotli (RFC 7932).
[[nodiscard]] std::unique_ptr<ByteDecoder> make_brotli_decoder();

} // namespace plex_tuner::fetch
