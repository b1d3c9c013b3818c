// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace plex_tuner::testing {

/// UBSan looks whether an object's memory can be read by writing from it into a pipe: a test that
/// takes descriptors or write() away breaks the sanitizer, not the program.
#if defined(__has_feature) && __has_feature(undefined_behavior_sanitizer)
inline constexpr bool kUbsanNeedsPipes = true;
#else
inline constexpr bool kUbsanNeedsPipes = false;
#endif

} // namespace plex_tuner::testing
