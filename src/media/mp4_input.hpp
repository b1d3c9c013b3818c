// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "job_pipe.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/media/job.hpp>

namespace plex_tuner::media {

/// Does a job whose input is an initialisation section and the fragments behind it, or an MP4 file:
/// the first video and all sound in codecs that a transport stream can carry. Runs in the sandbox:
/// this is where untrusted bytes meet FFmpeg's demuxer.
[[nodiscard]] Result<JobResult> remux_mp4(const Job& job, JobPipe& pipe);

} // namespace plex_tuner::media
