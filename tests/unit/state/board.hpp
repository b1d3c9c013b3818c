// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <new>
#include <stdexcept>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace plex_tuner::testing {

/// What the processes of a test share: a clock that advances with every look, and what they did.
struct Board {
    std::atomic<std::int64_t> clock_us{0};
    std::atomic<int> in_flight{0};
    std::atomic<int> most_in_flight{0};
    std::atomic<int> grants{0};
};

/// A board in a file, for as long as this lives.
class SharedBoard {
public:
    explicit SharedBoard(const std::filesystem::path& file) {
        const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0 || ::ftruncate(fd, sizeof(Board)) != 0) {
            throw std::runtime_error("board file");
        }
        void* at = ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        ::close(fd);
        if (at == MAP_FAILED) {
            throw std::runtime_error("board mapping");
        }
        // A new file is zero, which is how a board begins.
        board_ = std::launder(static_cast<Board*>(at));
    }

    SharedBoard(const SharedBoard&) = delete;
    SharedBoard& operator=(const SharedBoard&) = delete;

    ~SharedBoard() { ::munmap(board_, sizeof(Board)); }

    Board* operator->() const { return board_; }

private:
    Board* board_;
};

} // namespace plex_tuner::testing
