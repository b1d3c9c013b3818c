// SPDX-License-Identifier: GPL-3.0-or-later
#include "incoming_file.hpp"

#include <plex_tuner/fetch/content_check.hpp>

#include <utility>

namespace plex_tuner::fetch {

namespace {

constexpr unsigned kOwnerOnly = 0600;
/// Decompressed in one call of inspect().
constexpr int kPiecesPerCall = 32;

} // namespace

IncomingFile::IncomingFile(
    AtomicFile file, const ResponseHead& head, const DownloadOptions& options)
    : file_(std::move(file)), head_(&head), options_(&options),
      decompressor_(options.max_decoded_bytes) {}

Result<IncomingFile> IncomingFile::create(
    const std::filesystem::path& file, const ResponseHead& head, const DownloadOptions& options) {
    auto out = AtomicFile::create(file, kOwnerOnly);
    if (!out) {
        return fail(std::move(out).error());
    }
    return IncomingFile(std::move(*out), head, options);
}

Result<void> IncomingFile::write(std::string_view bytes) {
    if (bytes.size() > options_->max_bytes - id_.size) {
        return fail(ErrorCode::too_large, "the answer of " + head_->effective_url.redacted() +
                                              " exceeds the limit of " +
                                              std::to_string(options_->max_bytes) + " bytes");
    }
    id_.add(bytes);
    if (inspecting_) {
        decompressor_.feed(bytes);
    }
    return file_.write(bytes);
}

void IncomingFile::end() noexcept {
    if (inspecting_) {
        decompressor_.end();
    }
}

Result<bool> IncomingFile::inspect() {
    for (int piece = 0; inspecting_ && piece < kPiecesPerCall; ++piece) {
        const auto decoded = decompressor_.next();
        if (!decoded) {
            return fail(decoded.error().with_context(head_->effective_url.redacted()));
        }
        if (auto taken = take_sample(*decoded); !taken) {
            return fail(std::move(taken).error());
        }
        if (decompressor_.ended()) {
            inspecting_ = false;
        } else if (decompressor_.wants_input()) {
            // Plain bytes need no further look once the beginning is known to be good.
            inspecting_ = !judged_ || decompressor_.is_compressed();
            return false;
        }
    }
    return inspecting_;
}

Result<void> IncomingFile::take_sample(std::string_view decoded) {
    if (judged_) {
        return {};
    }
    sample_.append(decoded.substr(0, kSampleBytes - sample_.size()));
    return sample_.size() == kSampleBytes || decompressor_.ended() ? judge() : Result<void>{};
}

Result<void> IncomingFile::judge() {
    judged_ = true;
    const BodyKind kind = classify_body(head_->status, head_->headers, sample_);
    if (kind == BodyKind::empty || kind == BodyKind::html ||
        kind == BodyKind::cloudflare_challenge) {
        return fail(unwanted_body(kind, head_->effective_url));
    }
    if (options_->accept) {
        if (auto accepted = options_->accept(sample_); !accepted) {
            return fail_with(std::move(accepted), head_->effective_url.redacted());
        }
    }
    return {};
}

} // namespace plex_tuner::fetch
