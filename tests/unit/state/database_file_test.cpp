// SPDX-License-Identifier: GPL-3.0-or-later
#include "database_file.hpp"
#include "file_size_limit.hpp"
#include "set_aside.hpp"
#include "support/temporary_directory.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::state {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::array<const char*, 2> kMigrations = {
    "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)",
    "ALTER TABLE item ADD COLUMN weight INTEGER NOT NULL DEFAULT 7"};

class DatabaseFileTest : public ::testing::Test {
protected:
    [[nodiscard]] DatabaseSpec spec(std::size_t version = kMigrations.size()) const {
        return {.file = path(),
            .migrations = std::span(kMigrations).first(version),
            .durability = Durability::process,
            .check_whole = true,
            .page_bytes = 4096};
    }

    [[nodiscard]] fs::path path() const { return directory_.path() / "below" / "test.db"; }

    [[nodiscard]] DatabaseFile open() const {
        auto file = DatabaseFile::open(spec());
        if (!file) {
            throw std::runtime_error(file.error().message());
        }
        return std::move(*file);
    }

    [[nodiscard]] static Result<void> add(DatabaseFile& file, const std::string& name) {
        return file.write([&](Database& database) {
            return database.run("INSERT INTO item (name) VALUES (?)", name);
        });
    }

    [[nodiscard]] static std::int64_t count(DatabaseFile& file) {
        return *file.read(
            [](Database& database) { return database.integer("SELECT count(*) FROM item"); });
    }

    /// Files set aside.
    [[nodiscard]] std::vector<std::string> damaged() const {
        std::vector<std::string> out;
        for (const auto& entry : fs::directory_iterator(path().parent_path())) {
            const std::string name = entry.path().filename().string();
            if (name.starts_with("test.db.corrupt-") && !name.ends_with("-wal")) {
                out.push_back(name);
            }
        }
        return out;
    }

    void scribble(std::streamoff offset, std::size_t bytes) const {
        std::fstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(offset);
        file << std::string(bytes, '\xa5');
    }

    testing::TemporaryDirectory directory_;
};

TEST_F(DatabaseFileTest, IsCreatedWithItsDirectoryForItsOwnerOnly) {
    auto file = open();
    ASSERT_TRUE(add(file, "a"));
    for (const char* suffix : {"", "-wal", "-shm"}) {
        EXPECT_EQ(fs::status(path().string() + suffix).permissions(),
            fs::perms::owner_read | fs::perms::owner_write)
            << suffix;
    }
}

TEST_F(DatabaseFileTest, IsBroughtToTheNewestVersionWithItsRows) {
    {
        auto file = DatabaseFile::open(spec(1));
        ASSERT_TRUE(file);
        ASSERT_TRUE(add(*file, "old"));
    }
    auto file = open();
    EXPECT_EQ(*file.read([](Database& database) {
        return database.integer("SELECT weight FROM item WHERE name = 'old'");
    }),
        7);
}

