// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode_stage.hpp"

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
/// Of kDecodePiece bytes each, in one call of next().
constexpr int kStepsPerCall = 64;

bool is_strict_prefix(std::string_view part, std::string_view whole) noexcept {
    return part.size() < whole.size() && whole.starts_with(part);
}

std::optional<std::unique_ptr<ByteDecoder>> recognise_archive(std::string_view head) {
    if (is_strict_prefix(head, kGzipMagic) || is_strict_prefix(head, kXzMagic)) {
        return std::nullopt;
    }
    if (head.starts_with(kGzipMagic)) {
        return make_gzip_decoder();
    }
    if (head.starts_with(kXzMagic)) {
        return make_xz_decoder();
    }
    return nullptr;
}

} // namespace

struct Decompressor::State {
    explicit State(std::uint64_t max_output)
        : limit(max_output), outer(input, &recognise_archive), inner(outer, &recognise_archive) {}

    State(const State&) = delete;
    State& operator=(const State&) = delete;

    [[nodiscard]] Result<std::string_view> next() {
        for (int step = 0; step < kStepsPerCall; ++step) {
            auto pulled = inner.pull();
            if (!pulled) {
                return fail(std::move(pulled).error());
            }
            passed += pulled->bytes.size();
            if (std::max({passed, outer.made(), inner.made()}) > limit) {
                return fail(ErrorCode::too_large, "the decompressed data exceeds the limit of " +
                                                      std::to_string(limit) + " bytes");
            }
            wants_input = pulled->wants_input;
            ended = pulled->ended;
            if (!pulled->bytes.empty() || wants_input || ended) {
                return pulled->bytes;
            }
        }
        return std::string_view();
    }

    std::uint64_t limit;
    std::uint64_t passed = 0;
    InputSource input;
    DecodeStage outer;
    DecodeStage inner;
    bool wants_input = true;
    bool ended = false;
    std::optional<Error> error; ///< a stream that failed once stays failed
};

Decompressor::Decompressor(std::uint64_t max_output)
    : state_(std::make_unique<State>(max_output)) {}

Decompressor::~Decompressor() = default;
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;

void Decompressor::feed(std::string_view in) noexcept {
    state_->input.feed(in);
    state_->wants_input = false;
}

void Decompressor::end() noexcept {
    state_->input.end();
    state_->wants_input = false;
}

Result<std::string_view> Decompressor::next() {
    if (state_->error) {
        return fail(*state_->error);
    }
    auto bytes = state_->next();
    if (!bytes) {
        state_->error = bytes.error();
    }
    return bytes;
}

bool Decompressor::wants_input() const noexcept {
    return state_->wants_input;
}

bool Decompressor::ended() const noexcept {
    return state_->ended;
}

bool Decompressor::is_compressed() const noexcept {
    return state_->outer.is_compressed();
}

} // namespace plex_tuner::fetch
