// SPDX-License-Identifier: GPL-3.0-or-later
// What servers do to bodies before they send them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <brotli/encode.h>
#include <lzma.h>
#include <zlib.h>

namespace plex_tuner::fetch::testing {

/// window 31: gzip, 15: zlib, -15: bare deflate.
inline std::string deflated(std::string_view text, int window = 31) {
    z_stream stream{};
    deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

inline std::string gzipped(std::string_view text) {
    return deflated(text);
}

inline std::string xz_compressed(std::string_view text) {
    std::string out(lzma_stream_buffer_bound(text.size()), '\0');
    std::size_t size = 0;
    lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, nullptr,
        reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
        reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size());
    out.resize(size);
    return out;
}

inline std::string brotli_compressed(std::string_view text) {
    std::size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 64;
    std::string out(size, '\0');
    BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, text.size(),
        reinterpret_cast<const std::uint8_t*>(text.data()), &size,
        reinterpret_cast<std::uint8_t*>(out.data()));
    out.resize(size);
    return out;
}

/// Text that compresses like a guide does, not to nothing.
inline std::string guide_like(std::size_t size) {
    std::string text;
    text.reserve(size + 128);
    std::uint64_t state = 88172645463325252ULL;
    while (text.size() < size) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.append("<programme start=\"").append(std::to_string(state));
        text.append("\" channel=\"").append(std::to_string(state % 500)).append("\"/>\n");
    }
    text.resize(size);
    return text;
}

} // namespace plex_tuner::fetch::testing
