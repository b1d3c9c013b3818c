// SPDX-License-Identifier: GPL-3.0-or-later
// A file that is made of the segments of an HLS title: it grows from its beginning, and its size is
// known when all of it has been made.
#include "asset.hpp"
#include "read_ahead.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::vodfs {

asio::awaitable<Result<void>> Asset::request_title(StreamPtr stream, const Url& url) {
    if (context_.titles == nullptr) {
        co_return fail(ErrorCode::unsupported, "titles that are HLS only cannot be read here");
    }
    if (!std::exchange(was_title_begun_, true) && size_.load() == 0) {
        store_->clear(); // a part of it, of another time
    }
    stream->begin = 0;
    stream->position = 0;
    stream->tail.clear();
    stream->end.reset();
    if (const std::uint64_t size = size_.load(); size != 0) {
        stream->end = size;
    }
    const auto title = context_.titles->open(strand_, url, context_.requests);
    stream->title = title.get();
    auto result = co_await take_title(stream, *title);
    stream->title = nullptr;
    co_await title->finish();
    co_return result;
}

asio::awaitable<Result<void>> Asset::take_title(StreamPtr stream, Title& title) {
    const std::uint32_t version = version_.load();
    for (;;) {
        auto bytes = co_await title.read();
        if (stream->cancelled || version_.load() != version) {
            co_return Result<void>{};
        }
        if (!bytes) {
            co_return fail(std::move(bytes).error());
        }
        const std::uint64_t size = size_.load();
        const std::uint64_t position = stream->position + bytes->size();
        if (size != 0 && (position > size || (bytes->empty() && position < size))) {
            become_another({});
            co_return fail(ErrorCode::io, "the title is another one at the provider now");
        }
        if (bytes->empty()) {
            if (size == 0 && position != 0) {
                set_size(position);
            }
            take_bytes(*stream, {});
            stream->end = position;
            answer_waiters();
            co_return Result<void>{};
        }
        stream->failures = 0;
        take_bytes(*stream, *bytes);
        made_ = std::max(made_, stream->position);
        pump();
        while (stream->position >= stream->limit && !stream->cancelled) {
            co_await wait(stream, std::chrono::hours(1));
        }
        if (stream->cancelled) {
            co_return Result<void>{};
        }
    }
}

bool Asset::is_out_of_reach(const Waiter& waiter) const {
    if (!address_.is_hls || waiter.learns()) {
        return false;
    }
    return waiter.begin > made_ + kTitleReach;
}

} // namespace plex_tuner::vodfs
