// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_error.hpp"

#include <cerrno>
#include <string>
#include <system_error>

namespace plex_tuner::state {

namespace {

struct Diagnosis {
    ErrorCode code;
    std::string text;
};

[[nodiscard]] std::string directory_of(const std::filesystem::path& file) {
    return "'" + file.parent_path().string() + "'";
}

/// The errno behind an error. For reads and writes only the file concerned knows it: the log, which
/// takes all writes but those that fold it in, or the database.
[[nodiscard]] int errno_behind(sqlite3* connection, int code) {
    int value = sqlite3_system_errno(connection);
    if (value != 0 || code != SQLITE_IOERR) {
        return value;
    }
    sqlite3_file* log = nullptr;
    if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER,
            static_cast<void*>(&log)) == SQLITE_OK &&
        log != nullptr && log->pMethods != nullptr) {
        log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &value);
    }
    if (value == 0) {
        sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &value);
    }
    return value;
}

[[nodiscard]] bool is_out_of_space(int code, int system_errno) {
    // A write that no quota or size limit allows comes as an input/output error.
    return code == SQLITE_FULL ||
           (code == SQLITE_IOERR &&
               (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG));
}

[[nodiscard]] Diagnosis diagnose(
    int code, int system_errno, const std::filesystem::path& file, const char* sqlite_text) {
    if (is_out_of_space(code, system_errno)) {
        return {ErrorCode::disk_full,
            "no space left for it; free some in " + directory_of(file) + " or raise the quota"};
    }
    switch (code) {
    case SQLITE_READONLY:
        return {ErrorCode::io, "it is read-only; make the file and its directory " +
                                   directory_of(file) + " writable for this user"};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return {ErrorCode::io, (system_errno != 0 ? std::generic_category().message(system_errno)
                                                  : std::string(sqlite_text)) +
                                   "; check owner and permissions of the file and of " +
                                   directory_of(file)};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorCode::unavailable, "another process keeps it locked; end the process that "
                                        "hangs, or the program that has the file open"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {ErrorCode::parse, "the file is damaged; it will be set aside and begun anew"};
    case SQLITE_CONSTRAINT:
        return {ErrorCode::invalid_argument, sqlite_text};
    case SQLITE_TOOBIG:
        return {ErrorCode::too_large, sqlite_text};
    case SQLITE_IOERR:
        return {ErrorCode::io,
            std::string(system_errno != 0 ? std::generic_category().message(system_errno)
                                          : std::string(sqlite_text)) +
                "; check the disk below " + directory_of(file)};
    default:
        return {ErrorCode::internal, sqlite_text};
    }
}

} // namespace

Error sqlite_error(
    sqlite3* connection, int code, const std::filesystem::path& file, std::string_view doing) {
    const int primary = code & 0xff;
    const int system_errno = connection != nullptr ? errno_behind(connection, primary) : 0;
    const char* text = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(primary);
    Diagnosis diagnosis = diagnose(primary, system_errno, file, text);
    return {diagnosis.code,
        std::string(doing) + " '" + file.string() + "': " + std::move(diagnosis.text)};
}

bool means_corrupt(int code) noexcept {
    const int primary = code & 0xff;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

} // namespace plex_tuner::state
