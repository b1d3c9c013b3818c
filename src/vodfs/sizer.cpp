// SPDX-License-Identifier: GPL-3.0-or-later
#include "sizer.hpp"

#include "size_answer.hpp"

#include <plex_tuner/fetch/content_check.hpp>

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::vodfs {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kQueue = 1'000;
/// After all were asked for: a refresh may have brought more.
constexpr std::chrono::minutes kNothingLeft{1};
/// Doubled with each failure in a row.
constexpr std::chrono::seconds kFirstPause{30};
constexpr int kMaxDoublings = 6;
/// This work can wait: where there is a queue it is not for us.
constexpr std::chrono::seconds kPermitPatience{1};
constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kLookAt = 64;

/// The file is not to be had so, whoever asks; anything else may be the server's mood.
[[nodiscard]] bool is_of_the_file(const Error& error) {
    return !may_pass(error) || error.code() == ErrorCode::parse ||
           error.code() == ErrorCode::blocked || error.code() == ErrorCode::empty_body ||
           error.http_status() == 403;
}

void report_to(fetch::RequestPermit& permit, const Result<fetch::ResponseHead>& head) {
    if (head) {
        permit.report(fetch::outcome_of(*head));
    } else if (head.error().code() != ErrorCode::cancelled) {
        permit.report({.status = 0, .retry_after = {}, .cloudflare = false, .network_error = true});
    }
}

} // namespace

Sizer::Sizer(AssetContext& context, SizeBook& sizes, SizerOptions options,
    const asio::any_io_executor& strand)
    : context_(context), sizes_(sizes), options_(std::move(options)), timer_(strand) {}

void Sizer::stop() {
    stopping_ = true;
    timer_.cancel();
    if (transfer_ != nullptr) {
        transfer_->cancel();
    }
}

