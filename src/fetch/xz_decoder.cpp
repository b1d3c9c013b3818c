// SPDX-License-Identifier: GPL-3.0-or-later
#include "byte_decoder.hpp"

#include <cstdint>
#include <new>
#include <string>

#include <lzma.h>

namespace plex_tuner::fetch {

namespace {

/// xz -9 needs 65 MiB to decode; a stream that asks for more asks for too much.
constexpr std::uint64_t kXzMemoryLimit = 128ULL * 1024 * 1024;

class XzDecoder final : public ByteDecoder {
public:
    XzDecoder() {
        if (lzma_stream_decoder(&stream_, kXzMemoryLimit, LZMA_CONCATENATED) != LZMA_OK) {
            throw std::bad_alloc();
        }
    }

    ~XzDecoder() override { lzma_end(&stream_); }

    XzDecoder(const XzDecoder&) = delete;
    XzDecoder& operator=(const XzDecoder&) = delete;

    Result<std::size_t> decode(std::string_view& in, std::span<char> out) override {
        fed_ = fed_ || !in.empty();
        std::size_t made = 0;
        // liblzma may stop between two streams with input and room left.
        do {
            stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
            stream_.avail_in = in.size();
            stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data() + made);
            stream_.avail_out = out.size() - made;
            const lzma_ret status = lzma_code(&stream_, LZMA_RUN);
            in.remove_prefix(in.size() - stream_.avail_in);
            made = out.size() - stream_.avail_out;
            // LZMA_BUF_ERROR: nothing to do with an empty input.
            if (status != LZMA_OK && status != LZMA_BUF_ERROR) {
                return fail(error_of(status));
            }
        } while (!in.empty() && made < out.size());
        return made;
    }

    Result<void> finish() override {
        if (!fed_) {
            return {};
        }
        std::uint8_t unused = 0;
        stream_.next_in = nullptr;
        stream_.avail_in = 0;
        stream_.next_out = &unused;
        stream_.avail_out = 1;
        lzma_ret status = LZMA_OK;
        while (status == LZMA_OK && stream_.avail_out == 1) {
            status = lzma_code(&stream_, LZMA_FINISH);
        }
        if (status == LZMA_STREAM_END) {
            return {};
        }
        if (status == LZMA_OK || status == LZMA_BUF_ERROR) {
            return fail(ErrorCode::parse, "the xz data ends in the middle");
        }
        return fail(error_of(status));
    }

private:
    [[nodiscard]] static Error error_of(lzma_ret status) {
        switch (status) {
        case LZMA_MEM_ERROR:
            throw std::bad_alloc();
        case LZMA_MEMLIMIT_ERROR:
            return {ErrorCode::too_large, "the xz data needs more than 128 MiB to decode"};
        default:
            return {ErrorCode::parse, "the xz data is damaged"};
        }
    }

    lzma_stream stream_ = LZMA_STREAM_INIT;
    bool fed_ = false;
};

} // namespace

std::unique_ptr<ByteDecoder> make_xz_decoder() {
    return std::make_unique<XzDecoder>();
}

} // namespace plex_tuner::fetch
