// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for the worker in a build without FFmpeg (PT_WITH_FFMPEG=OFF).
#include <plex_tuner/media/worker.hpp>

#include <cstdio>
#include <cstdlib>

namespace plex_tuner::media {

int run_worker() {
    std::fputs("plex-tuner: this build has no FFmpeg (PT_WITH_FFMPEG is off)\n", stderr);
    return EXIT_FAILURE;
}

int run_transcode_worker() {
    return run_worker();
}

std::string missing_encoder(const Profile& /*profile*/) {
    return "FFmpeg";
}

bool is_available() noexcept {
    return false;
}

} // namespace plex_tuner::media