TEST_F(DatabaseFileTest, OfANewerProgramIsLeftAlone) {
    {
        auto file = open();
    }
    const auto refused = DatabaseFile::open(spec(1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::unsupported);
    EXPECT_THAT(refused.error().message(), HasSubstr("newer plex-tuner"));
    EXPECT_THAT(damaged(), IsEmpty());
}

TEST_F(DatabaseFileTest, AFailedTransactionLeavesNothing) {
    auto file = open();
    const auto refused = file.write([](Database& database) -> Result<void> {
        EXPECT_TRUE(database.run("INSERT INTO item (name) VALUES ('half')"));
        return fail(ErrorCode::cancelled, "enough");
    });
    EXPECT_EQ(refused.error().code(), ErrorCode::cancelled);
    EXPECT_EQ(count(file), 0);
}

TEST_F(DatabaseFileTest, WhatIsNoDatabaseIsSetAside) {
    fs::create_directories(path().parent_path());
    std::ofstream(path()) << std::string(10'000, 'x');
    auto file = open();
    const auto names = damaged();
    ASSERT_THAT(names, SizeIs(1));
    EXPECT_EQ(fs::file_size(path().parent_path() / names[0]), 10'000U);
    EXPECT_THAT(
        file.take_warnings(), ElementsAre(AllOf(HasSubstr(path().string()), HasSubstr(names[0]))));
    EXPECT_THAT(file.take_warnings(), IsEmpty());
    ASSERT_TRUE(add(file, "a"));
    EXPECT_EQ(count(file), 1);
}

TEST_F(DatabaseFileTest, DamageInTheMiddleIsFoundOnOpening) {
    {
        auto file = open();
        ASSERT_TRUE(add(file, std::string(50'000, 'n')));
    }
    scribble(4096, 8192);
    auto file = open();
    EXPECT_THAT(file.take_warnings(), SizeIs(1));
    EXPECT_EQ(count(file), 0);
}

TEST_F(DatabaseFileTest, ATruncatedFileIsFoundOnOpening) {
    {
        auto file = open();
        ASSERT_TRUE(add(file, std::string(50'000, 'n')));
    }
    fs::resize_file(path(), 6000);
    auto file = open();
    EXPECT_THAT(file.take_warnings(), SizeIs(1));
    ASSERT_TRUE(add(file, "a"));
}

TEST_F(DatabaseFileTest, AnEmptyFileIsAnEmptyDatabase) {
    fs::create_directories(path().parent_path());
    const std::ofstream created(path());
    auto file = open();
    EXPECT_THAT(file.take_warnings(), IsEmpty());
    EXPECT_EQ(count(file), 0);
}

TEST_F(DatabaseFileTest, DamageMetLaterIsSetAsideAndTheWorkDoneAgain) {
    {
        auto file = open();
        ASSERT_TRUE(add(file, std::string(50'000, 'n')));
    }
    scribble(4096, 8192);
    DatabaseSpec unchecked = spec();
    unchecked.check_whole = false;
    auto file = DatabaseFile::open(unchecked);
    ASSERT_TRUE(file);
    EXPECT_THAT(file->take_warnings(), IsEmpty());
    ASSERT_TRUE(add(*file, "after"));
    EXPECT_THAT(file->take_warnings(), SizeIs(1));
    EXPECT_EQ(count(*file), 1);
}

TEST_F(DatabaseFileTest, WhoHasADamagedFileOpenMovesOnToTheNewOne) {
    auto first = open();
    ASSERT_TRUE(add(first, "lost"));
    const auto moved = set_aside(path());
    ASSERT_TRUE(moved);
    {
        auto second = open();
        ASSERT_TRUE(add(second, "kept"));
        EXPECT_EQ(count(first), 1);
        ASSERT_TRUE(add(first, "kept too"));
        EXPECT_EQ(count(second), 2);
    }
}

TEST_F(DatabaseFileTest, ClosingALostFileDoesNotHurtTheNewOne) {
    auto first = std::optional(open());
    ASSERT_TRUE(add(*first, "lost"));
    ASSERT_TRUE(set_aside(path()));
    auto second = open();
    ASSERT_TRUE(add(second, "kept"));
    first.reset();
    EXPECT_TRUE(fs::exists(path().string() + "-wal"));
    ASSERT_TRUE(add(second, "kept too"));
    auto third = open();
    EXPECT_EQ(count(third), 2);
}

TEST_F(DatabaseFileTest, ManyWhoMeetDamageAtOnceSetAsideOnce) {
    fs::create_directories(path().parent_path());
    std::ofstream(path()) << std::string(10'000, 'x');
    constexpr int kThreads = 8;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([this] {
            auto file = open();
            EXPECT_TRUE(add(file, "mine"));
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_THAT(damaged(), SizeIs(1));
    auto file = open();
    EXPECT_EQ(count(file), kThreads);
}

TEST_F(DatabaseFileTest, KeepsOnlyTheNewestDamagedFiles) {
    for (std::size_t i = 0; i < kKeptDamaged + 2; ++i) {
        fs::create_directories(path().parent_path());
        std::ofstream(path()) << std::string(1000 + i, 'x');
        auto file = open();
        EXPECT_THAT(file.take_warnings(), SizeIs(1));
    }
    EXPECT_THAT(damaged(), SizeIs(kKeptDamaged));
}

TEST_F(DatabaseFileTest, ARemovedFileIsMadeAgain) {
    auto file = open();
    ASSERT_TRUE(add(file, "a"));
    fs::remove_all(path().parent_path());
    ASSERT_TRUE(add(file, "b"));
    EXPECT_EQ(count(file), 1);
    EXPECT_TRUE(fs::exists(path()));
}

TEST_F(DatabaseFileTest, ADirectoryInItsPlaceIsNamed) {
    fs::create_directories(path());
    const auto refused = DatabaseFile::open(spec());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::io);
    EXPECT_THAT(refused.error().message(), AllOf(HasSubstr(path().string()), HasSubstr("move it")));
    EXPECT_TRUE(fs::is_directory(path()));
}

TEST_F(DatabaseFileTest, AFileInPlaceOfItsDirectoryIsNamed) {
    std::ofstream(path().parent_path()) << "x";
    const auto refused = DatabaseFile::open(spec());
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(),
        AllOf(HasSubstr(path().parent_path().string()), HasSubstr("in the way")));
}

TEST_F(DatabaseFileTest, APlaceThatIsNotWritableIsNamed) {
    // Nobody, root included, may create files there.
    DatabaseSpec elsewhere = spec();
    elsewhere.file = "/sys/plex-tuner/test.db";
    const auto refused = DatabaseFile::open(elsewhere);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(),
        AllOf(HasSubstr("/sys/plex-tuner"), HasSubstr("must be writable")));
}

TEST_F(DatabaseFileTest, AFullDiskIsNamedAndHurtsNothing) {
    auto file = open();
    ASSERT_TRUE(add(file, "kept"));
    {
        const testing::FileSizeLimit limit(fs::file_size(path().string() + "-wal"));
        const auto refused = add(file, std::string(100'000, 'n'));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code(), ErrorCode::disk_full) << refused.error().message();
        EXPECT_THAT(
            refused.error().message(), AllOf(HasSubstr(path().string()), HasSubstr("free some")));
        EXPECT_EQ(count(file), 1);
    }
    ASSERT_TRUE(add(file, "again"));
    EXPECT_EQ(count(file), 2);
    EXPECT_THAT(damaged(), IsEmpty());
}

TEST_F(DatabaseFileTest, AFullDiskOnOpeningIsNamed) {
    const testing::FileSizeLimit limit(0);
    const auto refused = DatabaseFile::open(spec());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::disk_full) << refused.error().message();
}

TEST_F(DatabaseFileTest, WritersWaitForEachOther) {
    constexpr int kThreads = 4;
    constexpr int kRows = 50;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([this] {
            auto file = open();
            for (int row = 0; row < kRows; ++row) {
                EXPECT_TRUE(add(file, "row"));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    auto file = open();
    EXPECT_EQ(count(file), kThreads * kRows);
}

} // namespace
} // namespace plex_tuner::state
