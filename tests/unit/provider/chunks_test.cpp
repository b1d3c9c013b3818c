// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temporary_directory.hpp"

#include <plex_tuner/provider/chunks.hpp>

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::provider {
namespace {

using ::testing::HasSubstr;

std::string all_of(const Chunks& chunks) {
    std::string text;
    for (;;) {
        const auto chunk = chunks();
        if (!chunk) {
            return text + "|" + std::string(to_string(chunk.error().code()));
        }
        if (chunk->empty()) {
            return text;
        }
        text += *chunk;
    }
}

TEST(Chunks, TextInPieces) {
    const Chunks chunks = text_chunks("abcde", 2);
    EXPECT_EQ(chunks(), "ab");
    EXPECT_EQ(chunks(), "cd");
    EXPECT_EQ(chunks(), "e");
    EXPECT_EQ(chunks(), "");
    EXPECT_EQ(all_of(text_chunks("abcde")), "abcde");
}

TEST(Chunks, FilesAreReadAndBounded) {
    const testing::TemporaryDirectory directory;
    const auto path = directory.path() / "body.json";
    std::ofstream(path) << R"([{"stream_id":1}])";
    EXPECT_EQ(all_of(*file_chunks(path, 1000)), R"([{"stream_id":1}])");
    EXPECT_THAT(all_of(*file_chunks(path, 5)), HasSubstr("|too_large"));
    const auto missing = file_chunks(directory.path() / "none", 1000);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code(), ErrorCode::not_found);
}

} // namespace
} // namespace plex_tuner::provider
