// SPDX-License-Identifier: GPL-3.0-or-later
#include "bootstrap_clip.hpp"
#include "encoder.hpp"
#include "ffmpeg_handles.hpp"
#include "job_pipe.hpp"
#include "mp4_input.hpp"
#include "packed_audio_input.hpp"
#include "sandbox.hpp"
#include "transcoder.hpp"

#include <plex_tuner/media/worker.hpp>

#include <cstdio>
#include <cstdlib>
#include <new>
#include <span>
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

namespace plex_tuner::media {
namespace {

/// Pictures of 4K in flight in a decoder and an encoder.
constexpr std::size_t kTranscodeMemory = std::size_t{1'500} * 1024 * 1024;
constexpr int kTranscodeNice = 5;

[[nodiscard]] Result<JobResult> transcode(const StreamJob& job, JobPipe& pipe) {
    const TakeBytes take = [&pipe](std::span<const std::uint8_t> bytes) {
        pipe.send(FrameType::output, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        return true;
    };
    try {
        Result<void> done;
        if (job.clip) {
            done = make_bootstrap_clip(job.profile, *job.clip, take);
        } else {
            done = Transcoder(
                job.profile, [&pipe](std::span<std::uint8_t> buffer) { return pipe.read(buffer); },
                take)
                       .run();
        }
        return done ? Result<JobResult>(JobResult{}) : fail(std::move(done).error());
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::too_large, "the stream needs too much memory");
    }
}

/// False: there is no sandbox, which was said.
[[nodiscard]] bool begin_work(const SandboxLimits& limits) {
    if (auto closed = enter_sandbox(limits); !closed) {
        std::fprintf(stderr, "plex-tuner: no sandbox: %s\n", closed.error().message().c_str());
        return false;
    }
    silence_library();
    return true;
}

/// Nothing is left to be tidied up, and tidying up needs calls that the sandbox does not have.
[[noreturn]] void end_process() {
    ::_exit(EXIT_SUCCESS);
}

[[nodiscard]] Result<JobResult> remux(const Job& job, JobPipe& pipe) {
    try {
        return job.kind == InputKind::mp4 ? remux_mp4(job, pipe) : remux_packed_audio(job, pipe);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::too_large, "the segment needs too much memory");
    }
}

} // namespace

int run_worker() {
    if (!begin_work({})) {
        return EXIT_FAILURE;
    }
    JobPipe pipe(STDIN_FILENO, STDOUT_FILENO);
    pipe.send(FrameType::ready);
    while (const auto job = pipe.next_job()) {
        const auto result = remux(*job, pipe);
        pipe.skip_rest();
        if (result) {
            pipe.send(FrameType::done, encode(*result));
        } else {
            pipe.send(FrameType::failed, encode(result.error()));
        }
    }
    end_process();
}

int run_transcode_worker() {
    if (::setpriority(PRIO_PROCESS, 0, kTranscodeNice) != 0) {
        std::fprintf(stderr, "plex-tuner: the priority stays as it is\n");
    }
    if (!begin_work({.memory = kTranscodeMemory, .cpu_seconds = 0, .threads = true})) {
        return EXIT_FAILURE;
    }
    JobPipe pipe(STDIN_FILENO, STDOUT_FILENO);
    pipe.send(FrameType::ready);
    if (const auto job = pipe.next_stream_job()) {
        const auto result = transcode(*job, pipe);
        if (result) {
            pipe.send(FrameType::done, encode(*result));
        } else {
            // The rest of a stream never ends: nobody waits for it before this is said.
            pipe.send(FrameType::failed, encode(result.error()));
        }
    }
    end_process();
}

std::string missing_encoder(const Profile& profile) {
    for (const char* name : {encoder_name(profile.video), encoder_name(profile.audio)}) {
        if (name != nullptr && avcodec_find_encoder_by_name(name) == nullptr) {
            return name;
        }
    }
    return {};
}

bool is_available() noexcept {
    return true;
}

} // namespace plex_tuner::media
