// SPDX-License-Identifier: GPL-3.0-or-later
#include "ffmpeg_handles.hpp"
#include "job_pipe.hpp"
#include "mp4_input.hpp"
#include "packed_audio_input.hpp"
#include "sandbox.hpp"

#include <plex_tuner/media/worker.hpp>

#include <cstdio>
#include <cstdlib>
#include <new>

#include <unistd.h>

namespace plex_tuner::media {
namespace {

[[nodiscard]] Result<JobResult> remux(const Job& job, JobPipe& pipe) {
    try {
        return job.kind == InputKind::mp4 ? remux_mp4(job, pipe) : remux_packed_audio(job, pipe);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::too_large, "the segment needs too much memory");
    }
}

} // namespace

int run_worker() {
    if (auto closed = enter_sandbox(); !closed) {
        std::fprintf(stderr, "plex-tuner: no sandbox: %s\n", closed.error().message().c_str());
        return EXIT_FAILURE;
    }
    silence_library();
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
    // Nothing is left to be tidied up, and tidying up needs calls that the sandbox does not have.
    ::_exit(EXIT_SUCCESS);
}

bool is_available() noexcept {
    return true;
}

} // namespace plex_tuner::media
