// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/media/profile.hpp>

#include <string>

namespace plex_tuner::media {

/// The whole life of the process that parses untrusted media: shuts itself off from everything but
/// descriptors 0 and 1 and does the jobs that come in there (see MediaWorker, its other end) until
/// end of file. Returns the process's exit code; a text on standard error says what is wrong when
/// there can be no sandbox or this build has no FFmpeg.
[[nodiscard]] int run_worker();

/// The same for a process that transcodes whole streams, which may make threads and takes as long
/// as the stream lasts; at a lower priority than what only passes bytes on. It does one job, a
/// Profile, and ends.
[[nodiscard]] int run_transcode_worker();

/// What a profile needs and this build has no encoder for ("libx264"); empty: nothing.
[[nodiscard]] std::string missing_encoder(const Profile& profile);

/// False in a build without FFmpeg (PT_WITH_FFMPEG=OFF), whose workers end at once.
[[nodiscard]] bool is_available() noexcept;

} // namespace plex_tuner::media
