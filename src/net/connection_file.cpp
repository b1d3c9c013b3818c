// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection.hpp"

#include <plex_tuner/net/disk_thread.hpp>

#include <algorithm>
#include <cerrno>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/sendfile.h>
#include <unistd.h>

namespace plex_tuner::net {

namespace {

constexpr std::size_t kMaxFileChunk = 512 * 1024;
constexpr std::size_t kReadAtOnce = 64 * 1024;

/// So that who reads it next need not wait; 0 or errno. A file that ends earlier is no error here.
int read_into_memory(int descriptor, std::uint64_t offset, std::uint64_t size) {
    std::vector<char> scratch(kReadAtOnce);
    for (const std::uint64_t end = offset + size; offset < end;) {
        const ssize_t count =
            ::pread(descriptor, scratch.data(), scratch.size(), static_cast<off_t>(offset));
        if (count <= 0) {
            return count < 0 ? errno : 0;
        }
        offset += static_cast<std::uint64_t>(count);
    }
    return 0;
}

} // namespace

asio::awaitable<Connection::ErrorCode> Connection::write_file(FileBody body, Duration stall) {
    std::size_t turn_bytes = 0;
    std::uint64_t ready_until = body.offset;
    for (const std::uint64_t end = body.offset + body.length; body.offset < end;) {
        if (lost_ || !socket_.is_open()) {
            co_return asio::error::connection_reset;
        }
        if (body.offset >= ready_until) {
            const auto size = std::min<std::uint64_t>(end - body.offset, kMaxFileChunk);
            ready_until = body.offset + size;
            if (!is_in_memory(*body.descriptor, body.offset, size)) {
                const int failed =
                    co_await on_disk([file = body.descriptor, at = body.offset, size] {
                        return read_into_memory(*file, at, size);
                    });
                if (failed != 0) {
                    co_return ErrorCode(failed, boost::system::system_category());
                }
                continue; // the peer may have left meanwhile
            }
        }
        auto position = static_cast<off_t>(body.offset);
        const ssize_t sent = ::sendfile(socket_.native_handle(), *body.descriptor, &position,
            static_cast<std::size_t>(ready_until - body.offset));
        if (sent == 0) {
            co_return asio::error::eof;
        }
        if (sent < 0) {
            const int reason = errno;
            if (reason == EINTR) {
                continue;
            }
            if (reason != EAGAIN) {
                co_return ErrorCode(reason, boost::system::system_category());
            }
            const ErrorCode error = co_await wait_writable(stall);
            if (error) {
                co_return error;
            }
            turn_bytes = 0;
            ready_until = body.offset; // a slow peer may outlast what is in memory
            continue;
        }
        const auto count = static_cast<std::size_t>(sent);
        body.offset += count;
        count_sent(count);
        turn_bytes += count;
        if (turn_bytes >= kBytesPerTurn) {
            turn_bytes = 0;
            co_await asio::post(executor(), asio::use_awaitable);
        }
    }
    co_return ErrorCode{};
}

} // namespace plex_tuner::net
