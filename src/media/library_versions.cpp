// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/media/library_versions.hpp>

#if PT_WITH_FFMPEG
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}
#endif

namespace plex_tuner::media {

#if PT_WITH_FFMPEG

namespace {

std::string dotted(unsigned version) {
    return std::to_string(AV_VERSION_MAJOR(version)) + "." +
           std::to_string(AV_VERSION_MINOR(version)) + "." +
           std::to_string(AV_VERSION_MICRO(version));
}

} // namespace

std::vector<LibraryVersion> library_versions() {
    return {{"libavcodec", dotted(avcodec_version())}, {"libavformat", dotted(avformat_version())}};
}

#else

std::vector<LibraryVersion> library_versions() {
    return {{"libavcodec", "not in this build: no demo provider"}};
}

#endif

} // namespace plex_tuner::media
