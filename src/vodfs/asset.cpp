// SPDX-License-Identifier: GPL-3.0-or-later
#include "asset.hpp"

#include "container_index.hpp"
#include "read_ahead.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::vodfs {

namespace {

/// A reader that asks for nothing for so long is followed no more: a paused player, a lost handle.
constexpr std::chrono::seconds kFollowed{10};
/// How often deadlines and followers are looked at while something runs.
constexpr std::chrono::milliseconds kWatch{500};
/// Of the index at the end of a file.
constexpr std::uint64_t kIndexWindow = std::uint64_t{2} << 20;

} // namespace

Asset::Asset(
    AssetContext& context, Inode inode, FileAddress address, std::optional<std::uint64_t> size)
    : context_(context), inode_(inode), strand_(asio::make_strand(context.executor)),
      watch_timer_(strand_), store_(context.cache.store(inode)), address_(std::move(address)),
      has_ranges_(!address_.is_hls) {
    const FileFacts facts = store_->facts();
    size_.store(facts.size.value_or(size.value_or(0)));
}

Asset::~Asset() = default;

void Asset::set_address(FileAddress address) {
    asio::post(strand_, [self = shared_from_this(), address = std::move(address)]() mutable {
        const bool is_made_otherwise = self->address_.is_hls != address.is_hls;
        self->address_ = std::move(address);
        if (is_made_otherwise) {
            self->has_ranges_ = !self->address_.is_hls;
            self->become_another({});
        }
    });
}

std::shared_ptr<Reader> Asset::add_reader() {
    auto reader = std::make_shared<Reader>();
    asio::post(strand_, [self = shared_from_this(), reader] {
        std::erase_if(self->readers_, [](const auto& one) { return one.expired(); });
        self->readers_.push_back(reader);
    });
    return reader;
}

std::shared_ptr<CacheDescriptor> Asset::cached(Reader& reader, std::uint64_t offset,
    std::uint64_t size, const std::function<void()>& before_waiting) {
    // The version before and after: bytes taken in between may be of either.
    const std::uint32_t version = version_.load();
    auto kept = store_->on_disk(offset, size, kMaxAhead / 2, before_waiting);
    std::uint32_t none = 0;
    reader.version.compare_exchange_strong(none, version);
    if (!kept.data || version_.load() != version || reader.version.load() != version) {
        return nullptr;
    }
    reader.note(offset, offset + size);
    context_.counters.cache_read_bytes += size;
    const std::uint64_t end = offset + size + ahead_of(reader.run()) / 2;
    if (ahead_of(reader.run()) > 0 && kept.missing < std::min(end, size_.load()) &&
        !pump_posted_.exchange(true)) {
        asio::post(strand_, [self = shared_from_this()] { self->pump(); });
    }
    return std::move(kept.data);
}

Asset::ReadId Asset::read(
    std::shared_ptr<Reader> reader, std::uint64_t offset, std::uint64_t size, Reply reply) {
    reader->note(offset, offset + size);
    Waiter waiter{.id = next_id_.fetch_add(1),
        .reader = std::move(reader),
        .begin = offset,
        .end = offset + size,
        .reply = std::move(reply),
        .learn_done = {},
        .deadline = Clock::now() + kReadPatience};
    const ReadId id = waiter.id;
    asio::post(strand_, [self = shared_from_this(), waiter = std::move(waiter)]() mutable {
        self->add_waiter(std::move(waiter));
    });
    return id;
}

void Asset::learn_size(std::function<void()> done) {
    Waiter waiter{.id = next_id_.fetch_add(1),
        .reader = {},
        .begin = 0,
        .end = 0,
        .reply = {},
        .learn_done = std::move(done),
        .deadline = Clock::now() + kLearnPatience};
    asio::post(strand_, [self = shared_from_this(), waiter = std::move(waiter)]() mutable {
        self->add_waiter(std::move(waiter));
    });
}

