// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/failing_syscall.hpp"
#include "support/sanitizer.hpp"

#include <plex_tuner/base/atomic_file.hpp>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace plex_tuner {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AtomicFileTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "pt-atomic-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        directory_ = pattern;
    }

    void TearDown() override { fs::remove_all(directory_); }

    [[nodiscard]] fs::path path(const std::string& name) const { return directory_ / name; }

    void put(const fs::path& file, std::string_view content) const {
        auto out = AtomicFile::create(file);
        ASSERT_TRUE(out);
        ASSERT_TRUE(out->write(content));
        ASSERT_TRUE(out->commit());
    }

    [[nodiscard]] static std::string get(const fs::path& file) {
        return read_file(file, 1 << 24).value_or("<unreadable>");
    }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const auto& entry : fs::directory_iterator(directory_)) {
            out.push_back(entry.path().filename().string());
        }
        return out;
    }

    fs::path directory_;
};

TEST_F(AtomicFileTest, CommitReplacesTheContentAndLeavesNothingElse) {
    put(path("a.json"), "old");
    auto file = AtomicFile::create(path("a.json"));
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write("new "));
    ASSERT_TRUE(file->write("text"));
    EXPECT_EQ(file->size(), 8U);
    EXPECT_EQ(get(path("a.json")), "old");
    ASSERT_TRUE(file->commit());
    EXPECT_EQ(get(path("a.json")), "new text");
    EXPECT_THAT(names(), ElementsAre("a.json"));
}

