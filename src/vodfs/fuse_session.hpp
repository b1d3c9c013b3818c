// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "file_system.hpp"

#include <plex_tuner/base/result.hpp>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace plex_tuner::vodfs {

/// A mount in the kernel, and the threads that take its requests. libfuse's own loop cannot be
/// ended while the kernel is silent; this one waits for the kernel and for a word of ours alike.
class FuseSession {
public:
    /// Mounts, and answers from then on.
    [[nodiscard]] static Result<std::unique_ptr<FuseSession>> mount(
        FileSystem& file_system, const std::filesystem::path& mount_point, bool allow_other);
    /// stop()
    ~FuseSession();
    FuseSession(const FuseSession&) = delete;
    FuseSession& operator=(const FuseSession&) = delete;

    void forget_name(Inode directory, std::string_view name);
    void forget_attributes(Inode inode);
    /// Of a file its bytes, of a directory its listing; attributes too. May wait for reads that are
    /// under way: not from a thread that answers them.
    void forget_content(Inode inode);

    /// Unmounts, whoever uses it, and ends the threads. Requests that are still to be answered are
    /// lost to those who wait for them.
    void stop();
    /// Called once, when the mount ends and stop() was not called.
    void on_ended(std::function<void()> ended);

private:
    FuseSession();
    void run();
    void tell_ended();

    fuse_session* session_ = nullptr;
    int stop_event_ = -1;
    std::atomic<bool> stopping_{false};
    bool is_mounted_ = false;
    std::mutex mutex_;
    bool ended_ = false;
    std::function<void()> on_ended_;
    std::vector<std::thread> threads_;
};

} // namespace plex_tuner::vodfs
