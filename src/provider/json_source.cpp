// SPDX-License-Identifier: GPL-3.0-or-later
#include "json_source.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <cstring>

namespace plex_tuner::provider {
namespace {

/// Of answers there are many small ones: from 64 KiB on each release makes the heap tidy up.
constexpr std::size_t kWindowBytes = std::size_t{32} << 10;
constexpr std::size_t kHeadBytes = 4096;
constexpr std::size_t kEscapeBytes = 6; // \uXXXX
constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kReplacement = "\\ufffd";

/// Blanks for control characters: outside of texts that is what the permitted ones mean.
void blank_controls(char* begin, const char* end) noexcept {
    for (; begin != end; ++begin) {
        const char c = *begin;
        const char other = c == '\0' ? '\x01' : ' ';
        *begin = static_cast<unsigned char>(c) < 0x20 ? other : c;
    }
}

/// The code unit of the escape \uXXXX that `text` starts with.
std::optional<std::uint32_t> escaped_unit(std::string_view text) {
    if (text.size() < kEscapeBytes || !text.starts_with("\\u")) {
        return std::nullopt;
    }
    return ascii::parse_integer<std::uint32_t>(text.substr(2, 4), 16);
}

constexpr bool is_high_surrogate(std::uint32_t unit) {
    return unit >= 0xD800 && unit <= 0xDBFF;
}

constexpr bool is_low_surrogate(std::uint32_t unit) {
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

} // namespace

JsonSource::JsonSource(const Chunks& chunks)
    : chunks_(chunks), window_(std::make_unique_for_overwrite<char[]>(kWindowBytes + 1)) {
    next_ = window_.get();
    end_ = next_;
    refill();
    if (std::string_view(next_, end_).starts_with(kBom)) {
        skip(kBom.size());
    }
}

/// The next window: what was held back of the last one, and what the chunks give.
void JsonSource::refill() {
    const auto used = static_cast<std::size_t>(end_ - window_.get());
    const std::size_t held = filled_ - used;
    const bool first = window_offset_ == 0 && head_.empty();
    window_[used] = covered_;
    std::memmove(window_.get(), window_.get() + used, held);
    window_offset_ += used;
    filled_ = fill(held);
    if (first) {
        head_.assign(window_.get(), std::min(filled_, kHeadBytes));
    }
    blank_controls(window_.get() + held, window_.get() + filled_);
    std::size_t usable = mend(filled_);
    if (window_offset_ - std::min(window_offset_, mark_) > kMaxText) {
        over_limit_ = true;
        ended_ = true;
        usable = 0;
    }
    if (error_) {
        usable = 0;
    }
    next_ = window_.get();
    end_ = next_ + usable;
    covered_ = usable < filled_ ? window_[usable] : '\0';
    window_[usable] = '\0';
}

std::size_t JsonSource::fill(std::size_t held) {
    while (!ended_ && held < kWindowBytes) {
        if (chunk_.empty()) {
            Result<std::string_view> chunk = chunks_();
            if (!chunk) {
                error_ = std::move(chunk).error();
                ended_ = true;
                break;
            }
            chunk_ = *chunk;
            ended_ = chunk_.empty();
        }
        const std::string_view part = chunk_.substr(0, kWindowBytes - held);
        std::copy(part.begin(), part.end(), window_.get() + held);
        chunk_.remove_prefix(part.size());
        held += part.size();
    }
    return held;
}

/// Replaces surrogates without a partner in the first `filled` bytes. Returns how many of them may
/// be taken: an escape near the end waits for its rest.
std::size_t JsonSource::mend(std::size_t filled) {
    const std::string_view window(window_.get(), filled);
    for (std::size_t at = window.find('\\'); at != std::string_view::npos;
        at = window.find('\\', at)) {
        const std::string_view rest = window.substr(at);
        if (rest.size() < 2 * kEscapeBytes && !ended_) {
            return at;
        }
        const std::optional<std::uint32_t> unit = escaped_unit(rest);
        if (!unit) {
            at = std::min(at + 2, filled); // \n, \/, a backslash itself, or an error for the reader
            continue;
        }
        const std::optional<std::uint32_t> partner = escaped_unit(rest.substr(kEscapeBytes));
        if (is_high_surrogate(*unit) && partner && is_low_surrogate(*partner)) {
            at += 2 * kEscapeBytes;
            continue;
        }
        if (is_high_surrogate(*unit) || is_low_surrogate(*unit)) {
            std::ranges::copy(kReplacement, window_.get() + at);
        }
        at += kEscapeBytes;
    }
    return filled;
}

} // namespace plex_tuner::provider