void Asset::add_waiter(Waiter waiter) {
    if (context_.stopping) {
        answer(waiter, fail(ErrorCode::unavailable, "the mount is ending"));
        return;
    }
    const std::uint64_t wanted = waiter.end - waiter.begin;
    if (try_answer(waiter)) {
        context_.counters.cache_read_bytes += wanted;
        return;
    }
    if (trouble_ && Clock::now() < trouble_until_) {
        if (!waiter.learns() && !std::exchange(is_trouble_told_, true)) {
            report(*trouble_, waiter.begin);
        }
        answer(waiter, fail(*trouble_));
        return;
    }
    if (is_out_of_reach(waiter)) {
        const Error error(ErrorCode::unavailable,
            "the title is HLS only: what lies far behind what has come of it cannot be read yet");
        report(error, waiter.begin);
        answer(waiter, fail(error));
        return;
    }
    if (address_.is_hls && waiter.learns()) {
        answer(waiter, std::string()); // its size shows at its end
        return;
    }
    waiters_.push_back(std::move(waiter));
    pump();
    if (!std::exchange(watching_, true)) {
        ++context_.running;
        asio::co_spawn(strand_, watch(), asio::detached);
    }
}

void Asset::cancel(ReadId id) {
    asio::post(strand_, [self = shared_from_this(), id] {
        self->fail_waiters(Error(ErrorCode::cancelled, "the read was interrupted"),
            [id](const Waiter& waiter) { return waiter.id == id; });
        self->pump();
    });
}

void Asset::stop() {
    ++context_.running;
    asio::post(strand_, [self = shared_from_this(), &context = context_]() mutable {
        self->watch_timer_.cancel();
        for (const StreamPtr& stream : self->streams_) {
            self->cancel_stream(*stream);
        }
        self->fail_waiters(Error(ErrorCode::unavailable, "the mount is ending"),
            [](const Waiter&) { return true; });
        self.reset(); // before it is counted as gone, with all it uses
        --context.running;
        context.running.notify_all();
    });
}

asio::awaitable<void> Asset::watch() {
    auto self = shared_from_this();
    while (!context_.stopping && (!waiters_.empty() || !streams_.empty())) {
        watch_timer_.expires_after(kWatch);
        co_await watch_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        expire_waiters();
        pump();
    }
    watching_ = false;
    AssetContext& context = context_;
    self.reset(); // before it is counted as gone, with all it uses
    --context.running;
    context.running.notify_all();
}

Asset::Stream* Asset::stream_for(std::uint64_t offset, std::uint64_t run) const {
    const std::uint64_t patience = catch_up_of(run);
    for (const StreamPtr& stream : streams_) {
        const bool reaches = !stream->end || offset < *stream->end;
        const bool near = !has_ranges_ || offset < stream->position + patience;
        if (!stream->cancelled && stream->position <= offset && reaches && near) {
            return stream.get();
        }
    }
    return nullptr;
}

void Asset::want(std::uint64_t offset, std::uint64_t end, std::uint64_t run, bool waits) {
    Stream* stream = stream_for(offset, run);
    if (stream == nullptr) {
        begin_stream(offset, end, run, waits);
        return;
    }
    stream->is_wanted = true;
    stream->has_waiter = stream->has_waiter || waits;
    const std::uint64_t limit = end + ahead_of(run);
    if (limit > stream->limit) {
        stream->limit = limit;
        stream->wake.cancel();
    }
}

void Asset::pump() {
    pump_posted_.store(false);
    if (context_.stopping) {
        return;
    }
    answer_waiters();
    for (const StreamPtr& stream : streams_) {
        stream->is_wanted = false;
        stream->has_waiter = false;
    }
    const std::uint64_t size = size_.load();
    std::uint64_t run = 0;
    for (const Waiter& waiter : waiters_) {
        run = waiter.reader ? waiter.reader->run() : 0;
        want(first_missing(waiter.begin, waiter.end), waiter.end, run, true);
    }
    std::erase_if(readers_, [](const auto& one) { return one.expired(); });
    for (const auto& one : readers_) {
        const auto reader = one.lock();
        if (!reader || size == 0 || ahead_of(reader->run()) == 0 ||
            Clock::now() - reader->used_at() > kFollowed) {
            continue;
        }
        const std::uint64_t position = reader->position();
        const std::uint64_t end = std::min(size, position + ahead_of(reader->run()));
        const std::uint64_t missing = position < end ? first_missing(position, end) : end;
        if (missing < end && (missing - position < (end - position) / 2 ||
                                 stream_for(missing, reader->run()) != nullptr)) {
            want(missing, end, reader->run(), false);
        }
    }
    if (index_ && !readers_.empty()) {
        const std::uint64_t missing = first_missing(index_->first, index_->second);
        if (missing < index_->second) {
            want(missing, index_->second, 0, false);
        } else {
            index_.reset();
        }
    }
    for (const StreamPtr& stream : streams_) {
        if (!stream->is_wanted && !is_followed(*stream)) {
            cancel_stream(*stream);
        }
    }
}

