// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/fetch/compressed_file.hpp>

#include <fstream>

#include <gtest/gtest.h>

namespace plex_tuner::guide::testing {
namespace {

std::string unpacked(const std::filesystem::path& file) {
    auto reader = fetch::CompressedFileReader::open(file, 100'000'000);
    EXPECT_TRUE(reader) << reader.error().message();
    std::string text;
    while (true) {
        const auto chunk = reader->read();
        EXPECT_TRUE(chunk) << chunk.error().message();
        if (!chunk || chunk->empty()) {
            return text;
        }
        text += *chunk;
    }
}

TEST(CompressGuide, GivesBackTheSameBytesAndIsReproducible) {
    const plex_tuner::testing::TemporaryDirectory directory;
    for (const std::size_t lines : {0UZ, 1UZ, 200'000UZ}) {
        std::string content;
        for (std::size_t i = 0; i < lines; ++i) {
            content += "<title>programme " + std::to_string(i * 7919) + "</title>\n";
        }
        const auto file = directory.path() / "guide.xml";
        std::ofstream(file, std::ios::binary) << content;
        const auto compressed = compress_guide(file);
        ASSERT_TRUE(compressed) << compressed.error().message();
        EXPECT_EQ(*compressed, directory.path() / "guide.xml.gz");
        EXPECT_EQ(unpacked(*compressed), content);
        const std::string first = content_of(*compressed);
        ASSERT_TRUE(compress_guide(file));
        EXPECT_EQ(content_of(*compressed), first);
        if (lines > 1) {
            EXPECT_LT(first.size(), content.size() / 3);
        }
    }
}

TEST(CompressGuide, AMissingFileIsAnErrorAndLeavesNothing) {
    const plex_tuner::testing::TemporaryDirectory directory;
    EXPECT_FALSE(compress_guide(directory.path() / "guide.xml"));
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

} // namespace
} // namespace plex_tuner::guide::testing
