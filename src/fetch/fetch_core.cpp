// SPDX-License-Identifier: GPL-3.0-or-later
#include "fetch_core.hpp"

#include "transfer_job.hpp"

#include <algorithm>
#include <cassert>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <pthread.h>

namespace plex_tuner::fetch {

namespace {

/// Idle connections kept for reuse; more would only hold sockets of hosts we are done with.
constexpr std::size_t kMaxIdleConnections = 64;
/// Each has a receive buffer. Segments of many channels are fetched at the same moment.
constexpr std::size_t kMaxIdleHandles = 32;

bool is_directory(const std::string& path) {
    std::error_code ignored;
    return !path.empty() && std::filesystem::is_directory(path, ignored);
}

} // namespace

FetchCore::FetchCore(asio::io_context* context, ClientOptions options, log::Logger logger)
    : options_(std::move(options)), has_ca_directory_(is_directory(options_.ca_bundle)),
      logger_(std::move(logger)),
      own_context_(context == nullptr ? std::make_unique<asio::io_context>(1) : nullptr),
      context_(context == nullptr ? *own_context_ : *context),
      loop_(std::make_unique<CurlLoop>(context_, *this, kMaxIdleConnections, logger_)) {
    // Shoutcast's status line; such stations are sources like any other.
    aliases_.append("ICY 200 OK");
}

FetchCore::~FetchCore() {
    shut_down();
}

Result<void> FetchCore::start() {
    if (!global_.ok() || !loop_->valid()) {
        return fail(ErrorCode::internal, "libcurl cannot be initialised");
    }
    if (own_context_ == nullptr) {
        return {};
    }
    try {
        work_.emplace(context_.get_executor());
        thread_ = std::thread([this] { run(); });
    } catch (const std::system_error& error) {
        return fail(ErrorCode::internal,
            std::string("the fetch thread cannot be started: ") + error.what());
    }
    return {};
}

void FetchCore::run() noexcept {
    pthread_setname_np(pthread_self(), "fetch");
    context_.run(); // an exception here is a bug of ours and ends the process
}

void FetchCore::shut_down() {
    if (own_context_ == nullptr) {
        close();
        return;
    }
    if (!thread_.joinable()) {
        return;
    }
    assert(std::this_thread::get_id() != thread_.get_id());
    asio::post(context_, [this] {
        close();
        work_.reset();
        context_.stop();
    });
    thread_.join();
}

void FetchCore::close() {
    closing_ = true;
    waiting_.clear();
    while (!jobs_.empty()) {
        jobs_.begin()->second->fail_with(
            Error(ErrorCode::cancelled, "the client is shutting down"));
    }
    idle_handles_.clear();
    loop_.reset(); // closes idle connections
}

void FetchCore::assert_on_thread() const {
    assert(closing_ || context_.get_executor().running_in_this_thread());
}

void FetchCore::submit(std::shared_ptr<TransferJob> job) {
    // At once on the fetch thread itself, where only coroutines begin transfers.
    asio::dispatch(context_, [this, job = std::move(job)] {
        jobs_.emplace(job.get(), job);
        job->start();
    });
}

void FetchCore::cancel(const std::weak_ptr<TransferJob>& job) {
    asio::post(context_, [job] {
        if (const auto running = job.lock()) {
            running->fail_with(Error(ErrorCode::cancelled, "the transfer was cancelled"));
        }
    });
}

void FetchCore::resume(const std::weak_ptr<TransferJob>& job) {
    asio::post(context_, [job] {
        if (const auto running = job.lock()) {
            running->resume();
        }
    });
}

void FetchCore::gather(const std::weak_ptr<TransferJob>& job) {
    asio::post(context_, [job] {
        if (const auto running = job.lock()) {
            running->gather();
        }
    });
}

CurlEasy FetchCore::take_handle() {
    assert_on_thread();
    if (idle_handles_.empty()) {
        return CurlEasy(curl_easy_init());
    }
    CurlEasy handle = std::move(idle_handles_.back());
    idle_handles_.pop_back();
    return handle;
}

void FetchCore::give_back(CurlEasy handle) {
    assert_on_thread();
    if (idle_handles_.size() >= kMaxIdleHandles || closing_) {
        return;
    }
    curl_easy_setopt(handle.get(), CURLOPT_SHARE, nullptr);    // the cookies of a jar stay there
    curl_easy_setopt(handle.get(), CURLOPT_COOKIELIST, "ALL"); // erases its own
    // The reset forgets the list of files that cookies are read from without freeing it.
    curl_easy_setopt(handle.get(), CURLOPT_COOKIEFILE, nullptr);
    curl_easy_reset(handle.get());
    idle_handles_.push_back(std::move(handle));
}

bool FetchCore::has_slot(const std::string& origin) const {
    const auto used = used_.find(origin);
    return used_total_ < options_.max_connections &&
           (used == used_.end() || used->second < options_.max_connections_per_host);
}

void FetchCore::acquire(TransferJob& job, const std::string& origin) {
    assert_on_thread();
    if (has_slot(origin)) {
        ++used_[origin];
        ++used_total_;
        job.begin_hop();
        return;
    }
    if (waiting_.size() >= kMaxWaiting) {
        job.fail_with(Error(ErrorCode::unavailable, "too many requests wait for a connection"));
        return;
    }
    waiting_.push_back({&job, origin});
}

void FetchCore::release(const std::string& origin) {
    const auto used = used_.find(origin);
    assert(used != used_.end());
    if (--used->second == 0) {
        used_.erase(used);
    }
    --used_total_;
    if (!waiting_.empty() && !closing_) {
        // Later, so that a job which moves on to its next hop is done with its own state first.
        asio::post(context_, [this] { pump(); });
    }
}

void FetchCore::pump() {
    for (std::size_t i = 0; i < waiting_.size() && used_total_ < options_.max_connections;) {
        if (!has_slot(waiting_[i].origin)) {
            ++i;
            continue;
        }
        const Waiting next = std::move(waiting_[i]);
        waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
        ++used_[next.origin];
        ++used_total_;
        const std::shared_ptr<TransferJob> job = jobs_.at(next.job);
        job->begin_hop();
    }
}

void FetchCore::forget(TransferJob& job) {
    assert_on_thread();
    std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.job == &job; });
    jobs_.erase(&job);
}

void FetchCore::on_transfer_done(CURL* easy, CURLcode result) {
    char* owner = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &owner);
    const auto job = jobs_.find(reinterpret_cast<TransferJob*>(owner));
    if (job == jobs_.end()) {
        assert(false && "libcurl finished a transfer that nobody owns");
        return;
    }
    const std::shared_ptr<TransferJob> alive = job->second;
    alive->on_done(result);
}

void FetchCore::mark_dirty(const std::shared_ptr<BodyPipe>& pipe) {
    if (dirty_.empty() || dirty_.back() != pipe) {
        dirty_.push_back(pipe);
    }
}

void FetchCore::on_round_done() {
    // Waking may run nothing of ours: it posts to the readers' executors.
    for (const auto& pipe : std::exchange(dirty_, {})) {
        pipe->wake();
    }
}

} // namespace plex_tuner::fetch
