// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace plex_tuner::media {

/// The whole life of the process that parses untrusted media: shuts itself off from everything but
/// descriptors 0 and 1 and does the jobs that come in there (see RemuxWorker, its other end) until
/// end of file. Returns the process's exit code; a text on standard error says what is wrong when
/// there can be no sandbox or this build has no FFmpeg.
[[nodiscard]] int run_worker();

/// False in a build without FFmpeg (PT_WITH_FFMPEG=OFF), whose workers end at once.
[[nodiscard]] bool is_available() noexcept;

} // namespace plex_tuner::media
