// SPDX-License-Identifier: GPL-3.0-or-later
// The requests of an asset.
#include "asset.hpp"
#include "read_ahead.hpp"

#include <plex_tuner/fetch/content_check.hpp>

#include <algorithm>
#include <limits>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::vodfs {

namespace {

/// In a row.
[[nodiscard]] int most_failures(const Error& error) {
    switch (error.code()) {
    case ErrorCode::unavailable:
        return 1; // mostly the provider is to be left alone for longer than anybody waits
    case ErrorCode::parse:
    case ErrorCode::blocked:
        return 4;
    case ErrorCode::http_status:
        // An expired token is another one when the request begins anew; what is forbidden stays so.
        return error.http_status() == 401 || error.http_status() == 403 ? 1 : 8;
    default:
        return 8;
    }
}

/// Doubled with each failure in a row.
constexpr std::chrono::milliseconds kFirstPause{250};
constexpr std::chrono::milliseconds kLongestPause{5'000};
constexpr std::chrono::seconds kTroubleLasts{3};
constexpr std::chrono::seconds kPermitPatience{25};
/// Enough to tell a page from media.
constexpr std::size_t kLookAt = 64;

} // namespace

asio::awaitable<void> Asset::wait(StreamPtr stream, std::chrono::milliseconds time) {
    stream->wake.expires_after(time);
    co_await stream->wake.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> Asset::run_stream(StreamPtr stream) {
    auto self = shared_from_this();
    while (!stream->cancelled) {
        const std::uint64_t before = stream->position;
        Result<void> done = co_await attempt(stream);
        if (stream->cancelled || (done && stream->end && stream->position >= *stream->end)) {
            break;
        }
        if (done && stream->position != before) {
            continue; // the server sent less than was asked for, which it may
        }
        if (done) {
            done = fail(ErrorCode::empty_body, "the answer is empty");
        }
        trouble_ = done.error();
        context_.counters.note_failure(*trouble_);
        if (!may_pass(*trouble_) || ++stream->failures > most_failures(*trouble_)) {
            give_up(*stream);
            break;
        }
        context_.logger.debug("a request for a file failed",
            {{"file", address_.name}, {"offset", stream->position}, {"error", *trouble_}});
        if (!stream->has_waiter) {
            break; // nobody waits: the next who does begins anew
        }
        const auto pause = kFirstPause * (1 << std::min(stream->failures - 1, 5));
        co_await wait(stream, std::min<std::chrono::milliseconds>(pause, kLongestPause));
    }
    std::erase(streams_, stream);
    pump();
    AssetContext& context = context_;
    stream.reset();
    self.reset(); // before it is counted as gone, with all it uses
    --context.running;
    context.running.notify_all();
}

/// Those who wait for what `stream` was to bring learn why it does not.
void Asset::give_up(Stream& stream) {
    const Error error = *trouble_;
    trouble_until_ = Clock::now() + kTroubleLasts;
    stream.cancelled = true;
    const auto waits_for_it = [&](const Waiter& waiter) {
        return waiter.learns() || !has_ranges_ ||
               first_missing(waiter.begin, waiter.end) >= stream.position;
    };
    is_trouble_told_ = std::ranges::any_of(waiters_, waits_for_it);
    if (is_trouble_told_) {
        report(error, stream.position);
    }
    fail_waiters(error, waits_for_it);
}

asio::awaitable<Result<void>> Asset::attempt(StreamPtr stream) {
    auto url = Url::parse(address_.url);
    if (!url || !url->is_http()) {
        co_return fail(ErrorCode::invalid_argument, "the address of the file is no http URL");
    }
    SlotPool::Lease lease = co_await context_.slots.acquire(
        *url, {.still_wanted = [stream] { return !stream->cancelled; },
                  .wanted_by_other =
                      [weak = weak_from_this(), strand = strand_, stream](bool must) {
                          asio::post(strand, [weak, stream, must] {
                              const auto self = weak.lock();
                              if (self && (must || !stream->has_waiter)) {
                                  self->cancel_stream(*stream);
                                  self->pump();
                              }
                          });
                      }});
    if (!lease) {
        co_return Result<void>{};
    }
    Result<void> result;
    if (address_.is_hls) {
        result = co_await request_title(stream, *url);
    } else {
        fetch::Request request(std::move(*url));
        request.accept_compressed = false;
        request.limits = context_.limits;
        request.range = {stream->position,
            stream->end ? *stream->end - 1 : std::numeric_limits<std::uint64_t>::max()};
        result = co_await request_file(stream, std::move(request));
    }
    if (!result && is_over_limit(result.error())) {
        lease.refused();
    }
    co_return result;
}

/// Null: the stream was cancelled meanwhile.
asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> Asset::permit(
    StreamPtr stream, const fetch::Request& request) {
    using namespace asio::experimental::awaitable_operators;
    auto either = co_await (context_.requests.acquire(request, kPermitPatience) ||
                            stream->aborted.async_wait(asio::as_tuple(asio::use_awaitable)));
    if (stream->cancelled || either.index() != 0) {
        co_return std::unique_ptr<fetch::RequestPermit>();
    }
    co_return std::move(std::get<0>(either));
}

asio::awaitable<Result<void>> Asset::request_file(StreamPtr stream, fetch::Request request) {
    auto permit = co_await this->permit(stream, request);
    if (!permit || !*permit) {
        co_return permit ? Result<void>{} : Result<void>(fail(std::move(permit).error()));
    }
    const auto transfer = context_.client.start(std::move(request));
    stream->transfer = transfer.get();
    auto head = co_await transfer->head();
    if (head) {
        (*permit)->report(fetch::outcome_of(*head));
    } else if (!stream->cancelled) {
        (*permit)->report(
            {.status = 0, .retry_after = {}, .cloudflare = false, .network_error = true});
    }
    permit->reset();
    Result<void> result;
    if (!head) {
        result = fail(std::move(head).error());
    } else if (auto answer = read_range_answer(*head, stream->position); !answer) {
        result = fail(std::move(answer).error());
    } else {
        result = co_await transfer_body(stream, *transfer, *head, *answer);
    }
    stream->transfer = nullptr;
    co_return result;
}

/// What the head said counts from here on.
Result<void> Asset::believe(const RangeAnswer& answer, const StreamPtr& stream) {
    if (auto adopted = adopt(answer); !adopted) {
        return adopted;
    }
    if (const std::uint64_t size = size_.load();
        size != 0 && (!stream->end || *stream->end > size)) {
        stream->end = size;
    }
    if (!answer.has_ranges) {
        restart_whole(stream);
    }
    answer_waiters(); // those for the size
    return {};
}

/// The server sends the file from its beginning, whatever is asked for: one download for all.
void Asset::restart_whole(const StreamPtr& stream) {
    if (std::exchange(has_ranges_, false)) {
        context_.logger.info(
            "the server of a file knows no ranges, it is fetched from its beginning",
            {{"file", address_.name}});
    }
    for (const StreamPtr& other : streams_) {
        if (other != stream) {
            cancel_stream(*other);
        }
    }
    stream->begin = 0;
    stream->position = 0;
    stream->end.reset();
    if (const std::uint64_t size = size_.load(); size != 0) {
        stream->end = size;
    }
    stream->tail.clear();
}

asio::awaitable<Result<void>> Asset::transfer_body(StreamPtr stream, fetch::Transfer& transfer,
    const fetch::ResponseHead& head, const RangeAnswer& answer) {
    // A page instead of the file must not even change what is known of it.
    std::string first;
    bool is_believed = answer.begin != 0;
    if (is_believed) {
        if (auto believed = believe(answer, stream); !believed) {
            co_return believed;
        }
    }
    std::uint32_t version = version_.load();
    for (;;) {
        auto bytes = co_await transfer.read();
        if (stream->cancelled || version_.load() != version) {
            co_return Result<void>{};
        }
        if (!bytes) {
            co_return fail(std::move(bytes).error());
        }
        const bool is_end = bytes->empty();
        if (!is_believed) {
            first += *bytes;
            if (first.size() < kLookAt && !is_end) {
                continue;
            }
            const auto kind = fetch::classify_body(head.status, head.headers, first);
            if (kind != fetch::BodyKind::other) {
                co_return fail(fetch::unwanted_body(kind, head.effective_url));
            }
            is_believed = true;
            if (auto believed = believe(answer, stream); !believed) {
                co_return believed;
            }
            version = version_.load();
            *bytes = std::exchange(first, {});
        }
        std::string_view part(*bytes);
        if (answer.end) {
            part = part.substr(0, *answer.end - std::min(stream->position, *answer.end));
        }
        if (!part.empty()) {
            stream->failures = 0;
            take_bytes(*stream, part);
            find_index();
            pump();
            if (stream->cancelled) {
                co_return Result<void>{};
            }
        }
        if (is_end) {
            if (answer.end && stream->position < *answer.end) {
                co_return fail(ErrorCode::network, "the answer ended before what it announced");
            }
            if (!answer.end && size_.load() == 0) {
                set_size(stream->position);
                take_bytes(*stream, {});
                answer_waiters();
                stream->end = stream->position;
            }
            co_return Result<void>{};
        }
        if (stream->end && stream->position >= *stream->end) {
            if (answer.end && *answer.end <= *stream->end) {
                continue; // to the end of the answer, so that the connection can be used again
            }
            co_return Result<void>{};
        }
        while (has_ranges_ && stream->position >= stream->limit && !stream->cancelled) {
            co_await wait(stream, std::chrono::hours(1));
        }
        if (stream->cancelled) {
            co_return Result<void>{};
        }
    }
}

void Asset::take_bytes(Stream& stream, std::string_view bytes) {
    context_.counters.provider_bytes += bytes.size();
    const std::uint64_t size = size_.load();
    const bool is_at_end = size != 0 && stream.position + bytes.size() >= size;
    const auto keep = [&](std::string_view blocks) {
        store_->put(stream.tail_begin(), blocks);
        trouble_.reset();
    };
    if (!stream.tail.empty()) {
        // The block that was begun, so that the rest can go to the store from where it is.
        const std::string_view part =
            bytes.substr(0, is_at_end ? bytes.size() : kBlockBytes - stream.tail.size());
        stream.tail.append(part);
        stream.position += part.size();
        bytes.remove_prefix(part.size());
        if (stream.tail.size() < kBlockBytes && !is_at_end) {
            return;
        }
        keep(stream.tail);
        stream.tail.clear();
    }
    const std::size_t whole = is_at_end ? bytes.size() : bytes.size() - bytes.size() % kBlockBytes;
    if (whole > 0) {
        keep(bytes.substr(0, whole));
    }
    stream.position += bytes.size();
    stream.tail = bytes.substr(whole);
}

Result<void> Asset::adopt(const RangeAnswer& answer) {
    const FileFacts known = store_->facts();
    const std::uint64_t size = size_.load();
    const bool other_size = answer.total && size != 0 && *answer.total != size;
    const bool other_file = !known.validator.empty() && !answer.validator.empty() &&
                            known.host == answer.host && known.validator != answer.validator;
    if (other_size || other_file) {
        become_another(answer);
        return fail(ErrorCode::io, other_size ? "the file has another size at the provider now"
                                              : "the file is another one at the provider now");
    }
    if (known.validator.empty() || !known.size) {
        store_->set_facts({.size = answer.total ? answer.total : known.size,
            .validator = answer.validator,
            .host = answer.host});
    }
    if (answer.total && size == 0) {
        set_size(*answer.total);
    }
    return {};
}

void Asset::set_size(std::uint64_t size) {
    size_.store(size);
    context_.learned(inode_, size, nullptr);
}

/// Nothing of the old file is given out from here on, and nobody who has read of it reads the new.
void Asset::become_another(const RangeAnswer& answer) {
    context_.logger.warn("a file is another one at the provider than it was",
        {{"file", address_.name}, {"size_before", size_.load()},
            {"size", answer.total.value_or(0)}});
    version_.fetch_add(1);
    store_->clear();
    store_->set_facts({.size = answer.total, .validator = answer.validator, .host = answer.host});
    looked_for_index_ = false;
    index_.reset();
    for (const StreamPtr& stream : streams_) {
        stream->tail.clear();
        stream->position = stream->begin;
        cancel_stream(*stream);
    }
    size_.store(answer.total.value_or(0));
    changes_in_kernel_.fetch_add(1);
    context_.learned(inode_, size_.load(), shared_from_this());
}

} // namespace plex_tuner::vodfs
