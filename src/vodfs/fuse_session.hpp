// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eagerness.hpp"
#include "file_system.hpp"
#include "turn.hpp"

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
/// One thread at a time takes a request, in the order of the kernel, and the next behind its
/// answer; before what may take long it passes the turn on.
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
    void on_ended(const std::function<void()>& ended);

    /// Whom a request is for, and the turn of the thread that has just taken it.
    struct Receiver {
        FileSystem& file_system;
        Turn& turn;
    };

    /// On the thread whose turn it is.
    [[nodiscard]] Receiver receiver() noexcept { return {file_system_, *turn_of_request_}; }

private:
    explicit FuseSession(FileSystem& file_system);
    void run();
    /// On the thread whose turn it is: the next request; false: there will be none.
    [[nodiscard]] bool receive(fuse_buf& buffer);
    void tell_ended();

    FileSystem& file_system_;
    fuse_session* session_ = nullptr;
    int stop_event_ = -1;
    int poll_ = -1; ///< for the kernel's requests and stop_event_
    std::atomic<bool> stopping_{false};
    bool is_mounted_ = false;
    std::mutex mutex_;
    bool ended_ = false;
    std::function<void()> on_ended_;
    std::mutex
        turn_; ///< held by the one thread that waits for the kernel; what follows is under it
    Turn* turn_of_request_ = nullptr;
    Eagerness eagerness_;
    bool is_over_ = false;
    std::vector<std::thread> threads_;
};

} // namespace plex_tuner::vodfs
