// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plain_length.hpp"

#include <plex_tuner/provider/chunks.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::provider {

/// Chunks as the bytes a JSON reader pulls, through one window of memory, so that results do not
/// depend on how the body was cut. On the way it mends what panels get wrong and a
/// strict reader would drop a whole list for: a byte order mark, raw control characters in texts
/// (blanks), and escaped surrogates without their partner (U+FFFD). A zero byte becomes an error
/// for the reader: zero means the end to it. Reading stops early, as if the body ended, after an
/// error of the chunks and when more than kMaxText bytes were taken since the last mark().
class JsonSource {
public:
    /// Longer texts, and runs of white space, end the reading.
    static constexpr std::size_t kMaxText = std::size_t{1} << 20;

    explicit JsonSource(const Chunks& chunks);

    /// The next byte; zero at the end.
    [[nodiscard]] char peek() const noexcept { return *next_; }

    char take() {
        const char taken = *next_;
        skip(1);
        return taken;
    }

    /// Bytes of the body taken so far.
    [[nodiscard]] std::size_t position() const noexcept {
        return window_offset_ + static_cast<std::size_t>(next_ - window_.get());
    }

    /// The bytes from here on, within the window, that stand for themselves inside a JSON text: no
    /// quote, no backslash, no control character.
    [[nodiscard]] std::string_view plain_run() const noexcept {
        return {next_, plain_length(next_, end_)};
    }

    /// Takes `count` bytes, which must not exceed what the window holds.
    void skip(std::size_t count) {
        next_ += count;
        if (next_ >= end_) {
            refill();
        }
    }

    void mark() noexcept { mark_ = position(); }

    [[nodiscard]] bool at_end() const noexcept { return ended_ && next_ == end_; }

    [[nodiscard]] bool over_limit() const noexcept { return over_limit_; }

    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

    /// The first bytes of the body as they came, at most 4 KiB.
    [[nodiscard]] std::string_view head() const noexcept { return head_; }

private:
    void refill();
    [[nodiscard]] std::size_t fill(std::size_t held);
    [[nodiscard]] std::size_t mend(std::size_t held);

    const Chunks& chunks_;
    std::string_view chunk_; ///< what the last chunk has left
    std::unique_ptr<char[]> window_;
    std::size_t filled_ = 0;     ///< bytes in the window, those held back for the next one included
    const char* next_ = nullptr; ///< of the window
    const char* end_ = nullptr;  ///< of what may be taken; a zero stands there
    char covered_ = '\0';        ///< what the zero stands on
    std::size_t window_offset_ = 0;
    std::size_t mark_ = 0;
    bool ended_ = false; ///< the chunks are used up
    bool over_limit_ = false;
    std::optional<Error> error_;
    std::string head_;
};

} // namespace plex_tuner::provider
