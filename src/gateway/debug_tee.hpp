// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "counters.hpp"

#include <plex_tuner/gateway/gateway.hpp>
#include <plex_tuner/log/logger.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace plex_tuner::gateway {

/// Copies what sources send to files, for somebody who looks for a fault: the first bytes of each
/// connection in a file of its own. A thread of its own writes; streams never wait for it. When the
/// disk cannot follow, bytes are left out and counted; when it fails, the copying ends.
/// Thread-safe.
class DebugTee {
public:
    /// Bytes that wait to be written, of all connections.
    static constexpr std::size_t kMaxQueued = std::size_t{8} << 20;

    /// `options.bytes` is above zero. `counters` outlive it.
    DebugTee(DebugTeeOptions options, LiveCounters& counters, log::Logger log);
    ~DebugTee(); ///< after writing what waits
    DebugTee(const DebugTee&) = delete;
    DebugTee& operator=(const DebugTee&) = delete;

    /// The copy of one connection; its end closes the file. Confined to one strand; the tee
    /// outlives it.
    class Copy {
    public:
        ~Copy();
        Copy(const Copy&) = delete;
        Copy& operator=(const Copy&) = delete;

        void write(std::string_view bytes);

    private:
        friend class DebugTee;
        struct File;

        Copy(DebugTee& tee, std::shared_ptr<File> file);

        DebugTee& tee_;
        std::shared_ptr<File> file_;
        std::uint64_t left_;
    };

    /// Null once the tee has ended. The file is named after time, channel number and name.
    [[nodiscard]] std::unique_ptr<Copy> begin(std::string_view number, std::string_view name);

private:
    struct Item {
        std::shared_ptr<Copy::File> file;
        std::string bytes; ///< empty: the file is complete
    };

    void push(Item item);
    void run();
    void process(const Item& item);
    [[nodiscard]] bool open(Copy::File& file);
    void finish(Copy::File& file);
    void remove_oldest();
    void give_up(const std::string& path, int error);

    const DebugTeeOptions options_;
    LiveCounters& counters_;
    const log::Logger log_;
    std::atomic<std::uint64_t> next_{1};
    std::atomic<bool> ended_{false};

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Item> queue_;
    std::size_t queued_ = 0; ///< bytes
    bool stopping_ = false;
    std::thread thread_; ///< last: it uses the others
};

} // namespace plex_tuner::gateway
