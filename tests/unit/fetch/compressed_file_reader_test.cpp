// SPDX-License-Identifier: GPL-3.0-or-later
#include "compress.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/fetch/compressed_file.hpp>

#include <gmock/gmock.h>

namespace plex_tuner::fetch::testing {
namespace {

using ::testing::HasSubstr;

class CompressedFileReaderTest : public ::testing::Test {
protected:
    std::filesystem::path file_with(std::string_view bytes) {
        const std::filesystem::path path = directory_.path() / "file";
        auto file = AtomicFile::create(path);
        EXPECT_TRUE(file && file->write(bytes) && file->commit());
        return path;
    }

    static Result<std::string> read_all(
        const std::filesystem::path& path, std::uint64_t max_output = 1ULL << 30) {
        auto reader = CompressedFileReader::open(path, max_output);
        if (!reader) {
            return fail(reader.error());
        }
        std::string all;
        for (;;) {
            const auto chunk = reader->read();
            if (!chunk) {
                return fail(chunk.error());
            }
            if (chunk->empty()) {
                return all;
            }
            EXPECT_LE(chunk->size(), Decompressor::kMaxPiece);
            all.append(*chunk);
        }
    }

    plex_tuner::testing::TemporaryDirectory directory_;
};

TEST_F(CompressedFileReaderTest, ReadsPlainAndCompressedFiles) {
    const std::string text = guide_like(2'000'000);
    for (const std::string& bytes : {text, gzipped(text), xz_compressed(text), std::string()}) {
        const auto all = read_all(file_with(bytes));
        ASSERT_TRUE(all) << all.error().message();
        EXPECT_TRUE(*all == (bytes.empty() ? "" : text));
    }
}

TEST_F(CompressedFileReaderTest, HighlyCompressedDataComesInSmallChunks) {
    const std::string zeros(30'000'000, '\0');
    for (const std::string& packed :
        {gzipped(zeros), gzipped(gzipped(zeros)), xz_compressed(gzipped(zeros))}) {
        const auto all = read_all(file_with(packed));
        ASSERT_TRUE(all);
        EXPECT_TRUE(*all == zeros);
    }
}

TEST_F(CompressedFileReaderTest, ErrorsNameTheFile) {
    const auto missing = read_all(directory_.path() / "none");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code(), ErrorCode::not_found);
    EXPECT_THAT(missing.error().message(), HasSubstr("none"));

    const auto directory = read_all(directory_.path());
    ASSERT_FALSE(directory);
    EXPECT_EQ(directory.error().code(), ErrorCode::io);

    const std::string whole = gzipped(guide_like(100'000));
    const std::filesystem::path cut = file_with(whole.substr(0, whole.size() / 2));
    const auto half = read_all(cut);
    ASSERT_FALSE(half);
    EXPECT_EQ(half.error().code(), ErrorCode::parse);
    EXPECT_THAT(half.error().message(), HasSubstr(cut.string()));

    const auto bomb = read_all(file_with(gzipped(std::string(5'000'000, '\0'))), 1'000'000);
    ASSERT_FALSE(bomb);
    EXPECT_EQ(bomb.error().code(), ErrorCode::too_large);
}

} // namespace
} // namespace plex_tuner::fetch::testing
