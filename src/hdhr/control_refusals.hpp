// SPDX-License-Identifier: GPL-3.0-or-later
// How the control protocol says no: clients show the text as it is.
#pragma once

#include <plex_tuner/base/result.hpp>

#include <expected>
#include <string>
#include <utility>

namespace plex_tuner::hdhr {

[[nodiscard]] inline std::unexpected<Error> refuse(std::string text) {
    return fail(ErrorCode::invalid_argument, "ERROR: " + std::move(text));
}

[[nodiscard]] inline std::unexpected<Error> unknown_variable() {
    return refuse("unknown getset variable");
}

[[nodiscard]] inline std::unexpected<Error> read_only_variable() {
    return refuse("variable is read-only");
}

} // namespace plex_tuner::hdhr
