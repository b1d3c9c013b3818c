// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "job_pipe.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/media/job.hpp>

namespace plex_tuner::media {

/// Does a job whose input are frames of compressed sound one behind the other, with ID3 tags before
/// and between them. Bytes that are neither are passed over.
[[nodiscard]] Result<JobResult> remux_packed_audio(const Job& job, JobPipe& pipe);

} // namespace plex_tuner::media
