// SPDX-License-Identifier: GPL-3.0-or-later
#include "content_decoder.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <ranges>
#include <utility>

namespace plex_tuner::fetch {

namespace {

using DecoderFactory = std::unique_ptr<ByteDecoder> (*)();

struct Coding {
    std::string_view name;
    DecoderFactory make;
    std::string_view magic; ///< empty: nothing to recognise it by
};

constexpr Coding kCodings[] = {
    {"gzip", &make_gzip_decoder, "\x1F\x8B"},
    {"x-gzip", &make_gzip_decoder, "\x1F\x8B"},
    {"deflate", &make_deflate_decoder, ""},
    {"br", &make_brotli_decoder, ""},
};
/// Registered codings that were not offered and that we cannot undo.
constexpr std::string_view kForeignCodings[] = {
    "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip", "aes128gcm"};

} // namespace

/// The decoded body; counts what one feed produced.
class ContentDecoder::Tail final : public ByteSink {
public:
    Result<void> put(std::string_view bytes) override {
        made += bytes.size();
        if (made > kMaxOutputPerFeed) {
            return fail(ErrorCode::too_large,
                "the compressed body expands too much (more than 32 MiB out of one piece)");
        }
        out->append(bytes);
        return {};
    }

    std::string* out = nullptr;
    std::uint64_t made = 0;
};

/// One coding; hands on to the next stage.
class ContentDecoder::Stage final : public ByteSink {
public:
    explicit Stage(const Coding& coding) : coding_(coding) {}

    void connect(std::shared_ptr<ByteSink> next) { next_ = std::move(next); }

    Result<void> put(std::string_view bytes) override {
        if (bytes.empty()) {
            return {};
        }
        if (!decided_) {
            head_.append(bytes);
            if (head_.size() < coding_.magic.size() && coding_.magic.starts_with(head_)) {
                return {};
            }
            decided_ = true;
            if (head_.starts_with(coding_.magic)) {
                decoder_ = coding_.make();
            }
            return pass(std::exchange(head_, {}));
        }
        return pass(bytes);
    }

    Result<void> finish() {
        if (!head_.empty()) {
            return next_->put(std::exchange(head_, {}));
        }
        return decoder_ ? decoder_->finish(*next_) : Result<void>{};
    }

private:
    Result<void> pass(std::string_view bytes) {
        return decoder_ ? decoder_->feed(bytes, *next_) : next_->put(bytes);
    }

    const Coding& coding_;
    std::shared_ptr<ByteSink> next_;
    std::unique_ptr<ByteDecoder> decoder_;
    std::string head_;
    bool decided_ = false;
};

Result<ContentDecoder> ContentDecoder::create(std::string_view field) {
    ContentDecoder result;
    std::vector<const Coding*> codings; // as applied by the server, first to last
    for (const std::string_view word : ascii::split_list(field)) {
        for (const std::string_view foreign : kForeignCodings) {
            if (ascii::iequals(word, foreign)) {
                return fail(ErrorCode::unsupported,
                    "the body is encoded with " + std::string(foreign) + ", which was not offered");
            }
        }
        for (const Coding& coding : kCodings) {
            if (ascii::iequals(word, coding.name)) {
                codings.push_back(&coding);
            }
        }
        if (codings.size() > kMaxCodings) {
            return fail(ErrorCode::too_large, "the body has more than 3 content codings");
        }
    }
    if (codings.empty()) {
        return result;
    }
    result.tail_ = std::make_shared<Tail>();
    for (const Coding* coding : codings | std::views::reverse) {
        auto stage = std::make_shared<Stage>(*coding);
        stage->connect(result.tail_);
        if (!result.stages_.empty()) {
            result.stages_.back()->connect(stage);
        }
        result.stages_.push_back(std::move(stage));
    }
    return result;
}

Result<void> ContentDecoder::feed(std::string_view in, std::string& out) {
    tail_->out = &out;
    tail_->made = 0;
    return stages_.front()->put(in);
}

Result<void> ContentDecoder::finish(std::string& out) {
    if (stages_.empty()) {
        return {};
    }
    tail_->out = &out;
    tail_->made = 0;
    for (const auto& stage : stages_) {
        if (auto done = stage->finish(); !done) {
            return done;
        }
    }
    return {};
}

} // namespace plex_tuner::fetch
