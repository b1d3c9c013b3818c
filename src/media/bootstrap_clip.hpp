// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "live_muxer.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/media/profile.hpp>

namespace plex_tuner::media {

/// Makes a clip as long as whole frames allow: what viewers can be sent while their transcode
/// begins. unsupported: the profile copies something, whose codec nobody knows before.
[[nodiscard]] Result<void> make_bootstrap_clip(
    const Profile& profile, const BootstrapClip& clip, TakeBytes take);

} // namespace plex_tuner::media
