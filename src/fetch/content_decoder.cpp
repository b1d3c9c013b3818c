// SPDX-License-Identifier: GPL-3.0-or-later
#include "content_decoder.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <optional>
#include <ranges>

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

std::optional<std::unique_ptr<ByteDecoder>> recognise(const Coding& coding, std::string_view head) {
    if (head.size() < coding.magic.size() && coding.magic.starts_with(head)) {
        return std::nullopt;
    }
    return head.starts_with(coding.magic) ? coding.make() : nullptr;
}

} // namespace

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
    result.input_ = std::make_unique<InputSource>();
    ByteSource* upstream = result.input_.get();
    for (const Coding* coding : codings | std::views::reverse) {
        result.stages_.push_back(std::make_unique<DecodeStage>(
            *upstream, [coding](std::string_view head) { return recognise(*coding, head); }));
        upstream = result.stages_.back().get();
    }
    return result;
}

Result<void> ContentDecoder::feed(std::string_view in, std::string& out) {
    input_->feed(in);
    return run(out);
}

Result<void> ContentDecoder::finish(std::string& out) {
    if (!active()) {
        return {};
    }
    input_->end();
    return run(out);
}

Result<void> ContentDecoder::run(std::string& out) {
    const std::uint64_t before = work_done();
    for (;;) {
        const auto pulled = stages_.back()->pull();
        if (!pulled) {
            return fail(pulled.error());
        }
        if (work_done() - before > kMaxOutputPerFeed) {
            return fail(ErrorCode::too_large,
                "the compressed body expands too much (more than 32 MiB out of one piece)");
        }
        out.append(pulled->bytes);
        if (pulled->wants_input || pulled->ended) {
            return {};
        }
    }
}

std::uint64_t ContentDecoder::work_done() const noexcept {
    std::uint64_t bytes = 0;
    for (const auto& stage : stages_) {
        bytes += stage->made();
    }
    return bytes;
}

} // namespace plex_tuner::fetch