TEST_F(AtomicFileTest, WithoutCommitTheTargetStaysAndTheTemporaryFileGoes) {
    put(path("a"), "old");
    {
        auto file = AtomicFile::create(path("a"));
        ASSERT_TRUE(file);
        ASSERT_TRUE(file->write("half"));
        EXPECT_THAT(names(), SizeIs(2));
    }
    EXPECT_EQ(get(path("a")), "old");
    EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(AtomicFileTest, MoveAssignmentDropsTheFileItReplaces) {
    auto first = AtomicFile::create(path("first"));
    auto second = AtomicFile::create(path("second"));
    ASSERT_TRUE(first && second);
    ASSERT_TRUE(second->write("2"));
    *first = std::move(*second);
    ASSERT_TRUE(first->commit());
    EXPECT_EQ(get(path("second")), "2");
    EXPECT_THAT(names(), ElementsAre("second"));
}

TEST_F(AtomicFileTest, LargeContentSurvivesTheBuffer) {
    std::string content;
    for (int i = 0; i < 200'000; ++i) {
        content += std::to_string(i);
    }
    auto file = AtomicFile::create(path("big"));
    ASSERT_TRUE(file);
    for (std::size_t at = 0; at < content.size(); at += 70'001) {
        ASSERT_TRUE(file->write(std::string_view(content).substr(at, 70'001)));
    }
    ASSERT_TRUE(file->commit());
    EXPECT_EQ(file->size(), content.size());
    EXPECT_EQ(get(path("big")), content);
}

TEST_F(AtomicFileTest, CreatesParentDirectoriesAndSetsTheMode) {
    auto file = AtomicFile::create(path("x/y/z"), 0600);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->commit());
    struct stat info{};
    ASSERT_EQ(::stat(path("x/y/z").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(AtomicFileTest, WritesThroughASymbolicLink) {
    put(path("real"), "old");
    fs::create_symlink("real", path("link"));
    put(path("link"), "new");
    EXPECT_TRUE(fs::is_symlink(path("link")));
    EXPECT_EQ(get(path("real")), "new");
}

TEST_F(AtomicFileTest, ALinkToAFileThatDoesNotExistYetStaysALink) {
    // real/first -> second -> ../there/file, seen through a link to the directory.
    fs::create_directories(path("real"));
    fs::create_directory_symlink("real", path("door"));
    fs::create_symlink("second", path("real/first"));
    fs::create_symlink("../there/file", path("real/second"));
    put(path("door/first"), "new");
    EXPECT_TRUE(fs::is_symlink(path("real/first")));
    EXPECT_TRUE(fs::is_symlink(path("real/second")));
    EXPECT_EQ(get(path("there/file")), "new");

    fs::create_symlink(path("absolute"), path("link"));
    put(path("link"), "new");
    EXPECT_TRUE(fs::is_symlink(path("link")));
    EXPECT_EQ(get(path("absolute")), "new");
}

TEST_F(AtomicFileTest, ALinkThatLeadsToItselfEnds) {
    fs::create_symlink("b", path("a"));
    fs::create_symlink("a", path("b"));
    AtomicFile::remove_leftovers(path("a"));
    put(path("a"), "new");
    EXPECT_EQ(get(path("a")), "new");
}

TEST_F(AtomicFileTest, AFinishedFileRefusesMore) {
    auto file = AtomicFile::create(path("a"));
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->commit());
    EXPECT_FALSE(file->write("x"));
    EXPECT_FALSE(file->commit());
    EXPECT_EQ(get(path("a")), "");
}

TEST_F(AtomicFileTest, OverwriteReachesFlushedAndBufferedBytes) {
    // More than any buffer, so that the range lies partly on disk and partly in memory.
    std::string content(3'000'000, '.');
    auto file = AtomicFile::create(path("a"));
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write(content));
    for (const std::size_t offset :
        {std::size_t{0}, content.size() - 400'000, content.size() - 3}) {
        const std::string patch(offset == content.size() - 400'000 ? 300'000 : 3, '#');
        ASSERT_TRUE(file->overwrite(offset, patch));
        content.replace(offset, patch.size(), patch);
    }
    ASSERT_TRUE(file->write("end"));
    EXPECT_FALSE(file->overwrite(file->size() - 2, "123"));
    EXPECT_FALSE(file->overwrite(file->size() + 1, ""));
    ASSERT_TRUE(file->commit());
    EXPECT_EQ(get(path("a")), content + "end");
}

TEST_F(AtomicFileTest, TruncateForgetsFlushedAndBufferedBytes) {
    const std::string content(1'000'000, 'x');
    auto file = AtomicFile::create(path("a"));
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->write(content));
    ASSERT_TRUE(file->write("tail"));
    ASSERT_TRUE(file->truncate(content.size()));
    ASSERT_TRUE(file->write("T"));
    ASSERT_TRUE(file->truncate(5));
    EXPECT_EQ(file->size(), 5U);
    EXPECT_FALSE(file->truncate(6));
    ASSERT_TRUE(file->write("!"));
    ASSERT_TRUE(file->commit());
    EXPECT_EQ(get(path("a")), "xxxxx!");
}

TEST_F(AtomicFileTest, ErrorsNameThePath) {
    put(path("plain"), "");
    const auto below_file = AtomicFile::create(path("plain/child"));
    ASSERT_FALSE(below_file);
    EXPECT_THAT(below_file.error().message(), HasSubstr(path("plain").string()));

    EXPECT_FALSE(AtomicFile::create(directory_ / ""));

    fs::create_directory(path("directory"));
    auto onto_directory = AtomicFile::create(path("directory"));
    ASSERT_TRUE(onto_directory);
    const auto committed = onto_directory->commit();
    ASSERT_FALSE(committed);
    EXPECT_THAT(committed.error().message(), HasSubstr(path("directory").string()));
    EXPECT_THAT(names(), ::testing::UnorderedElementsAre("plain", "directory"));
}

TEST_F(AtomicFileTest, AFullDeviceIsReportedAndKeepsTheTarget) {
    if (plex_tuner::testing::kUbsanNeedsPipes) {
        GTEST_SKIP() << "UBSan needs what this test takes away";
    }
    put(path("a"), "old");
    auto file = AtomicFile::create(path("a"));
    ASSERT_TRUE(file);
    const std::string block(1 << 20, 'x');
    testing::with_failing_syscall(SYS_write, ENOSPC, [&] {
        const auto written = file->write(block);
        ASSERT_FALSE(written);
        EXPECT_EQ(written.error().code(), ErrorCode::disk_full);
        EXPECT_THAT(written.error().message(), HasSubstr(path("a").string()));
    });
    const auto again = file->write("more");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code(), ErrorCode::disk_full);
    const auto committed = file->commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code(), ErrorCode::disk_full);
    EXPECT_EQ(get(path("a")), "old");
    EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(AtomicFileTest, ADeviceThatIsFullAtTheCommitIsReportedAndKeepsTheTarget) {
    if (plex_tuner::testing::kUbsanNeedsPipes) {
        GTEST_SKIP() << "UBSan needs what this test takes away";
    }
    for (const long call : {SYS_write, SYS_fsync}) {
        put(path("a"), "old");
        auto file = AtomicFile::create(path("a"));
        ASSERT_TRUE(file);
        ASSERT_TRUE(file->write("small")) << "buffered until the commit";
        testing::with_failing_syscall(call, EDQUOT, [&] {
            const auto committed = file->commit();
            ASSERT_FALSE(committed);
            EXPECT_EQ(committed.error().code(), ErrorCode::disk_full);
            EXPECT_THAT(committed.error().message(), HasSubstr(path("a").string()));
        });
        EXPECT_EQ(get(path("a")), "old");
        EXPECT_THAT(names(), ElementsAre("a"));
    }
}

TEST_F(AtomicFileTest, FileSystemsWithoutLocksAreWrittenTo) {
    for (const int error : {ENOLCK, EOPNOTSUPP, ENOSYS}) {
        testing::with_failing_syscall(SYS_flock, error, [&] { put(path("a"), "new"); });
        EXPECT_EQ(get(path("a")), "new");
        fs::remove(path("a"));
    }
}

TEST_F(AtomicFileTest, LeftoversOfAKilledWriterAreRemovedLivingOnesStay) {
    put(path("a"), "old");
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        auto file = AtomicFile::create(path("a"));
        static_cast<void>(file->write("half"));
        ::raise(SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_THAT(names(), SizeIs(2));

    auto living = AtomicFile::create(path("a"));
    ASSERT_TRUE(living);
    put(path("b"), "other");
    AtomicFile::remove_leftovers(path("a"));
    EXPECT_THAT(names(), SizeIs(3)); // a, b and the living one
    ASSERT_TRUE(living->write("new"));
    ASSERT_TRUE(living->commit());
    EXPECT_EQ(get(path("a")), "new");
    EXPECT_THAT(names(), ::testing::UnorderedElementsAre("a", "b"));
}

TEST_F(AtomicFileTest, LeftoversOfEveryFileOfADirectoryAreRemoved) {
    for (const char* const name :
        {".a.json.part-AbCdEf", ".b.part-c.part-AbCdEf", ".part-x", "a.json", "c.part-AbCdEf"}) {
        std::ofstream(path(name)) << "x";
    }
    auto living = AtomicFile::create(path("a.json"));
    ASSERT_TRUE(living);
    AtomicFile::remove_leftovers_in(directory_);
    EXPECT_THAT(names(), SizeIs(4)); // what is no leftover, and the living one
    living = AtomicFile::create(path("unrelated/a.json"));
    ASSERT_TRUE(living);
    EXPECT_THAT(names(),
        ::testing::UnorderedElementsAre(".part-x", "a.json", "c.part-AbCdEf", "unrelated"));
    AtomicFile::remove_leftovers_in(path("no/such/directory"));
}

TEST_F(AtomicFileTest, RemoveLeftoversOfNothingIsHarmless) {
    AtomicFile::remove_leftovers(path("no/such/directory/file"));
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(AtomicFileTest, ReadFileHasALimitAndNamesThePath) {
    put(path("five"), "12345");
    EXPECT_EQ(read_file(path("five"), 5).value(), "12345");
    const auto large = read_file(path("five"), 4);
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().code(), ErrorCode::too_large);
    const auto missing = read_file(path("none"), 10);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code(), ErrorCode::not_found);
    EXPECT_THAT(missing.error().message(), HasSubstr(path("none").string()));
    const auto directory = read_file(directory_, 10);
    ASSERT_FALSE(directory);
    EXPECT_EQ(directory.error().code(), ErrorCode::io);
}

} // namespace
} // namespace plex_tuner
