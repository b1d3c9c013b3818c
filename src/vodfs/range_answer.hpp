// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace plex_tuner::vodfs {

/// What the head of an answer to a request for bytes from some position on says.
struct RangeAnswer {
    std::uint64_t begin = 0;            ///< where in the file its body begins
    std::optional<std::uint64_t> end;   ///< where it ends (exclusive); none: not said
    std::optional<std::uint64_t> total; ///< bytes of the file; none: not said
    bool has_ranges = true;             ///< false: the server sends whole files only
    /// Another one means another file: a strong ETag, else Last-Modified; empty when there is none.
    std::string validator;
    std::string host; ///< that answered; validators of two hosts say nothing about each other
};

/// Understands it, or says what is wrong: http_status; parse (another range than the one asked
/// for); unsupported (encoded); too_large (nothing of the file is at that position).
[[nodiscard]] Result<RangeAnswer> read_range_answer(
    const fetch::ResponseHead& head, std::uint64_t position);

/// May be over when asked again in a moment.
[[nodiscard]] bool may_pass(const Error& error) noexcept;

/// The account has as many connections as it may have.
[[nodiscard]] bool is_over_limit(const Error& error) noexcept;

} // namespace plex_tuner::vodfs
