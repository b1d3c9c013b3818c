// SPDX-License-Identifier: GPL-3.0-or-later
// The decompressor gives the same output, or the same refusal, in any chunking, and never more than
// its limit. Input: one byte for the chunk size, then the stream.
#include <plex_tuner/fetch/compressed_file.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr std::uint64_t kMaxOutput = 1024 * 1024;

bool drain(plex_tuner::fetch::Decompressor& decompressor, std::string& out) {
    do {
        const auto bytes = decompressor.next();
        if (!bytes) {
            return false;
        }
        if (bytes->size() > plex_tuner::fetch::Decompressor::kMaxPiece) {
            std::abort();
        }
        out.append(*bytes);
    } while (!decompressor.wants_input() && !decompressor.ended());
    return true;
}

bool decode(std::string_view in, std::size_t chunk, std::string& out) {
    plex_tuner::fetch::Decompressor decompressor(kMaxOutput);
    for (; !in.empty(); in.remove_prefix(std::min(chunk, in.size()))) {
        decompressor.feed(in.substr(0, chunk));
        if (!drain(decompressor, out)) {
            return false;
        }
    }
    decompressor.end();
    return drain(decompressor, out);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view in(reinterpret_cast<const char*>(data + 1), size - 1);
    std::string whole;
    std::string pieces;
    const bool whole_ok = decode(in, in.size() + 1, whole);
    const bool pieces_ok = decode(in, data[0] + std::size_t{1}, pieces);
    if (whole_ok != pieces_ok || (whole_ok && whole != pieces) || whole.size() > kMaxOutput ||
        pieces.size() > kMaxOutput) {
        std::abort();
    }
    return 0;
}
