// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plex_tuner::net {

/// Where the body of an HTTP/1.1 message ends (RFC 9112 section 6), for one who passes its bytes on
/// as they are. Not thread-safe; one for each message.
class BodyFraming {
public:
    enum class Kind : std::uint8_t { none, length, chunked, until_close };

    BodyFraming() = default;
    explicit BodyFraming(Kind kind, std::uint64_t length = 0);

    /// How many of `bytes`, which follow those of earlier calls, are of this message: all, unless
    /// it is done or failed. With `payload` what they carry is appended to it.
    std::size_t take(std::string_view bytes, std::string* payload = nullptr);

    [[nodiscard]] Kind kind() const noexcept { return kind_; }

    /// A body until_close is never done.
    [[nodiscard]] bool done() const noexcept { return done_; }

    /// The chunks are malformed, or their trailer is too long.
    [[nodiscard]] bool failed() const noexcept { return failed_; }

private:
    enum class State : std::uint8_t { size, rest_of_size, data, data_end, trailer };

    [[nodiscard]] bool take_byte(char byte);
    [[nodiscard]] bool take_size(char byte);
    [[nodiscard]] bool take_trailer(char byte);
    void begin_data();

    Kind kind_ = Kind::none;
    State state_ = State::size;
    std::uint64_t left_ = 0; ///< of the body, or of the chunk
    std::size_t digits_ = 0; ///< of the chunk's size
    std::size_t line_ = 0;   ///< bytes of the line, or of all trailer fields
    bool line_empty_ = true; ///< of the trailer's line so far
    bool done_ = true;
    bool failed_ = false;
};

} // namespace plex_tuner::net