asio::awaitable<void> Sizer::wait(milliseconds time) {
    timer_.expires_after(time);
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> Sizer::run() {
    const milliseconds interval = milliseconds(std::chrono::minutes(1)) / options_.per_minute;
    bool told = false;
    while (!stopping_) {
        co_await wait(interval);
        if (stopping_ || !options_.is_idle()) {
            continue;
        }
        const auto inode = next();
        if (!inode) {
            if (!std::exchange(told, true)) {
                context_.logger.info("all files were asked for their size");
            }
            co_await wait(kNothingLeft);
            continue;
        }
        told = false;
        const Outcome outcome = co_await ask(*inode);
        if (outcome == Outcome::done) {
            failures_ = 0;
            continue;
        }
        queue_.push_back(*inode); // others may have another provider
        if (outcome == Outcome::trouble && !stopping_) {
            co_await wait(kFirstPause * (1 << std::min(failures_++, kMaxDoublings)));
        }
    }
}

std::optional<Inode> Sizer::next() {
    if (queue_.empty()) {
        const auto unknown = sizes_.unknown_of(*options_.tree(), kQueue);
        queue_.assign(unknown.begin(), unknown.end());
    }
    while (!queue_.empty()) {
        const Inode inode = queue_.front();
        queue_.pop_front();
        if (!sizes_.find(inode)) {
            return inode;
        }
    }
    return std::nullopt;
}

asio::awaitable<Sizer::Outcome> Sizer::ask(Inode inode) {
    const auto address = options_.tree()->address(inode);
    if (!address) {
        co_return Outcome::done; // gone with a refresh
    }
    auto url = Url::parse(address->url);
    if (!url || !url->is_http() || address->is_hls) {
        sizes_.refuse(inode);
        co_return Outcome::done;
    }
    SourceSlotOffer offer = co_await context_.access.take_idle(*url);
    if (offer.full || stopping_) {
        co_return Outcome::not_now;
    }
    slot_ = std::move(offer.slot);
    interrupted_ = false;
    auto size = co_await learn(*url);
    const auto slot = std::exchange(slot_, nullptr);
    if (size) {
        options_.learned(inode, *size);
        co_return Outcome::done;
    }
    if (interrupted_ || stopping_) {
        co_return Outcome::not_now;
    }
    context_.counters.note_failure(size.error());
    if (is_over_limit(size.error()) && slot) {
        slot->refused();
    }
    if (!is_of_the_file(size.error())) {
        co_return Outcome::trouble;
    }
    context_.logger.debug(
        "a file does not tell its size", {{"file", address->name}, {"error", size.error()}});
    sizes_.refuse(inode);
    co_return Outcome::done;
}

asio::awaitable<Result<std::uint64_t>> Sizer::learn(const Url& url) {
    const std::string origin = url.origin();
    const auto way = ways_.find(origin);
    if (way != ways_.end() && way->second == Way::head) {
        auto size = co_await ask_for_head(url);
        if (size || interrupted_ || stopping_ || !is_of_the_file(size.error())) {
            co_return size;
        }
    }
    if (way != ways_.end()) {
        co_return co_await ask_for_byte(url);
    }
    // The first file of a server: HEAD is believed when it says what the other one says.
    const auto said = co_await ask_for_head(url);
    if (interrupted_ || stopping_) {
        co_return fail(ErrorCode::cancelled, "interrupted");
    }
    auto size = co_await ask_for_byte(url);
    if (size) {
        ways_[origin] = said && *said == *size ? Way::head : Way::one_byte;
    }
    co_return size;
}

asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> Sizer::permit(
    const fetch::Request& request) {
    return context_.access.permit(request, kPermitPatience);
}

asio::awaitable<Result<std::uint64_t>> Sizer::ask_for_head(const Url& url) {
    fetch::Request request(url);
    request.accept_compressed = false;
    request.method = fetch::Method::head;
    request.limits = context_.limits;
    request.limits.total = kPatience;
    auto allowed = co_await permit(request);
    if (!allowed) {
        co_return fail(std::move(allowed).error());
    }
    if (interrupted_ || stopping_) {
        co_return fail(ErrorCode::cancelled, "interrupted");
    }
    ++context_.counters.provider_requests;
    const auto transfer = context_.client.start(std::move(request));
    transfer_ = transfer.get();
    auto head = co_await transfer->head();
    transfer_ = nullptr;
    report_to(**allowed, head);
    if (!head) {
        co_return fail(std::move(head).error());
    }
    if (const auto size = size_in_head(*head)) {
        co_return *size;
    }
    if (head->status != 200) {
        co_return fail(Error::from_http_status(
            head->status, "the server answers with status " + std::to_string(head->status)));
    }
    co_return fail(ErrorCode::parse, "the answer to HEAD tells no size");
}

asio::awaitable<Result<std::uint64_t>> Sizer::ask_for_byte(const Url& url) {
    fetch::Request request(url);
    request.accept_compressed = false;
    request.range = {0, 0};
    request.limits = context_.limits;
    request.limits.total = kPatience;
    auto allowed = co_await permit(request);
    if (!allowed) {
        co_return fail(std::move(allowed).error());
    }
    if (interrupted_ || stopping_) {
        co_return fail(ErrorCode::cancelled, "interrupted");
    }
    ++context_.counters.provider_requests;
    const auto transfer = context_.client.start(std::move(request));
    transfer_ = transfer.get();
    auto head = co_await transfer->head();
    std::string first;
    if (head && head->status == 200) {
        // The whole file, or a page: its first bytes tell.
        while (first.size() < kLookAt) {
            auto bytes = co_await transfer->read();
            if (!bytes || bytes->empty()) {
                break;
            }
            first += *bytes;
        }
    }
    transfer_ = nullptr;
    report_to(**allowed, head);
    if (!head) {
        co_return fail(std::move(head).error());
    }
    const auto answer = read_range_answer(*head, 0);
    if (!answer) {
        co_return fail(answer.error());
    }
    if (head->status == 200) {
        const auto kind = fetch::classify_body(head->status, head->headers, first);
        if (kind != fetch::BodyKind::other) {
            co_return fail(fetch::unwanted_body(kind, head->effective_url));
        }
    }
    if (answer->total.value_or(0) == 0 || is_text(*head)) {
        co_return fail(ErrorCode::parse, "the server does not say how large the file is");
    }
    co_return *answer->total;
}

asio::awaitable<void> Sizer::tend() {
    const auto slot = slot_;
    if (slot && co_await slot->asked_to_yield() && slot == slot_) {
        interrupted_ = true;
        if (transfer_ != nullptr) {
            transfer_->cancel();
        }
    }
}

} // namespace plex_tuner::vodfs
