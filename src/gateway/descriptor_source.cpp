// SPDX-License-Identifier: GPL-3.0-or-later
#include "descriptor_source.hpp"

#include "body_kind.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <unistd.h>

namespace plex_tuner::gateway {
namespace {

constexpr std::size_t kReadSize = std::size_t{256} * 1024;

/// Asio makes descriptors non-blocking, and others may have this one, too: a shell has our input.
class KeptFlags {
public:
    explicit KeptFlags(int descriptor) noexcept
        : descriptor_(descriptor), flags_(::fcntl(descriptor, F_GETFL)) {}

    ~KeptFlags() {
        if (flags_ >= 0) {
            ::fcntl(descriptor_, F_SETFL, flags_);
        }
    }

    KeptFlags(const KeptFlags&) = delete;
    KeptFlags& operator=(const KeptFlags&) = delete;

private:
    int descriptor_;
    int flags_;
};

[[nodiscard]] Error file_refusal(BodyKind kind) {
    if (kind == BodyKind::empty) {
        return Error(ErrorCode::empty_body, "it is empty");
    }
    return Error(ErrorCode::unsupported,
        std::string("it holds ")
            .append(describe(kind))
            .append("; only MPEG transport streams can be read from files"));
}

} // namespace

asio::awaitable<Result<void>> play_descriptor(Attempt& attempt, MediaSink& sink, int descriptor,
    std::function<void(const SourceOpened&)> opened) {
    const KeptFlags flags(descriptor);
    const int own = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (own < 0) {
        co_return fail(Error::from_errno(errno, "opening the input"));
    }
    asio::posix::stream_descriptor input(attempt.strand());
    boost::system::error_code failure;
    input.assign(own, failure);
    if (failure) {
        ::close(own);
        co_return fail(Error::from_errno(failure.value(), "opening the input"));
    }
    const Attempt::OnCancel stop(attempt, [&] { input.cancel(); });
    std::string buffer(kReadSize, '\0');
    std::string beginning;
    BodyKind kind = BodyKind::undecided;
    while (!attempt.cancelled()) {
        const auto [error, size] = co_await input.async_read_some(
            asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
        const bool over = error == asio::error::eof;
        if (error && !over) {
            co_return fail(attempt.cancelled() ? *attempt.cancelled()
                                               : Error::from_errno(error.value(), "reading"));
        }
        std::string bytes(buffer, 0, size);
        if (kind == BodyKind::undecided) {
            beginning.append(bytes);
            kind = classify(beginning, over);
            if (kind == BodyKind::undecided) {
                continue;
            }
            if (kind != BodyKind::transport_stream) {
                co_return fail(file_refusal(kind));
            }
            opened({0, "file"});
            bytes = std::move(beginning);
        }
        const std::size_t taken = bytes.size();
        if (!bytes.empty()) {
            sink.feed(std::move(bytes));
        }
        if (auto paced = co_await sink.pace(taken); !paced) {
            co_return paced;
        }
        if (over) {
            sink.finish_piece();
            co_return Result<void>{};
        }
    }
    co_return fail(*attempt.cancelled());
}

} // namespace plex_tuner::gateway
