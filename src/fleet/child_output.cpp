// SPDX-License-Identifier: GPL-3.0-or-later
#include "child_output.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <unistd.h>

namespace plex_tuner::fleet {

namespace {

constexpr std::size_t kPiece = 16 * 1024;
/// Then the others have their turn.
constexpr int kReadsAtOnce = 8;
/// A pipe holds 64 KiB unless it was made larger: more than this is somebody who goes on writing.
constexpr int kReadsAtTheEnd = 64;

} // namespace

ChildOutput::ChildOutput(const asio::any_io_executor& executor, int descriptor, Line line)
    : descriptor_(executor, descriptor), line_(std::move(line)) {}

void ChildOutput::start() {
    wait();
}

void ChildOutput::finish() {
    if (descriptor_.is_open() && read_some(kReadsAtTheEnd)) {
        close();
    }
}

bool ChildOutput::read_some(int most_reads) {
    std::array<char, kPiece> piece;
    for (int i = 0; i < most_reads; ++i) {
        const ssize_t count = ::read(descriptor_.native_handle(), piece.data(), piece.size());
        if (count > 0) {
            splitter_.feed({piece.data(), static_cast<std::size_t>(count)}, line_);
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            close();
            return false;
        } else if (errno == EAGAIN) {
            break;
        }
    }
    return true;
}

void ChildOutput::wait() {
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
        [self = shared_from_this()](const boost::system::error_code& error) {
            if (!error && self->descriptor_.is_open() && self->read_some(kReadsAtOnce)) {
                self->wait();
            }
        });
}

void ChildOutput::close() {
    splitter_.finish(line_);
    boost::system::error_code ignored;
    descriptor_.close(ignored);
}

} // namespace plex_tuner::fleet
