// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernel sees of a mount.
#include "mount_fixture.hpp"

#include <algorithm>
#include <cerrno>
#include <set>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace plex_tuner::vodfs {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::UnorderedElementsAre;
using testing::VodOrigin;

std::vector<std::string> names_in(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
}

struct stat status_of(const std::filesystem::path& path) {
    struct stat status{};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path << ": " << std::strerror(errno);
    return status;
}

/// What a call that would write ends with.
template <class Call>
int error_of(const Call& call) {
    errno = 0;
    return call() < 0 ? errno : 0;
}

TEST_F(MountTest, ShowsDirectoriesAndFilesWithTheirFacts) {
    film("1", {.bytes = VodOrigin::made(5'000)});
    film("2", {.bytes = VodOrigin::made(5'000)}, ".mp4");
    mount();
    EXPECT_THAT(names_in(mount_point()), ElementsAre("Movies", "TV"));
    EXPECT_THAT(names_in(mount_point() / "Movies"), ElementsAre("Film 1", "Film 2"));
    EXPECT_THAT(names_in(mount_point() / "Movies" / "Film 2"), ElementsAre("Film 2.mp4"));
    EXPECT_THAT(names_in(mount_point() / "TV"), ElementsAre());

    const auto movies = status_of(mount_point() / "Movies");
    EXPECT_EQ(movies.st_nlink, 4U);
    EXPECT_EQ(movies.st_mode, S_IFDIR | 0555U);
    const auto file = status_of(path_of("1"));
    EXPECT_EQ(file.st_mode, S_IFREG | 0444U);
    EXPECT_EQ(file.st_nlink, 1U);
    EXPECT_EQ(file.st_mtim.tv_sec, 1'600'000'000);
    EXPECT_EQ(file.st_size, 1) << "not known yet, but never none";
    struct statvfs disk{};
    ASSERT_EQ(::statvfs(mount_point().c_str(), &disk), 0);
    EXPECT_EQ(disk.f_namemax, 255U);
    EXPECT_EQ(::access((mount_point() / "Movies" / "Nothing").c_str(), F_OK), -1);
    EXPECT_EQ(errno, ENOENT);
    EXPECT_EQ(provider_.count(path_at_origin("1")), 0U) << "looking costs the provider nothing";
}

TEST_F(MountTest, ADirectoryThatIsWalkedThroughIsTheSameAsOneThatIsListed) {
    std::vector<std::string> expected;
    for (int i = 100; i < 200; ++i) {
        film(std::to_string(i), {.bytes = VodOrigin::made(5'000)});
        expected.push_back("Film " + std::to_string(i));
    }
    mount();
    std::set<ino_t> inodes;
    for (const std::string& name : expected) {
        inodes.insert(status_of(mount_point() / "Movies" / name).st_ino);
    }
    EXPECT_EQ(inodes.size(), expected.size());
    // From here on entries are given with what stat says of them.
    EXPECT_THAT(names_in(mount_point() / "Movies"), ElementsAreArray(expected));
    for (const std::string& name : expected) {
        const auto status = status_of(mount_point() / "Movies" / name);
        EXPECT_TRUE(inodes.contains(status.st_ino));
        EXPECT_EQ(status.st_mode, S_IFDIR | 0555U);
        EXPECT_EQ(status.st_nlink, 2U);
    }
}

TEST_F(MountTest, SizesAreTrueFromTheFirstOpenOnAndRemembered) {
    film("1", {.bytes = VodOrigin::made(300'000)});
    film("2", {.bytes = VodOrigin::made(300'001)});
    mount();
    EXPECT_EQ(status_of(path_of("1")).st_size, 1);
    {
        const OpenedFile file(path_of("1"));
        ASSERT_TRUE(file.is_open());
        EXPECT_EQ(file.size(), 300'000U);
    }
    EXPECT_EQ(status_of(path_of("1")).st_size, 300'000);
    const auto inode = status_of(path_of("1")).st_ino;
    unmount();
    mount();
    EXPECT_EQ(status_of(path_of("1")).st_size, 300'000);
    EXPECT_EQ(status_of(path_of("1")).st_ino, inode);
    EXPECT_EQ(status_of(path_of("2")).st_size, 1);
}

TEST_F(MountTest, NothingCanBeWritten) {
    film("1", {.bytes = VodOrigin::made(5'000)});
    mount();
    const std::string file = path_of("1");
    const std::string other = mount_point() / "Movies" / "new";
    EXPECT_EQ(error_of([&] { return ::open(file.c_str(), O_WRONLY); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::open(file.c_str(), O_RDWR); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::open(file.c_str(), O_RDONLY | O_TRUNC); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::open(other.c_str(), O_CREAT | O_WRONLY, 0644); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::unlink(file.c_str()); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::mkdir(other.c_str(), 0755); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::rmdir((mount_point() / "TV").c_str()); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::rename(file.c_str(), other.c_str()); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::symlink("x", other.c_str()); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::link(file.c_str(), other.c_str()); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::chmod(file.c_str(), 0777); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::truncate(file.c_str(), 0); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::setxattr(file.c_str(), "user.x", "y", 1, 0); }), EROFS);
    EXPECT_EQ(error_of([&] { return ::getxattr(file.c_str(), "user.x", nullptr, 0); }), EOPNOTSUPP);
}

TEST_F(MountTest, ARefreshSwapsWhatIsShownWhileFilesAreOpen) {
    film("1", {.bytes = VodOrigin::made(3'000'000, 1)});
    film("2", {.bytes = VodOrigin::made(3'000'000, 2)});
    mount();
    EXPECT_THAT(names_in(mount_point() / "Movies"), ElementsAre("Film 1", "Film 2"));
    EXPECT_NE(::access((mount_point() / "Movies" / "Film 3").c_str(), F_OK), 0);
    OpenedFile gone(path_of("1"));
    OpenedFile kept(path_of("2"));
    ASSERT_TRUE(gone.is_open() && kept.is_open());

    // Film 2 moves to another address, film 1 goes, film 3 comes.
    origin_.put("/elsewhere/2.mkv", {.bytes = VodOrigin::made(3'000'000, 2)});
    VodCatalog next;
    next.film("2", "Film 2", 0, provider_.url("/elsewhere/2.mkv"), 1'600'000'000)
        .film("3", "Film 3", 0, provider_.url("/3.mkv"), 1'600'000'000);
    mount_->publish(next.build(), WallTime(std::chrono::seconds(1'700'000'001)));

    EXPECT_THAT(names_in(mount_point() / "Movies"), ElementsAre("Film 2", "Film 3"));
    EXPECT_EQ(::access((mount_point() / "Movies" / "Film 3").c_str(), F_OK), 0)
        << "that it was not there is forgotten";
    EXPECT_NE(::access(path_of("1").c_str(), F_OK), 0);
    EXPECT_EQ(errno, ENOENT);
    EXPECT_EQ(status_of(mount_point() / "Movies").st_mtim.tv_sec, 1'700'000'001);
    // What is open goes on: the one that is gone, and the other at its new address.
    EXPECT_EQ(
        gone.read(2'000'000, 100'000), VodOrigin::made(3'000'000, 1)->substr(2'000'000, 100'000));
    EXPECT_EQ(gone.size(), 3'000'000U);
    EXPECT_EQ(
        kept.read(2'000'000, 100'000), VodOrigin::made(3'000'000, 2)->substr(2'000'000, 100'000));
    EXPECT_GT(provider_.count("/elsewhere/2.mkv"), 0U);
}

TEST_F(MountTest, ASeriesThatLosesAnEpisodeHasAnotherTime) {
    mount();
    const auto with = [this](const std::vector<VodCatalog::Episode>& episodes) {
        VodCatalog catalog;
        catalog.series("9", "Show", 0, episodes);
        mount_->publish(catalog.build(), {});
        const std::filesystem::path show = mount_point() / "TV" / "Show";
        return std::pair(
            status_of(show).st_mtim.tv_sec, status_of(show / "Season 01").st_mtim.tv_sec);
    };
    const std::vector<VodCatalog::Episode> both{{.id = "91", .number = 1, .added = 1'500'000'000},
        {.id = "92", .number = 2, .added = 1'600'000'000}};
    const auto before = with(both);
    EXPECT_EQ(with(both), before);
    const auto after = with({both[1]});
    EXPECT_NE(after.first, before.first) << "the kernel has the old time no more";
    EXPECT_NE(after.second, before.second);
}

TEST_F(MountTest, AVanishedDirectoryThatIsInUseIsStale) {
    film("1", {.bytes = VodOrigin::made(5'000)});
    mount();
    const int directory =
        ::open((mount_point() / "Movies" / "Film 1").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ASSERT_GE(directory, 0);
    VodCatalog none;
    mount_->publish(none.build(), {});
    struct stat status{};
    EXPECT_EQ(error_of([&] { return ::fstatat(directory, "Film 1.mkv", &status, 0); }), ESTALE);
    ::close(directory);
}

TEST_F(MountTest, EndsWhoeverWaitsAndWhateverIsOpen) {
    film("1", {.bytes = VodOrigin::made(5'000'000)});
    mount();
    OpenedFile file(path_of("1"));
    ASSERT_TRUE(file.is_open());
    origin_.change(path_at_origin("1"), [](VodOrigin::File& at_origin) {
        at_origin.fault = {.kind = testing::VodFault::Kind::silent, .times = -1};
    });
    std::thread reader([&] { EXPECT_FALSE(file.read(4'000'000, 1'000)); });
    ASSERT_TRUE(provider_.wait_for_requests(path_at_origin("1"), 2));
    unmount();
    reader.join();
    // EIO is ours; the kernel repeats such a read page by page, and what it asks for while the
    // mount goes away it answers itself.
    EXPECT_THAT(file.error(), AnyOf(EIO, ENOTCONN, ECONNABORTED)) << std::strerror(file.error());
    EXPECT_THAT(names_in(mount_point()), ElementsAre()) << "unmounted";
}

TEST_F(MountTest, MountsAgainAndAgain) {
    film("1", {.bytes = VodOrigin::made(200'000)});
    for (int i = 0; i < 10; ++i) {
        mount();
        OpenedFile file(path_of("1"));
        EXPECT_TRUE(file.read(0, 1'000'000) == *VodOrigin::made(200'000));
        unmount();
    }
    EXPECT_EQ(provider_.count(path_at_origin("1")), 1U) << "the cache outlives the mount";
}

TEST_F(MountTest, ASecondMountAtTheSamePlaceIsRefused) {
    film("1", {.bytes = VodOrigin::made(5'000)});
    mount();
    VodCatalog none;
    const auto second = Mount::create({.mount_point = mount_point(),
                                          .cache = directory_.path() / "other",
                                          .cache_bytes = 1,
                                          .sizes = directory_.path() / "other.db"},
        none.build(), {}, runtime_.context().get_executor(), *client_, access_, logger_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(names_in(mount_point() / "Movies"), ElementsAre("Film 1"));
}

} // namespace
} // namespace plex_tuner::vodfs
