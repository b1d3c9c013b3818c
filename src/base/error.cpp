// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/error.hpp>

#include <cerrno>
#include <system_error>

namespace plex_tuner {

std::string_view to_string(ErrorCode code) noexcept {
    switch (code) {
    case ErrorCode::invalid_argument:
        return "invalid_argument";
    case ErrorCode::parse:
        return "parse";
    case ErrorCode::not_found:
        return "not_found";
    case ErrorCode::io:
        return "io";
    case ErrorCode::disk_full:
        return "disk_full";
    case ErrorCode::network:
        return "network";
    case ErrorCode::timeout:
        return "timeout";
    case ErrorCode::http_status:
        return "http_status";
    case ErrorCode::blocked:
        return "blocked";
    case ErrorCode::empty_body:
        return "empty_body";
    case ErrorCode::too_large:
        return "too_large";
    case ErrorCode::unsupported:
        return "unsupported";
    case ErrorCode::unavailable:
        return "unavailable";
    case ErrorCode::cancelled:
        return "cancelled";
    case ErrorCode::internal:
        return "internal";
    }
    return "unknown";
}

Error Error::from_http_status(int status, std::string message) {
    Error error(ErrorCode::http_status, std::move(message));
    error.http_status_ = status;
    return error;
}

Error Error::from_errno(int errno_value, std::string_view doing_what) {
    ErrorCode code = ErrorCode::io;
    if (errno_value == ENOSPC || errno_value == EDQUOT) {
        code = ErrorCode::disk_full;
    } else if (errno_value == ENOENT) {
        code = ErrorCode::not_found;
    }
    std::string message(doing_what);
    message += ": ";
    message += std::generic_category().message(errno_value);
    return {code, std::move(message)};
}

Error Error::with_context(std::string_view context) const& {
    return Error(*this).with_context(context);
}

Error Error::with_context(std::string_view context) && {
    std::string prefix(context);
    prefix += ": ";
    message_.insert(0, prefix);
    return std::move(*this);
}

} // namespace plex_tuner