bool Asset::is_followed(const Stream& stream) const {
    if (stream.end && *stream.end <= stream.position + kHeadWindow) {
        return true; // soon at its end, and its connection of use to the next
    }
    return std::ranges::any_of(readers_, [&](const std::weak_ptr<Reader>& one) {
        const auto reader = one.lock();
        if (!reader) {
            return false;
        }
        if (!has_ranges_) {
            return true; // there is no beginning anew in the middle
        }
        const auto lies_there = [&](std::uint64_t position, std::uint64_t ahead) {
            return stream.begin <= position + ahead &&
                   position <= stream.position + catch_up_of(reader->run());
        };
        // What was begun ahead of a reader is all it needs for now once it has come far enough.
        return Clock::now() - reader->used_at() <= kFollowed &&
               (lies_there(reader->position(), ahead_of(reader->run())) ||
                   lies_there(reader->previous(), 0));
    });
}

void Asset::cancel_stream(Stream& stream) {
    stream.cancelled = true;
    if (stream.transfer != nullptr) {
        stream.transfer->cancel();
    }
    if (stream.title != nullptr) {
        stream.title->cancel();
    }
    stream.wake.cancel();
    stream.aborted.cancel();
}

void Asset::begin_stream(std::uint64_t offset, std::uint64_t end, std::uint64_t run, bool waits) {
    std::size_t running = 0;
    for (const StreamPtr& stream : streams_) {
        running += stream->cancelled ? 0 : 1;
    }
    if (!has_ranges_ && running > 0) {
        return; // the whole file is on its way
    }
    if (running >= kMaxStreams) {
        // In favour of one whose bytes somebody waits for.
        const auto idle = std::ranges::find_if(streams_,
            [](const StreamPtr& stream) { return !stream->cancelled && !stream->is_wanted; });
        if (!waits || idle == streams_.end()) {
            return;
        }
        cancel_stream(**idle);
    }
    auto stream = std::make_shared<Stream>(asio::any_io_executor(strand_));
    const std::uint64_t size = size_.load();
    stream->begin = has_ranges_ ? block_floor(offset) : 0;
    stream->position = stream->begin;
    if (has_ranges_) {
        stream->end =
            request_end(stream->begin, end, run, size == 0 ? std::nullopt : std::optional(size));
        if (stream->end) {
            // Up to where the bytes are there already, or on their way.
            std::uint64_t stop = store_->first_present(stream->begin, *stream->end);
            for (const StreamPtr& other : streams_) {
                if (!other->cancelled && other->tail_begin() > stream->begin) {
                    stop = std::min(stop, other->tail_begin());
                }
            }
            stream->end = stop;
        }
    }
    stream->limit = end + std::max(ahead_of(run), kHeadWindow);
    stream->is_wanted = true;
    stream->has_waiter = waits;
    streams_.push_back(stream);
    ++context_.running;
    asio::co_spawn(strand_, run_stream(std::move(stream)), asio::detached);
    if (!std::exchange(watching_, true)) {
        ++context_.running;
        asio::co_spawn(strand_, watch(), asio::detached);
    }
}

void Asset::find_index() {
    constexpr std::uint64_t kLook = std::uint64_t{64} << 10;
    const std::uint64_t size = size_.load();
    const std::uint64_t look = std::min(kLook, size);
    if (looked_for_index_ || size == 0 || first_missing(0, look) < look) {
        return;
    }
    looked_for_index_ = true;
    const auto head = assemble(0, look);
    const auto offset = head ? index_offset(*head) : std::nullopt;
    if (offset && *offset < size) {
        index_ = {*offset, std::min(size, *offset + kIndexWindow)};
    }
}

} // namespace plex_tuner::vodfs
