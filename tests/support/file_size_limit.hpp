// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <stdexcept>

#include <sys/resource.h>

namespace plex_tuner::testing {

/// While it lives, writing a file beyond `bytes` fails midway like on a full disk, without needing
/// one. For the whole process.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        if (::getrlimit(RLIMIT_FSIZE, &before_) != 0) {
            throw std::runtime_error("getrlimit");
        }
        const rlimit limited{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        if (::setrlimit(RLIMIT_FSIZE, &limited) != 0) {
            throw std::runtime_error("setrlimit");
        }
    }

    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, old_handler_);
    }

    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
    void (*old_handler_)(int);
};

} // namespace plex_tuner::testing
