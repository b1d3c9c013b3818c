// SPDX-License-Identifier: GPL-3.0-or-later
#include "original_reader.hpp"

#include "hop.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

namespace plex_tuner::gateway {
namespace {

/// So much waits here; the rest stays in the channel's ring.
constexpr std::size_t kMaxHeld = std::size_t{512} * 1024;

[[nodiscard]] std::string bytes_of(const Batch& batch) {
    std::string bytes;
    bytes.reserve(batch.bytes());
    for (const asio::const_buffer& buffer : batch.buffers()) {
        bytes.append(static_cast<const char*>(buffer.data()), buffer.size());
    }
    return bytes;
}

} // namespace

OriginalReader::OriginalReader(ChannelSession::Strand strand,
    std::shared_ptr<ChannelSession> original, std::function<void()> on_change)
    : strand_(std::move(strand)), original_(std::move(original)),
      viewer_(std::make_shared<Viewer>(0, original_->strand(), strand_)),
      on_change_(std::move(on_change)), room_(strand_) {
    viewer_->is_internal = true;
}

void OriginalReader::start() {
    asio::co_spawn(
        strand_, [self = shared_from_this()]() { return self->read(); },
        [self = shared_from_this()](const std::exception_ptr& exception) {
            if (exception) {
                std::rethrow_exception(exception); // a bug of ours; the runtime reports it
            }
        });
}

void OriginalReader::stop() {
    stopped_ = true;
    on_change_ = nullptr;
    room_.cancel();
    original_->disconnect(viewer_);
}

std::optional<OriginalReader::Piece> OriginalReader::take() {
    if (pieces_.empty()) {
        return std::nullopt;
    }
    Piece piece = std::move(pieces_.front());
    pieces_.pop_front();
    bytes_ -= piece.bytes.size();
    room_.cancel();
    return piece;
}

asio::awaitable<void> OriginalReader::read() {
    co_await hop_to(original_->strand());
    original_->attach(viewer_);
    std::uint64_t laps = 0;
    std::optional<ViewerEnd> end;
    while (!end) {
        // On the original's strand.
        end = co_await original_->next(*viewer_);
        Piece piece;
        if (!end) {
            piece = {bytes_of(viewer_->batch), viewer_->laps_total != laps};
            laps = viewer_->laps_total;
        }
        co_await hop_to(strand_);
        if (!end) {
            bytes_ += piece.bytes.size();
            pieces_.push_back(std::move(piece));
        } else {
            end_ = end;
        }
        if (on_change_) {
            on_change_();
        }
        while (!end && !stopped_ && bytes_ > kMaxHeld) {
            room_.expires_at(SteadyTime::max());
            co_await room_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
        co_await hop_to(original_->strand());
    }
    original_->detach(*viewer_);
}

} // namespace plex_tuner::gateway
