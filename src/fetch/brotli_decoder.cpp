// SPDX-License-Identifier: GPL-3.0-or-later
#include "byte_decoder.hpp"

#include <array>
#include <cstdint>
#include <new>
#include <string>

#include <brotli/decode.h>

namespace plex_tuner::fetch {

namespace {

struct BrotliDeleter {
    void operator()(BrotliDecoderState* state) const noexcept {
        BrotliDecoderDestroyInstance(state);
    }
};

class BrotliDecoder final : public ByteDecoder {
public:
    BrotliDecoder() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
        if (state_ == nullptr) {
            throw std::bad_alloc();
        }
    }

    Result<void> feed(std::string_view in, ByteSink& sink) override {
        fed_ = fed_ || !in.empty();
        const auto* next = reinterpret_cast<const std::uint8_t*>(in.data());
        std::size_t left = in.size();
        while (!ended_) {
            std::uint8_t* out = out_.data();
            std::size_t room = out_.size();
            const BrotliDecoderResult status =
                BrotliDecoderDecompressStream(state_.get(), &left, &next, &room, &out, nullptr);
            const std::size_t made = out_.size() - room;
            if (made > 0) {
                if (auto put = sink.put({reinterpret_cast<const char*>(out_.data()), made}); !put) {
                    return put;
                }
            }
            if (status == BROTLI_DECODER_RESULT_ERROR) {
                return fail(ErrorCode::parse, "the brotli data is damaged");
            }
            if (status == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) {
                return {};
            }
            ended_ = status == BROTLI_DECODER_RESULT_SUCCESS;
        }
        return {};
    }

    Result<void> finish(ByteSink& /*sink*/) override {
        if (fed_ && !ended_) {
            return fail(ErrorCode::parse, "the brotli data ends in the middle");
        }
        return {};
    }

private:
    std::unique_ptr<BrotliDecoderState, BrotliDeleter> state_;
    bool fed_ = false;
    bool ended_ = false;
    std::array<std::uint8_t, kDecodePiece> out_;
};

} // namespace

std::unique_ptr<ByteDecoder> make_brotli_decoder() {
    return std::make_unique<BrotliDecoder>();
}

} // namespace plex_tuner::fetch
