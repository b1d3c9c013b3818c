// SPDX-License-Identifier: GPL-3.0-or-later
#include "byte_decoder.hpp"

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

    Result<std::size_t> decode(std::string_view& in, std::span<char> out) override {
        fed_ = fed_ || !in.empty();
        std::size_t made = 0;
        if (!ended_) {
            const auto* next_in = reinterpret_cast<const std::uint8_t*>(in.data());
            std::size_t left = in.size();
            auto* next_out = reinterpret_cast<std::uint8_t*>(out.data());
            std::size_t room = out.size();
            const BrotliDecoderResult status = BrotliDecoderDecompressStream(
                state_.get(), &left, &next_in, &room, &next_out, nullptr);
            in.remove_prefix(in.size() - left);
            made = out.size() - room;
            if (status == BROTLI_DECODER_RESULT_ERROR) {
                return fail(ErrorCode::parse, "the brotli data is damaged");
            }
            ended_ = status == BROTLI_DECODER_RESULT_SUCCESS;
        }
        if (ended_) {
            if (auto dropped = trailing_.drop(in, "brotli"); !dropped) {
                return fail(std::move(dropped).error());
            }
        }
        return made;
    }

    Result<void> finish() override {
        if (fed_ && !ended_) {
            return fail(ErrorCode::parse, "the brotli data ends in the middle");
        }
        return {};
    }

private:
    std::unique_ptr<BrotliDecoderState, BrotliDeleter> state_;
    TrailingBytes trailing_;
    bool fed_ = false;
    bool ended_ = false;
};

} // namespace

std::unique_ptr<ByteDecoder> make_brotli_decoder() {
    return std::make_unique<BrotliDecoder>();
}

} // namespace plex_tuner::fetch
