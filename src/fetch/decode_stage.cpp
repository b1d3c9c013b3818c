// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode_stage.hpp"

#include <utility>

namespace plex_tuner::fetch {

Result<Pulled> InputSource::pull() {
    if (in_.empty()) {
        return Pulled{.bytes = {}, .wants_input = !ended_, .ended = ended_};
    }
    const std::string_view piece = in_.substr(0, kDecodePiece);
    in_.remove_prefix(piece.size());
    return Pulled{.bytes = piece};
}

Result<Pulled> DecodeStage::pull() {
    if (!decided_) {
        return look();
    }
    if (in_.empty() && !has_more_ && !upstream_ended_) {
        auto got = upstream_.pull();
        if (!got) {
            return got;
        }
        upstream_ended_ = got->ended;
        if (got->bytes.empty() && !got->ended) {
            return got;
        }
        in_ = got->bytes;
    }
    if (decoder_) {
        return decode();
    }
    const bool ended = in_.empty() && upstream_ended_;
    return Pulled{.bytes = std::exchange(in_, {}), .wants_input = false, .ended = ended};
}

Result<Pulled> DecodeStage::look() {
    auto got = upstream_.pull();
    if (!got) {
        return got;
    }
    head_.append(got->bytes);
    upstream_ended_ = got->ended;
    if (got->bytes.empty() && !got->ended) {
        return got;
    }
    auto decision = recognise_(head_);
    if (decision || upstream_ended_) {
        decided_ = true;
        decoder_ = decision ? std::move(*decision) : nullptr;
        in_ = head_;
    }
    return Pulled{};
}

Result<Pulled> DecodeStage::decode() {
    if (in_.empty() && !has_more_) { // the end of the input
        if (auto done = decoder_->finish(); !done) {
            return fail(std::move(done).error());
        }
        return Pulled{.bytes = {}, .wants_input = false, .ended = true};
    }
    auto made = decoder_->decode(in_, out_);
    if (!made) {
        return fail(std::move(made).error());
    }
    has_more_ = *made == out_.size();
    made_ += *made;
    return Pulled{.bytes = {out_.data(), *made}};
}

} // namespace plex_tuner::fetch
