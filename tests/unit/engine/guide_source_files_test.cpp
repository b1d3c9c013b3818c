// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_source_files.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/base/atomic_file.hpp>

#include <fstream>

#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text) {
    std::ofstream(file) << text;
}

std::string text_of(const fs::path& file) {
    return read_file(file, 1000).value_or("(not there)");
}

GuideSource source_at(const std::string& url) {
    return {{*Url::parse(url)}};
}

class GuideSourceFilesTest : public ::testing::Test {
protected:
    testing::TemporaryDirectory directory_;
    GuideSourceFiles files_{directory_.path()};
    GuideSource source_ = source_at("http://h/xmltv.php?username=u&password=p");
};

TEST_F(GuideSourceFilesTest, NamesFollowTheAddressAndDoNotTellIt) {
    EXPECT_NE(files_.download(source_), files_.download(source_at("http://h/other.xml")));
    EXPECT_EQ(files_.download(source_).string().find("password"), std::string::npos);
}

TEST_F(GuideSourceFilesTest, ADownloadThatIsReplacedLeavesTheLastGoodOne) {
    write(files_.download(source_), "good");
    ASSERT_TRUE(files_.keep(files_.download(source_), source_, true));
    write(directory_.path() / "next", "broken");
    fs::rename(directory_.path() / "next", files_.download(source_));
    EXPECT_EQ(text_of(files_.last_good(source_)), "good");
    files_.forget_download(source_);
    EXPECT_FALSE(fs::exists(files_.download(source_)));
    EXPECT_EQ(text_of(files_.last_good(source_)), "good");
}

TEST_F(GuideSourceFilesTest, AFileOfTheUserIsCopiedOnceItChanged) {
    const auto file = directory_.path() / "mine.xml";
    const GuideSource mine{{file}};
    write(file, "one");
    ASSERT_TRUE(files_.keep(file, mine, false));
    const auto first_copy = fs::last_write_time(files_.last_good(mine));
    EXPECT_EQ(first_copy, fs::last_write_time(file));
    write(file, "broken"); // in place
    EXPECT_EQ(text_of(files_.last_good(mine)), "one");
    write(file, "two");
    fs::last_write_time(file, first_copy + std::chrono::seconds(5));
    ASSERT_TRUE(files_.keep(file, mine, false));
    EXPECT_EQ(text_of(files_.last_good(mine)), "two");
}

TEST_F(GuideSourceFilesTest, AFileThatIsGoneIsAnErrorAndTheLastGoodOneStays) {
    const auto file = directory_.path() / "mine.xml";
    const GuideSource mine{{file}};
    write(file, "one");
    ASSERT_TRUE(files_.keep(file, mine, false));
    fs::remove(file);
    EXPECT_FALSE(files_.keep(file, mine, false));
    EXPECT_EQ(text_of(files_.last_good(mine)), "one");
}

TEST_F(GuideSourceFilesTest, RemovesWhatBelongsToNoSource) {
    const GuideSource gone = source_at("http://gone/");
    for (const GuideSource& source : {source_, gone}) {
        write(files_.download(source), "x");
        ASSERT_TRUE(files_.keep(files_.download(source), source, true));
        write(files_.download(source).string() + ".meta", "x");
    }
    write(directory_.path() / "device-id", "x");
    files_.remove_others({source_});
    EXPECT_TRUE(fs::exists(files_.download(source_)));
    EXPECT_TRUE(fs::exists(files_.download(source_).string() + ".meta"));
    EXPECT_TRUE(fs::exists(files_.last_good(source_)));
    EXPECT_FALSE(fs::exists(files_.download(gone)));
    EXPECT_FALSE(fs::exists(files_.download(gone).string() + ".meta"));
    EXPECT_FALSE(fs::exists(files_.last_good(gone)));
    EXPECT_TRUE(fs::exists(directory_.path() / "device-id"));
}

} // namespace
} // namespace plex_tuner::engine
