// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for demo_clip.cpp in a build without FFmpeg (PT_WITH_FFMPEG=OFF).
#include <plex_tuner/media/demo_clip.hpp>

namespace plex_tuner::media {

Result<DemoClip> make_demo_clip(DemoPicture /*picture*/) {
    return fail(ErrorCode::unsupported, "this build of plex-tuner has no encoders (PT_WITH_FFMPEG "
                                        "is off), so it cannot make demo clips");
}

} // namespace plex_tuner::media
