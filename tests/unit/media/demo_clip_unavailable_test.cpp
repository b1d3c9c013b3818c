// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/media/demo_clip.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::media {
namespace {

TEST(DemoClipUnavailable, NamesTheMissingBuildOption) {
    const auto clip = make_demo_clip(DemoPicture::motion);
    ASSERT_FALSE(clip.has_value());
    EXPECT_EQ(clip.error().code(), ErrorCode::unsupported);
    EXPECT_NE(clip.error().message().find("PT_WITH_FFMPEG"), std::string::npos);
}

} // namespace
} // namespace plex_tuner::media
