// SPDX-License-Identifier: GPL-3.0-or-later
#include "byte_decoder.hpp"

#include <array>
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

    Result<void> feed(std::string_view in, ByteSink& sink) override {
        fed_ = fed_ || !in.empty();
        return run(in, LZMA_RUN, sink);
    }

    Result<void> finish(ByteSink& sink) override {
        return fed_ ? run({}, LZMA_FINISH, sink) : Result<void>{};
    }

private:
    Result<void> run(std::string_view in, lzma_action action, ByteSink& sink) {
        stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
        stream_.avail_in = in.size();
        for (;;) {
            stream_.next_out = out_.data();
            stream_.avail_out = out_.size();
            const lzma_ret status = lzma_code(&stream_, action);
            const std::size_t made = out_.size() - stream_.avail_out;
            if (made > 0) {
                if (auto put = sink.put({reinterpret_cast<const char*>(out_.data()), made}); !put) {
                    return put;
                }
            }
            switch (status) {
            case LZMA_OK:
                if (action == LZMA_RUN && stream_.avail_in == 0 && made < out_.size()) {
                    return {};
                }
                break;
            case LZMA_STREAM_END:
                return {};
            case LZMA_BUF_ERROR:
                if (action == LZMA_RUN) {
                    return {}; // nothing to do with an empty input
                }
                return fail(ErrorCode::parse, "the xz data ends in the middle");
            case LZMA_MEM_ERROR:
                throw std::bad_alloc();
            case LZMA_MEMLIMIT_ERROR:
                return fail(ErrorCode::too_large, "the xz data needs more than 128 MiB to decode");
            default:
                return fail(ErrorCode::parse, "the xz data is damaged");
            }
        }
    }

    lzma_stream stream_ = LZMA_STREAM_INIT;
    bool fed_ = false;
    std::array<std::uint8_t, kDecodePiece> out_;
};

} // namespace

std::unique_ptr<ByteDecoder> make_xz_decoder() {
    return std::make_unique<XzDecoder>();
}

} // namespace plex_tuner::fetch
