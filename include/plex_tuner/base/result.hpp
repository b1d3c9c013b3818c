// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>

#include <expected>
#include <string>
#include <utility>

namespace plex_tuner {

template <class T>
using Result = std::expected<T, Error>;

/// `return fail(ErrorCode::parse, "…");` from any function that returns Result<T>.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
    return std::unexpected(Error(code, std::move(message)));
}

[[nodiscard]] inline std::unexpected<Error> fail(Error error) {
    return std::unexpected(std::move(error));
}

/// Adds context to the error of `result`, which must hold one.
template <class T>
[[nodiscard]] std::unexpected<Error> fail_with(Result<T>&& result, std::string_view context) {
    return std::unexpected(std::move(result).error().with_context(context));
}

} // namespace plex_tuner
