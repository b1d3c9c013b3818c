// SPDX-License-Identifier: GPL-3.0-or-later
#include "byte_decoder.hpp"

#include <plex_tuner/fetch/compressed_file.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace plex_tuner::fetch {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kGzipMagic = "\x1F\x8B\x08"sv;
constexpr std::string_view kXzMagic = "\xFD"
                                      "7zXZ\0"sv;
constexpr int kMaxLayers = 2;

bool is_strict_prefix(std::string_view part, std::string_view whole) noexcept {
    return part.size() < whole.size() && whole.starts_with(part);
}

/// The end of the road: appends to the caller's string and enforces the size limit.
class OutputSink final : public ByteSink {
public:
    explicit OutputSink(std::uint64_t max_output) : left_(max_output), limit_(max_output) {}

    Result<void> put(std::string_view bytes) override {
        if (bytes.size() > left_) {
            return fail(ErrorCode::too_large,
                "the decompressed data exceeds the limit of " + std::to_string(limit_) + " bytes");
        }
        left_ -= bytes.size();
        out->append(bytes);
        return {};
    }

    std::string* out = nullptr; ///< set for the duration of one call

private:
    std::uint64_t left_;
    std::uint64_t limit_;
};

/// Looks at the magic of what arrives and decodes it; what is inside a compressed layer gets
/// another layer of its own.
class Layer final : public ByteSink {
public:
    Layer(int depth, std::uint64_t max_output, ByteSink& end)
        : depth_(depth), max_output_(max_output), left_(max_output), end_(end) {}

    Result<void> put(std::string_view bytes) override {
        if (depth_ > 1) { // input of inner layers is the output of a decoder
            if (bytes.size() > left_) {
                return fail(ErrorCode::too_large, "the decompressed data exceeds the limit of " +
                                                      std::to_string(max_output_) + " bytes");
            }
            left_ -= bytes.size();
        }
        if (decided_) {
            return pass(bytes);
        }
        const std::size_t want = kXzMagic.size() - head_.size();
        const std::string_view taken = bytes.substr(0, want);
        head_.append(taken);
        if (is_strict_prefix(head_, kGzipMagic) || is_strict_prefix(head_, kXzMagic)) {
            return {}; // all of `bytes` is in head_
        }
        decide();
        if (auto passed = pass(head_); !passed) {
            return passed;
        }
        return pass(bytes.substr(taken.size()));
    }

    Result<void> finish() {
        if (!decided_) {
            decided_ = true;
            return pass(head_);
        }
        if (!decoder_) {
            return {};
        }
        if (auto done = decoder_->finish(*inner_); !done) {
            return done;
        }
        return inner_->finish();
    }

    [[nodiscard]] bool is_compressed() const noexcept { return decoder_ != nullptr; }

private:
    void decide() {
        decided_ = true;
        if (depth_ > kMaxLayers) {
            return;
        }
        if (head_.starts_with(kGzipMagic)) {
            decoder_ = make_gzip_decoder();
        } else if (head_.starts_with(kXzMagic)) {
            decoder_ = make_xz_decoder();
        }
        if (decoder_) {
            inner_ = std::make_unique<Layer>(depth_ + 1, max_output_, end_);
        }
    }

    Result<void> pass(std::string_view bytes) {
        if (bytes.empty()) {
            return {};
        }
        return decoder_ ? decoder_->feed(bytes, *inner_) : end_.put(bytes);
    }

    int depth_;
    std::uint64_t max_output_;
    std::uint64_t left_;
    ByteSink& end_;
    bool decided_ = false;
    std::string head_;
    std::unique_ptr<ByteDecoder> decoder_;
    std::unique_ptr<Layer> inner_;
};

} // namespace

struct Decompressor::State {
    explicit State(std::uint64_t max_output) : sink(max_output), first(1, max_output, sink) {}

    OutputSink sink;
    Layer first;
    std::optional<Error> error; ///< a stream that failed once stays failed
};

Decompressor::Decompressor(std::uint64_t max_output)
    : state_(std::make_unique<State>(max_output)) {}

Decompressor::~Decompressor() = default;
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;

Result<void> Decompressor::feed(std::string_view in, std::string& out) {
    if (state_->error) {
        return fail(*state_->error);
    }
    state_->sink.out = &out;
    auto fed = state_->first.put(in);
    state_->sink.out = nullptr;
    if (!fed) {
        state_->error = fed.error();
    }
    return fed;
}

Result<void> Decompressor::finish(std::string& out) {
    if (state_->error) {
        return fail(*state_->error);
    }
    state_->sink.out = &out;
    auto done = state_->first.finish();
    state_->sink.out = nullptr;
    if (!done) {
        state_->error = done.error();
    }
    return done;
}

bool Decompressor::is_compressed() const noexcept {
    return state_->first.is_compressed();
}

} // namespace plex_tuner::fetch
