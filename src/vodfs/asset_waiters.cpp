// SPDX-License-Identifier: GPL-3.0-or-later
// The reads that wait with an asset, and how they are answered.
#include "asset.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::vodfs {

void Asset::answer(Waiter& waiter, Result<std::string> result) {
    if (waiter.learns()) {
        std::exchange(waiter.learn_done, nullptr)();
    } else {
        std::exchange(waiter.reply, nullptr)(std::move(result));
    }
}

void Asset::fail_waiters(const Error& error, const std::function<bool(const Waiter&)>& which) {
    std::vector<Waiter> failed;
    for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
        if (which(*waiter)) {
            failed.push_back(std::move(*waiter));
            waiter = waiters_.erase(waiter);
        } else {
            ++waiter;
        }
    }
    for (Waiter& waiter : failed) {
        answer(waiter, fail(error));
    }
}

void Asset::report(const Error& error, std::uint64_t offset) {
    context_.logger.warn(
        "cannot read a file", {{"file", address_.name}, {"offset", offset}, {"error", error}});
}

std::uint64_t Asset::first_missing(std::uint64_t begin, std::uint64_t end) const {
    for (;;) {
        const std::uint64_t missing = store_->first_missing(begin, end);
        const auto filling = std::ranges::find_if(streams_, [missing](const StreamPtr& stream) {
            return stream->tail_begin() <= missing && missing < stream->position;
        });
        if (missing >= end || filling == streams_.end()) {
            return missing;
        }
        begin = (*filling)->position;
        if (begin >= end) {
            return end;
        }
    }
}

std::optional<std::string> Asset::assemble(std::uint64_t begin, std::uint64_t end) {
    std::string bytes(end - begin, '\0');
    for (std::uint64_t at = begin; at < end;) {
        const std::uint64_t stored = store_->first_missing(at, end);
        if (stored > at) {
            if (!store_->read(at, std::span(bytes).subspan(at - begin, stored - at))) {
                return std::nullopt;
            }
            at = stored;
            continue;
        }
        const auto filling = std::ranges::find_if(streams_, [at](const StreamPtr& stream) {
            return stream->tail_begin() <= at && at < stream->position;
        });
        if (filling == streams_.end()) {
            return std::nullopt;
        }
        const std::uint64_t part = std::min(end, (*filling)->position) - at;
        (*filling)->tail.copy(bytes.data() + (at - begin), part, at - (*filling)->tail_begin());
        at += part;
    }
    return bytes;
}

bool Asset::try_answer(Waiter& waiter) {
    const std::uint64_t size = size_.load();
    if (waiter.learns()) {
        if (size == 0) {
            return false;
        }
        answer(waiter, std::string());
        return true;
    }
    const std::uint32_t version = version_.load();
    const std::uint32_t seen = waiter.reader->version.load();
    if (seen != 0 && seen != version) {
        answer(waiter,
            fail(ErrorCode::io, "the file is another one at the provider since it was opened"));
        return true;
    }
    if (size != 0) {
        waiter.end = std::min(waiter.end, size);
        if (waiter.begin >= waiter.end) {
            answer(waiter, std::string());
            return true;
        }
    }
    if (first_missing(waiter.begin, waiter.end) < waiter.end) {
        return false;
    }
    auto bytes = assemble(waiter.begin, waiter.end);
    if (!bytes) {
        return false;
    }
    std::uint32_t none = 0;
    waiter.reader->version.compare_exchange_strong(none, version);
    answer(waiter, std::move(*bytes));
    return true;
}

void Asset::answer_waiters() {
    for (std::size_t i = 0; i < waiters_.size();) {
        Waiter waiter = std::move(waiters_[i]);
        if (try_answer(waiter)) {
            waiters_.erase(waiters_.begin() + static_cast<std::ptrdiff_t>(i));
        } else {
            waiters_[i++] = std::move(waiter);
        }
    }
}

void Asset::expire_waiters() {
    const auto now = Clock::now();
    const bool any_read = std::ranges::any_of(waiters_,
        [now](const Waiter& waiter) { return waiter.deadline <= now && !waiter.learns(); });
    const Error error = trouble_.value_or(Error(ErrorCode::timeout,
        has_ranges_       ? "no answer within 30 s"
        : address_.is_hls ? "the title has not come that far within 30 s"
                          : "the server sends whole files only, and is not yet there after 30 s"));
    if (any_read) {
        const auto first = std::ranges::find_if(waiters_,
            [now](const Waiter& waiter) { return waiter.deadline <= now && !waiter.learns(); });
        report(error, first->begin);
    }
    fail_waiters(error, [now](const Waiter& waiter) { return waiter.deadline <= now; });
}

} // namespace plex_tuner::vodfs
