// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/fleet/output_queue.hpp>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

namespace plex_tuner::fleet {

namespace {

/// A log::Record that owns what it refers to.
struct Event {
    log::Level level;
    std::string module;
    std::string message;
    std::vector<log::Field> context;
    std::vector<log::Field> fields;
};

using Item = std::variant<std::string, Event>;

/// What an item counts in the queue.
std::size_t size_of(const Item& item) {
    constexpr std::size_t kEvent = 512;
    const auto* const line = std::get_if<std::string>(&item);
    return line != nullptr ? line->size() : kEvent;
}

void write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
            ::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return; // nobody reads any more
        }
    }
}

} // namespace

class OutputQueue::Core {
public:
    Core(int descriptor, std::shared_ptr<log::Sink> events, std::size_t max_waiting)
        : descriptor_(descriptor), events_(std::move(events)), max_waiting_(max_waiting) {}

    [[nodiscard]] bool enabled(log::Level level) const { return events_->enabled(level); }

    void push(Item item) {
        const std::scoped_lock lock(mutex_);
        if (is_finished_) {
            return;
        }
        const std::size_t size = size_of(item);
        if (waiting_bytes_ + size > max_waiting_) {
            ++dropped_;
            return;
        }
        waiting_bytes_ += size;
        items_.push_back(std::move(item));
        changed_.notify_one();
    }

    [[nodiscard]] std::uint64_t dropped() const {
        const std::scoped_lock lock(mutex_);
        return dropped_;
    }

    /// The thread.
    void run() {
        std::uint64_t said = 0;
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return !items_.empty() || is_finished_; });
            if (items_.empty()) {
                break;
            }
            const Item item = std::move(items_.front());
            items_.pop_front();
            const std::uint64_t dropped = dropped_;
            lock.unlock();
            if (dropped > said) {
                say_dropped(dropped - said);
                said = dropped;
            }
            write(item);
            lock.lock();
            // What is being written still waits: one line of a megabyte is no free place.
            waiting_bytes_ -= size_of(item);
        }
        is_done_ = true;
        lock.unlock();
        done_.notify_all();
    }

    void finish(std::chrono::milliseconds limit) {
        std::unique_lock lock(mutex_);
        is_finished_ = true;
        changed_.notify_all();
        done_.wait_for(lock, limit, [this] { return is_done_; });
    }

private:
    void write(const Item& item) {
        if (const auto* const line = std::get_if<std::string>(&item)) {
            write_all(descriptor_, *line);
            return;
        }
        const auto& event = std::get<Event>(item);
        events_->write({.level = event.level,
            .module = event.module,
            .message = event.message,
            .context = event.context,
            .fields = event.fields});
    }

    void say_dropped(std::uint64_t count) {
        const std::vector<log::Field> fields{{"lines", count}};
        events_->write({.level = log::Level::warn,
            .module = "fleet",
            .message = "lines were left out, as nobody read them fast enough",
            .context = {},
            .fields = fields});
    }

    const int descriptor_;
    const std::shared_ptr<log::Sink> events_;
    const std::size_t max_waiting_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::condition_variable done_;
    std::deque<Item> items_; ///< guarded by mutex_, as all below
    std::size_t waiting_bytes_ = 0;
    std::uint64_t dropped_ = 0;
    bool is_finished_ = false;
    bool is_done_ = false;
};

class OutputQueue::QueuedSink final : public log::Sink {
public:
    explicit QueuedSink(std::shared_ptr<Core> core) : core_(std::move(core)) {}

    [[nodiscard]] bool enabled(log::Level level) const noexcept override {
        return core_->enabled(level);
    }

    void write(const log::Record& record) override {
        if (enabled(record.level)) {
            core_->push(Event{.level = record.level,
                .module = std::string(record.module),
                .message = std::string(record.message),
                .context = {record.context.begin(), record.context.end()},
                .fields = {record.fields.begin(), record.fields.end()}});
        }
    }

private:
    std::shared_ptr<Core> core_;
};

OutputQueue::OutputQueue(int descriptor, std::shared_ptr<log::Sink> events, std::size_t max_waiting)
    : core_(std::make_shared<Core>(descriptor, std::move(events), max_waiting)) {
    // Not joined: it may stand in a write that never ends, and must not keep the process from
    // ending.
    std::thread([core = core_] {
        ::pthread_setname_np(::pthread_self(), "output");
        core->run();
    }).detach();
}

OutputQueue::~OutputQueue() {
    finish(std::chrono::milliseconds(1'000));
}

void OutputQueue::write(std::string line) {
    core_->push(std::move(line));
}

std::shared_ptr<log::Sink> OutputQueue::sink() const {
    return std::make_shared<QueuedSink>(core_);
}

std::uint64_t OutputQueue::dropped() const {
    return core_->dropped();
}

void OutputQueue::finish(std::chrono::milliseconds limit) {
    core_->finish(limit);
}

} // namespace plex_tuner::fleet
