// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace plex_tuner::bench {

/// Files on 127.0.0.1 over HTTP/1.1: ranges, kept connections, a listing at /, sent with
/// sendfile(2). Latency and pace can be simulated; requests and bytes are counted. One thread for
/// each connection.
class FileOrigin {
public:
    struct Counts {
        std::uint64_t requests = 0;
        std::uint64_t connections = 0;
        std::uint64_t bytes = 0; ///< of bodies
    };

    FileOrigin();
    ~FileOrigin();
    FileOrigin(const FileOrigin&) = delete;
    FileOrigin& operator=(const FileOrigin&) = delete;

    /// Serves `file` as /`name`; before the first request.
    void add(const std::string& name, const std::filesystem::path& file);

    [[nodiscard]] std::string url(const std::string& name) const;

    /// A round trip takes so long, of which setting up a connection is one.
    void set_latency(std::chrono::milliseconds time) { latency_ = time.count(); }

    /// Of each connection; 0: as fast as it goes.
    void set_pace(std::uint64_t bytes_per_second) { pace_ = bytes_per_second; }

    [[nodiscard]] Counts counts() const;

private:
    struct File {
        int descriptor = -1;
        std::uint64_t size = 0;
    };

    void accept_all();
    void serve(int connection);
    [[nodiscard]] bool answer(int connection, const std::string& request);
    [[nodiscard]] bool send_body(
        int connection, const File& file, std::uint64_t begin, std::uint64_t end);
    [[nodiscard]] std::string listing() const;

    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::map<std::string, File> files_;
    std::atomic<std::int64_t> latency_{0}; ///< ms
    std::atomic<std::uint64_t> pace_{0};
    std::atomic<std::uint64_t> requests_{0};
    std::atomic<std::uint64_t> connections_{0};
    std::atomic<std::uint64_t> bytes_{0};
    std::mutex mutex_;
    std::list<int> open_;
    std::list<std::thread> threads_; ///< of the accepting thread, until it has ended
    std::thread accepter_;
};

} // namespace plex_tuner::bench
