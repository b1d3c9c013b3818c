// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuse_session.hpp"

#include "mount_info.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>

#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace plex_tuner::vodfs {

namespace {

/// Answers from memory take microseconds; what waits for the network holds no thread.
constexpr unsigned kThreads = 4;
constexpr unsigned kMaxBackground = 64;

/// The one place where an operation ends whatever happens in it.
template <class Operation>
void guarded(fuse_req_t request, const Operation& operation) noexcept {
    try {
        operation(static_cast<FuseSession*>(fuse_req_userdata(request))->receiver());
    } catch (const std::exception&) {
        fuse_reply_err(request, ENOMEM);
    }
}

[[nodiscard]] OpenFile* file_of(const fuse_file_info* info) noexcept {
    // libfuse keeps handles as numbers. NOLINTNEXTLINE(performance-no-int-to-ptr)
    return info == nullptr ? nullptr : reinterpret_cast<OpenFile*>(info->fh);
}

void on_init(void* /*data*/, fuse_conn_info* connection) noexcept {
    const auto want = [connection](unsigned capability) {
        connection->want |= connection->capable & capability;
    };
    want(FUSE_CAP_READDIRPLUS);
    // Which entries come with their facts is decided here, not guessed by the kernel.
    connection->want &= ~static_cast<unsigned>(FUSE_CAP_READDIRPLUS_AUTO);
    want(FUSE_CAP_PARALLEL_DIROPS);
    want(FUSE_CAP_ASYNC_READ);
    want(FUSE_CAP_SPLICE_WRITE);
    // Directories need no handle: their listings go by position. Saves two requests for each.
    want(FUSE_CAP_NO_OPENDIR_SUPPORT);
    connection->max_background = kMaxBackground;
    connection->congestion_threshold = kMaxBackground * 3 / 4;
}

void on_lookup(fuse_req_t request, fuse_ino_t directory, const char* name) noexcept {
    guarded(request,
        [&](FuseSession::Receiver to) { to.file_system.lookup(request, directory, name); });
}

void on_forget(fuse_req_t request, fuse_ino_t /*inode*/, std::uint64_t /*count*/) noexcept {
    fuse_reply_none(request);
}

void on_forget_multi(
    fuse_req_t request, std::size_t /*count*/, fuse_forget_data* /*all*/) noexcept {
    fuse_reply_none(request);
}

void on_getattr(fuse_req_t request, fuse_ino_t inode, fuse_file_info* info) noexcept {
    guarded(request,
        [&](FuseSession::Receiver to) { to.file_system.getattr(request, inode, file_of(info)); });
}

void on_opendir(fuse_req_t request, fuse_ino_t /*inode*/, fuse_file_info* /*info*/) noexcept {
    fuse_reply_err(request, ENOSYS);
}

void on_readdir(fuse_req_t request, fuse_ino_t inode, std::size_t size, off_t offset,
    fuse_file_info* /*info*/) noexcept {
    guarded(request, [&](FuseSession::Receiver to) {
        to.file_system.readdir(request, inode, size, offset, false);
    });
}

void on_readdirplus(fuse_req_t request, fuse_ino_t inode, std::size_t size, off_t offset,
    fuse_file_info* /*info*/) noexcept {
    guarded(request, [&](FuseSession::Receiver to) {
        to.file_system.readdir(request, inode, size, offset, true);
    });
}

void on_open(fuse_req_t request, fuse_ino_t inode, fuse_file_info* info) noexcept {
    guarded(request, [&](FuseSession::Receiver to) {
        to.turn.pass();
        to.file_system.open(request, inode, *info);
    });
}

void on_read(fuse_req_t request, fuse_ino_t /*inode*/, std::size_t size, off_t offset,
    fuse_file_info* info) noexcept {
    guarded(request, [&](FuseSession::Receiver to) {
        to.file_system.read(request, *file_of(info), size, offset, to.turn);
    });
}

void on_release(fuse_req_t request, fuse_ino_t /*inode*/, fuse_file_info* info) noexcept {
    guarded(request, [&](FuseSession::Receiver to) {
        to.turn.pass();
        to.file_system.release(request, file_of(info));
    });
}

void on_statfs(fuse_req_t request, fuse_ino_t /*inode*/) noexcept {
    guarded(request, [&](FuseSession::Receiver to) { to.file_system.statfs(request); });
}

[[nodiscard]] fuse_lowlevel_ops operations() {
    fuse_lowlevel_ops all{};
    all.init = &on_init;
    all.lookup = &on_lookup;
    all.forget = &on_forget;
    all.forget_multi = &on_forget_multi;
    all.getattr = &on_getattr;
    all.opendir = &on_opendir;
    all.readdir = &on_readdir;
    all.readdirplus = &on_readdirplus;
    all.open = &on_open;
    all.read = &on_read;
    all.release = &on_release;
    all.statfs = &on_statfs;
    return all;
}

/// libfuse tells its reasons on stderr only; the likely ones are looked at here.
[[nodiscard]] Error mount_error(const std::filesystem::path& mount_point, bool allow_other) {
    std::string message = "cannot mount at " + mount_point.string();
    if (::access("/dev/fuse", F_OK) != 0) {
        message += ": there is no /dev/fuse (load the module fuse; in a container pass the device "
                   "and the capability SYS_ADMIN)";
    } else if (::access("/dev/fuse", R_OK | W_OK) != 0) {
        message += ": /dev/fuse may not be opened";
    } else if (::geteuid() != 0) {
        message += allow_other ? ": as a user this needs fusermount3, and -allow-other the line "
                                 "user_allow_other in /etc/fuse.conf"
                               : ": as a user this needs fusermount3 (package fuse3) and a mount "
                                 "point that is yours";
    } else {
        message += ": the kernel refuses (capability SYS_ADMIN?)";
    }
    return {ErrorCode::unavailable, std::move(message)};
}

} // namespace

