// SPDX-License-Identifier: GPL-3.0-or-later
#include "file_error.hpp"

#include <cerrno>
#include <string>

namespace plex_tuner::state {

namespace {

[[nodiscard]] std::string_view remedy(int errno_value) {
    switch (errno_value) {
    case ENOSPC:
    case EDQUOT:
        return "free some space or raise the quota";
    case EACCES:
    case EPERM:
    case EROFS:
        return "it must be writable for this user";
    case ENOTDIR:
    case EEXIST:
        return "a file is in the way; move it";
    case EMFILE:
    case ENFILE:
        return "raise the limit of open files";
    default:
        return {};
    }
}

} // namespace

Error file_error(int errno_value, std::string_view doing, const std::filesystem::path& file) {
    const Error plain =
        Error::from_errno(errno_value, std::string(doing) + " '" + file.string() + "'");
    const std::string_view advice = remedy(errno_value);
    return advice.empty() ? plain
                          : Error(plain.code(), plain.message() + "; " + std::string(advice));
}

} // namespace plex_tuner::state
