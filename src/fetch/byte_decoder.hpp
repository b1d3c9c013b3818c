// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace plex_tuner::fetch {

/// One decoder of a compressed stream that makes only as much as there is room for, so that a few
/// bytes which stand for gigabytes are stopped by whoever asks. Pure; any chunking of the input and
/// any room give the same output.
class ByteDecoder {
public:
    virtual ~ByteDecoder() = default;
    /// Takes from the front of `in` and fills the front of `out`, which is not empty; returns how
    /// much. Less than `out` has room for means that all of `in` was taken and nothing more can be
    /// made of it; otherwise there may be more, with an empty `in` too.
    [[nodiscard]] virtual Result<std::size_t> decode(std::string_view& in, std::span<char> out) = 0;
    /// End of input, after decode() made less than it had room for: a stream that is not complete
    /// is a parse error.
    [[nodiscard]] virtual Result<void> finish() = 0;
};

/// What may follow the end of a stream. Tapes and careless servers pad; a body that goes on and on
/// is work without a result.
inline constexpr std::size_t kMaxTrailingBytes = std::size_t{1024} * 1024;

/// Drops what stands behind the end of a stream.
class TrailingBytes {
public:
    [[nodiscard]] Result<void> drop(std::string_view& in, std::string_view what);

private:
    std::size_t size_ = 0;
};

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