FuseSession::FuseSession(FileSystem& file_system) : file_system_(file_system) {}

Result<std::unique_ptr<FuseSession>> FuseSession::mount(
    FileSystem& file_system, const std::filesystem::path& mount_point, bool allow_other) {
    std::unique_ptr<FuseSession> self(new FuseSession(file_system));
    std::string options = "ro,nosuid,nodev,default_permissions,fsname=plex-tuner,subtype=";
    options += kSubtype;
    options += allow_other ? ",allow_other" : "";
    std::string program = "plex-tuner";
    std::string flag = "-o";
    std::array<char*, 4> texts = {program.data(), flag.data(), options.data(), nullptr};
    fuse_args arguments{.argc = 3, .argv = texts.data(), .allocated = 0};
    const fuse_lowlevel_ops all = operations();
    self->stop_event_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    self->poll_ = ::epoll_create1(EPOLL_CLOEXEC);
    self->session_ = fuse_session_new(&arguments, &all, sizeof(all), self.get());
    fuse_opt_free_args(&arguments);
    if (self->session_ == nullptr || self->stop_event_ < 0 || self->poll_ < 0) {
        return fail(ErrorCode::internal, "cannot begin a session with libfuse");
    }
    if (fuse_session_mount(self->session_, mount_point.c_str()) != 0) {
        return fail(mount_error(mount_point, allow_other));
    }
    self->is_mounted_ = true;
    const int descriptor = fuse_session_fd(self->session_);
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    epoll_event from_kernel{.events = EPOLLIN, .data = {.fd = descriptor}};
    epoll_event from_us{.events = EPOLLIN, .data = {.fd = self->stop_event_}};
    ::epoll_ctl(self->poll_, EPOLL_CTL_ADD, descriptor, &from_kernel);
    ::epoll_ctl(self->poll_, EPOLL_CTL_ADD, self->stop_event_, &from_us);
    for (unsigned i = 0; i < kThreads; ++i) {
        self->threads_.emplace_back([&session = *self, i] {
            ::pthread_setname_np(::pthread_self(), ("fuse-" + std::to_string(i)).c_str());
            session.run();
        });
    }
    return self;
}

FuseSession::~FuseSession() {
    stop();
    if (session_ != nullptr) {
        fuse_session_destroy(session_);
    }
    for (const int descriptor : {stop_event_, poll_}) {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
}

void FuseSession::run() {
    fuse_buf buffer{};
    Turn turn(turn_);
    while (!is_over_ && receive(buffer)) {
        turn_of_request_ = &turn;
        fuse_session_process_buf(session_, &buffer);
        turn.take();
        eagerness_.answered(std::chrono::steady_clock::now());
    }
    is_over_ = true;
    turn.pass();
    std::free(buffer.mem); // libfuse allocates it with malloc
    if (!stopping_.load()) {
        tell_ended();
    }
}

bool FuseSession::receive(fuse_buf& buffer) {
    while (!stopping_.load() && fuse_session_exited(session_) == 0) {
        if (!eagerness_.looks_again(std::chrono::steady_clock::now())) {
            // First, not only when there is nothing to read: each look in vain is a system call.
            epoll_event event{};
            const int ready = ::epoll_wait(poll_, &event, 1, -1);
            if ((ready < 0 && errno != EINTR) || (ready == 1 && event.data.fd == stop_event_)) {
                return false;
            }
        }
        const int received = fuse_session_receive_buf(session_, &buffer);
        if (received > 0) {
            eagerness_.asked(std::chrono::steady_clock::now());
            return true;
        }
        if (received != -EAGAIN && received != -EINTR) {
            return false; // unmounted
        }
        std::this_thread::yield();
    }
    return false;
}

void FuseSession::tell_ended() {
    // The other threads may be waiting for what will not come.
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t told = ::write(stop_event_, &one, sizeof(one));
    std::function<void()> ended;
    {
        const std::scoped_lock lock(mutex_);
        if (std::exchange(ended_, true)) {
            return;
        }
        ended = on_ended_;
    }
    if (ended) {
        ended();
    }
}

void FuseSession::on_ended(const std::function<void()>& ended) {
    {
        const std::scoped_lock lock(mutex_);
        on_ended_ = ended;
        if (!ended_) {
            return;
        }
    }
    ended();
}

void FuseSession::stop() {
    if (stopping_.exchange(true)) {
        return;
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t told = ::write(stop_event_, &one, sizeof(one));
    for (std::thread& thread : threads_) {
        thread.join();
    }
    if (is_mounted_) {
        // Closes the connection first: whoever waits gets an error, and nothing keeps the mount.
        fuse_session_unmount(session_);
    }
}

void FuseSession::forget_name(Inode directory, std::string_view name) {
    const std::string text(name);
    fuse_lowlevel_notify_inval_entry(session_, directory, text.c_str(), text.size());
}

void FuseSession::forget_attributes(Inode inode) {
    fuse_lowlevel_notify_inval_inode(session_, inode, -1, 0);
}

void FuseSession::forget_content(Inode inode) {
    fuse_lowlevel_notify_inval_inode(session_, inode, 0, 0);
}

} // namespace plex_tuner::vodfs
