// SPDX-License-Identifier: GPL-3.0-or-later
// A worker process as tests want it: the real one, or one that misbehaves in the way it is told.
#include "frame.hpp"
#include "job_pipe.hpp"
#include "sandbox.hpp"

#include <plex_tuner/media/worker.hpp>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace plex_tuner::media;

/// Ready, and with a job begun.
JobPipe& pipe_with_job() {
    static JobPipe pipe(STDIN_FILENO, STDOUT_FILENO);
    pipe.send(FrameType::ready);
    if (!pipe.next_job()) {
        std::_Exit(1);
    }
    return pipe;
}

void crash() {
    (void)pipe_with_job();
    std::_Exit(7);
}

void hang() {
    (void)pipe_with_job();
    ::pause();
}

/// Takes all and says nothing.
void mute() {
    pipe_with_job().skip_rest();
    ::pause();
}

void flood() {
    JobPipe& pipe = pipe_with_job();
    std::string packets;
    for (int i = 0; i < 100; ++i) {
        packets += "\x47" + std::string(187, 'x');
    }
    for (;;) {
        pipe.send(FrameType::output, packets);
    }
}

void chatter() {
    JobPipe& pipe = pipe_with_job();
    pipe.send(FrameType::output, "this is no transport stream");
    ::pause();
}

void out_of_turn() {
    JobPipe pipe(STDIN_FILENO, STDOUT_FILENO);
    pipe.send(FrameType::done, encode(JobResult{}));
    ::pause();
}

/// In the sandbox does `deed`, which is to be its end; does the job if it is not.
void in_sandbox(const std::function<void()>& deed, bool threads) {
    if (!enter_sandbox({.threads = threads})) {
        std::_Exit(9);
    }
    JobPipe& pipe = pipe_with_job();
    deed();
    pipe.skip_rest();
    pipe.send(FrameType::done, encode(JobResult{}));
    ::_exit(0);
}

const std::map<std::string, std::function<void()>>& deeds() {
    static const std::map<std::string, std::function<void()>> all{
        {"nothing",
            [] {
            }},
        {"thread",
            [] {
                std::thread([] {}).join();
            }},
        {"memory",
            [] {
                (void)std::string(64 * 1024 * 1024, 'x');
            }},
        {"open",
            [] {
                if (::open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0) {
                    ::_exit(1);
                }
            }},
        {"socket",
            [] {
                (void)::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            }},
        {"fork",
            [] {
                (void)::fork();
            }},
        {"exec",
            [] {
                ::execl("/bin/true", "true", nullptr);
            }},
        {"kill",
            [] {
                (void)::kill(::getppid(), 0);
            }},
        {"write-elsewhere",
            [] {
                (void)!::write(STDERR_FILENO, "x", 1);
            }},
        {"code",
            [] {
                (void)::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            }},
        {"map-file",
            [] {
                (void)::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, 0, 0);
            }},
    };
    return all;
}

} // namespace

int main(int argc, char** argv) {
    const std::string mode = argc > 1 ? argv[1] : "";
    const std::map<std::string, void (*)()> modes{{"crash", crash}, {"hang", hang}, {"mute", mute},
        {"flood", flood}, {"chatter", chatter}, {"out-of-turn", out_of_turn}};
    if (mode == "worker") {
        return run_worker();
    }
    if (mode == "transcode-worker") {
        return run_transcode_worker();
    }
    if (const auto found = modes.find(mode); found != modes.end()) {
        found->second();
    } else if (const auto deed = deeds().find(mode); deed != deeds().end()) {
        in_sandbox(deed->second, argc > 2);
    }
    return 2;
}
