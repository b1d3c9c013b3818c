// SPDX-License-Identifier: GPL-3.0-or-later
#include "mount_counters.hpp"

#include "range_answer.hpp"

namespace plex_tuner::vodfs {

namespace {

[[nodiscard]] SourceFailure failure_of_status(const Error& error) noexcept {
    switch (error.http_status().value_or(0)) {
    case 401:
    case 403:
        return SourceFailure::forbidden;
    case 404:
    case 410:
        return SourceFailure::gone;
    default:
        return is_over_limit(error) ? SourceFailure::over_limit : SourceFailure::status;
    }
}

[[nodiscard]] SourceFailure failure_of(const Error& error) noexcept {
    switch (error.code()) {
    case ErrorCode::network:
        return SourceFailure::network;
    case ErrorCode::timeout:
        return SourceFailure::timeout;
    case ErrorCode::http_status:
        return failure_of_status(error);
    case ErrorCode::too_large: // 416
        return SourceFailure::gone;
    case ErrorCode::parse:
    case ErrorCode::blocked:
    case ErrorCode::empty_body:
    case ErrorCode::unsupported:
        return SourceFailure::wrong_content;
    case ErrorCode::io:
        return SourceFailure::changed;
    case ErrorCode::unavailable:
        return SourceFailure::left_alone;
    default:
        return SourceFailure::other;
    }
}

} // namespace

std::string_view to_string(SourceFailure failure) noexcept {
    static constexpr std::array<std::string_view, kSourceFailures> kNames = {"network", "timeout",
        "forbidden", "gone", "over_limit", "status", "wrong_content", "changed", "left_alone",
        "other"};
    return kNames[static_cast<std::size_t>(failure)];
}

void MountCounters::note_failure(const Error& error) noexcept {
    ++provider_failures[static_cast<std::size_t>(failure_of(error))];
}

} // namespace plex_tuner::vodfs
