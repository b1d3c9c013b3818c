// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/io_runtime.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>

#include <pthread.h>

namespace plex_tuner::net {

namespace {

constexpr unsigned kMaxDefaultThreads = 4;
constexpr std::size_t kMaxThreadName = 15; // pthread_setname_np(3), without the final NUL

unsigned effective_threads(unsigned wanted) noexcept {
    if (wanted != 0) {
        return wanted;
    }
    return std::clamp(std::thread::hardware_concurrency(), 1U, kMaxDefaultThreads);
}

/// sendfile(2) has no MSG_NOSIGNAL: a peer that closed would kill the process.
void block_sigpipe() noexcept {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

} // namespace

void name_thread(const std::string& name) noexcept {
    pthread_setname_np(pthread_self(), std::string_view(name).size() <= kMaxThreadName
                                           ? name.c_str()
                                           : name.substr(0, kMaxThreadName).c_str());
}

IoRuntime::IoRuntime(log::Logger logger, unsigned threads)
    : logger_(std::move(logger)), thread_count_(effective_threads(threads)),
      context_(static_cast<int>(thread_count_)), work_(context_.get_executor()) {}

IoRuntime::~IoRuntime() {
    stop();
    join();
}

void IoRuntime::start() {
    threads_.reserve(thread_count_);
    for (unsigned index = 0; index < thread_count_; ++index) {
        threads_.emplace_back([this, index] {
            name_thread("io-" + std::to_string(index));
            block_sigpipe();
            try {
                context_.run();
            } catch (const std::exception& error) {
                logger_.error("exception escaped an io handler", {{"error", error.what()}});
                std::abort();
            } catch (...) {
                logger_.error("exception escaped an io handler");
                std::abort();
            }
        });
    }
}

void IoRuntime::finish() {
    work_.reset();
}

void IoRuntime::stop() {
    context_.stop();
}

void IoRuntime::join() {
    for (std::thread& thread : threads_) {
        if (thread.joinable()) {
            thread.join();
        }
    }
    threads_.clear();
}

} // namespace plex_tuner::net
