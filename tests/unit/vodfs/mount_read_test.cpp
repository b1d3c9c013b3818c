// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes through a mount, from origins that behave and from such that do not.
#include "mount_fixture.hpp"

#include <cerrno>
#include <fstream>
#include <random>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace plex_tuner::vodfs {
namespace {

using testing::VodFault;
using testing::VodOrigin;
using Kind = VodFault::Kind;

constexpr std::size_t kMiB = std::size_t{1} << 20;

TEST_F(MountTest, AFileReadsAsItIsAtTheOrigin) {
    const auto bytes = VodOrigin::made(20 * kMiB + 12'345);
    film("1", {.bytes = bytes});
    mount();
    OpenedFile file(path_of("1"));
    EXPECT_TRUE(file.read(0, 21 * kMiB) == *bytes);
    EXPECT_EQ(file.read(bytes->size(), 1'000), "");
    EXPECT_LE(origin_.sent(path_at_origin("1")), bytes->size() + 2 * kMiB);
}

// What users of network mounts are told to raise: the kernel's requests are eight times as large
// then, and several of them under way.
TEST_F(MountTest, AKernelThatReadsFarAheadGetsOneDownload) {
    const auto bytes = VodOrigin::made(64 * kMiB);
    film("1", {.bytes = bytes});
    mount();
    struct stat root{};
    ASSERT_EQ(::stat(mount_point().c_str(), &root), 0);
    const std::string setting = "/sys/class/bdi/" + std::to_string(major(root.st_dev)) + ":" +
                                std::to_string(minor(root.st_dev)) + "/read_ahead_kb";
    if (!(std::ofstream(setting) << 4'096 << std::flush)) {
        GTEST_SKIP() << "cannot write " << setting;
    }
    OpenedFile file(path_of("1"));
    EXPECT_TRUE(file.read(0, 64 * kMiB) == *bytes);
    EXPECT_LE(origin_.sent(path_at_origin("1")), bytes->size() + 2 * kMiB);
    EXPECT_LE(origin_.requests(path_at_origin("1")), 8U);
}

TEST_F(MountTest, TheEndIsThereWithoutTheMiddle) {
    const auto bytes = VodOrigin::made(64 * kMiB);
    film("1", {.bytes = bytes, .bytes_per_second = 4 * kMiB});
    mount();
    OpenedFile file(path_of("1"));
    EXPECT_TRUE(file.read(64 * kMiB - 65'536, 65'536) == bytes->substr(64 * kMiB - 65'536));
    EXPECT_LE(origin_.requests(path_at_origin("1")), 2U);
    EXPECT_LE(origin_.sent(path_at_origin("1")), 2 * kMiB);
}

TEST_F(MountTest, TheIndexAtTheEndIsFetchedBeforeItIsAskedFor) {
    std::string bytes = *VodOrigin::made(32 * kMiB);
    // ftyp, and a box of media up to 100,000 bytes before the end.
    const std::uint32_t media = 32 * kMiB - 100'000 - 16;
    const std::string head = {0, 0, 0, 16, 'f', 't', 'y', 'p', 'i', 's', 'o', 'm', 0, 0, 0, 0,
        static_cast<char>(media >> 24), static_cast<char>(media >> 16 & 0xff),
        static_cast<char>(media >> 8 & 0xff), static_cast<char>(media & 0xff), 'm', 'd', 'a', 't'};
    bytes.replace(0, head.size(), head);
    film("1", {.bytes = std::make_shared<const std::string>(bytes)}, ".mp4");
    mount();
    OpenedFile file(path_of("1", ".mp4"));
    EXPECT_TRUE(file.read(0, 65'536) == bytes.substr(0, 65'536));
    ASSERT_TRUE(provider_.wait_for_requests(path_at_origin("1", ".mp4"), 2));
    EXPECT_TRUE(file.read(bytes.size() - 100'000, 100'000) == bytes.substr(bytes.size() - 100'000));
    EXPECT_LE(origin_.requests(path_at_origin("1", ".mp4")), 2U);
    EXPECT_LE(origin_.sent(path_at_origin("1", ".mp4")), 4 * kMiB);
}

TEST_F(MountTest, ReadersOfOneFileShareItsDownload) {
    const auto bytes = VodOrigin::made(24 * kMiB);
    film("1", {.bytes = bytes, .bytes_per_second = 24 * kMiB});
    mount();
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i) {
        readers.emplace_back([&] {
            OpenedFile file(path_of("1"), O_DIRECT);
            EXPECT_TRUE(file.read(0, 25 * kMiB) == *bytes);
        });
    }
    for (std::thread& reader : readers) {
        reader.join();
    }
    // Four downloads are four times as much; what ended requests had in flight counts, too.
    EXPECT_LE(origin_.sent(path_at_origin("1")), 2 * bytes->size());
}

TEST_F(MountTest, WhatWasReadStaysAfterARestart) {
    const auto bytes = VodOrigin::made(10 * kMiB);
    film("1", {.bytes = bytes});
    mount();
    {
        OpenedFile file(path_of("1"));
        EXPECT_TRUE(file.read(0, 5 * kMiB) == bytes->substr(0, 5 * kMiB));
    }
    unmount();
    const auto before = origin_.sent(path_at_origin("1"));
    mount();
    OpenedFile file(path_of("1"));
    EXPECT_TRUE(file.read(0, 4 * kMiB) == bytes->substr(0, 4 * kMiB));
    EXPECT_TRUE(file.read(9 * kMiB, kMiB) == bytes->substr(9 * kMiB));
    EXPECT_LE(origin_.sent(path_at_origin("1")) - before, 6 * kMiB);
}

struct FaultCase {
    const char* name;
    VodFault fault;
    bool has_ranges = true;
    bool says_length = true;
};

class FaultTest : public MountTest, public ::testing::WithParamInterface<FaultCase> {};

TEST_P(FaultTest, IsOvercome) {
    const auto bytes = VodOrigin::made(3 * kMiB + 77);
    film("1", {.bytes = bytes,
                  .has_ranges = GetParam().has_ranges,
                  .says_length = GetParam().says_length,
                  .fault = GetParam().fault});
    mount();
    OpenedFile file(path_of("1"));
    ASSERT_TRUE(file.is_open());
    EXPECT_TRUE(file.read(2 * kMiB, 100'000) == bytes->substr(2 * kMiB, 100'000))
        << std::strerror(file.error());
    EXPECT_TRUE(file.read(0, 4 * kMiB) == *bytes);
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultTest,
    ::testing::Values(FaultCase{"Busy", {.kind = Kind::status, .number = 503, .times = 2}},
        FaultCase{"Refused", {.kind = Kind::status, .number = 403, .times = 1}},
        FaultCase{"Cut", {.kind = Kind::cut, .number = 50'000, .times = 3}},
        FaultCase{"CutAtOnce", {.kind = Kind::cut, .number = 0, .times = 2}},
        FaultCase{"Stalled", {.kind = Kind::stall, .number = 50'000, .times = 1}},
        FaultCase{"WrongRange", {.kind = Kind::wrong_start, .number = 1'000, .times = 2}},
        FaultCase{"Page", {.kind = Kind::html, .times = 2}},
        FaultCase{"Redirects", {.kind = Kind::redirect, .times = -1}},
        FaultCase{"NoRanges", {}, false}, FaultCase{"NoRangesAndNoLength", {}, false, false},
        FaultCase{"NoRangesAndCut", {.kind = Kind::cut, .number = 500'000, .times = 2}, false}),
    [](const auto& tested) { return tested.param.name; });

class HopelessTest : public MountTest, public ::testing::WithParamInterface<FaultCase> {};

TEST_P(HopelessTest, IsAnErrorAndNeverTheEndOfTheFile) {
    const auto bytes = VodOrigin::made(3 * kMiB);
    film("1", {.bytes = bytes});
    mount();
    {
        OpenedFile file(path_of("1"));
        ASSERT_TRUE(file.read(0, 1'000));
    }
    origin_.change(
        path_at_origin("1"), [&](VodOrigin::File& file) { file.fault = GetParam().fault; });
    OpenedFile file(path_of("1"));
    ASSERT_TRUE(file.is_open()) << "opening succeeds all the same";
    EXPECT_EQ(file.read(2 * kMiB, 1'000), std::nullopt);
    EXPECT_EQ(file.error(), EIO);
    EXPECT_TRUE(log_->has("cannot read a file file=Film 1.mkv offset="));
    // And what is there stays readable.
    EXPECT_TRUE(file.read(0, 1'000) == bytes->substr(0, 1'000));
}

INSTANTIATE_TEST_SUITE_P(Faults, HopelessTest,
    ::testing::Values(FaultCase{"Gone", {.kind = Kind::status, .number = 404, .times = -1}},
        FaultCase{"Forbidden", {.kind = Kind::status, .number = 403, .times = -1}},
        FaultCase{"WrongRange", {.kind = Kind::wrong_start, .number = 1'000, .times = -1}},
        FaultCase{"Page", {.kind = Kind::status, .number = 416, .times = -1}}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(MountTest, AnotherFileAtTheOriginIsNeverMixedIntoTheOld) {
    const auto old_bytes = VodOrigin::made(48 * kMiB, 1);
    const auto new_bytes = VodOrigin::made(48 * kMiB, 2);
    film("1", {.bytes = old_bytes});
    mount();
    OpenedFile file(path_of("1"));
    EXPECT_TRUE(file.read(0, 10'000) == old_bytes->substr(0, 10'000));
    origin_.change(path_at_origin("1"), [&](VodOrigin::File& at_origin) {
        at_origin.bytes = new_bytes;
        at_origin.etag = "\"2\"";
    });
    // Further than anything that was read ahead before the change.
    EXPECT_EQ(file.read(30 * kMiB, 10'000), std::nullopt);
    EXPECT_EQ(file.error(), EIO);
    EXPECT_TRUE(log_->has("another one at the provider"));
    OpenedFile again(path_of("1"));
    EXPECT_TRUE(again.read(0, 5 * kMiB) == new_bytes->substr(0, 5 * kMiB));
}

TEST_F(MountTest, AnotherSizeAtTheOriginIsAnotherFile) {
    const auto old_bytes = VodOrigin::made(4 * kMiB, 1);
    const auto new_bytes = VodOrigin::made(3 * kMiB, 2);
    film("1", {.bytes = old_bytes, .etag = ""});
    mount();
    OpenedFile file(path_of("1"));
    EXPECT_TRUE(file.read(0, 10'000) == old_bytes->substr(0, 10'000));
    origin_.change(
        path_at_origin("1"), [&](VodOrigin::File& at_origin) { at_origin.bytes = new_bytes; });
    EXPECT_EQ(file.read(2 * kMiB, 10'000), std::nullopt);
    OpenedFile again(path_of("1"));
    EXPECT_TRUE(again.read(0, 5 * kMiB) == *new_bytes);
    EXPECT_EQ(again.size(), new_bytes->size());
}

TEST_F(MountTest, ManyReadersAtRandomPlacesSeeTheOriginsBytesWhateverGoesWrong) {
    const auto bytes = VodOrigin::made(16 * kMiB + 1'111);
    film("1", {.bytes = bytes});
    mount();
    std::atomic<bool> done{false};
    std::thread saboteur([&] {
        const VodFault faults[] = {{.kind = Kind::cut, .number = 30'000, .times = 1},
            {.kind = Kind::status, .number = 503, .times = 1},
            {.kind = Kind::wrong_start, .number = 512, .times = 1}};
        for (std::size_t i = 0; !done; ++i) {
            const std::size_t seen = origin_.requests(path_at_origin("1"));
            origin_.change(
                path_at_origin("1"), [&](VodOrigin::File& file) { file.fault = faults[i % 3]; });
            // One in six: a request is given up when it fails many times in a row.
            while (!done && !provider_.wait_for_requests(
                                path_at_origin("1"), seen + 6, std::chrono::milliseconds(100))) {
            }
        }
    });
    std::vector<std::thread> readers;
    for (unsigned seed = 0; seed < 8; ++seed) {
        readers.emplace_back([&, seed] {
            std::minstd_rand random(seed + 1);
            OpenedFile file(path_of("1"));
            for (int i = 0; i < 20; ++i) {
                const std::size_t offset = random() % bytes->size();
                const std::size_t size = 1 + random() % 300'000;
                const auto got = file.read(offset, size);
                ASSERT_TRUE(got) << std::strerror(file.error());
                ASSERT_TRUE(*got == bytes->substr(offset, size)) << offset << " " << size;
            }
        });
    }
    for (std::thread& reader : readers) {
        reader.join();
    }
    done = true;
    saboteur.join();
}

class OneConnectionTest : public MountTest {
protected:
    OneConnectionTest() : MountTest(1) {}
};

TEST_F(OneConnectionTest, FilmsTakeTurns) {
    film("1", {.bytes = VodOrigin::made(8 * kMiB, 1), .bytes_per_second = 16 * kMiB});
    film("2", {.bytes = VodOrigin::made(8 * kMiB, 2), .bytes_per_second = 16 * kMiB});
    mount();
    std::vector<std::thread> readers;
    for (const std::uint64_t seed : {1U, 2U}) {
        readers.emplace_back([&, seed] {
            OpenedFile file(path_of(std::to_string(seed)));
            EXPECT_TRUE(file.read(0, 9 * kMiB) == *VodOrigin::made(8 * kMiB, seed));
        });
    }
    for (std::thread& reader : readers) {
        reader.join();
    }
    EXPECT_EQ(access_.most_in_use(), 1);
}

TEST_F(OneConnectionTest, AnIdleOneIsGivenToWhoMattersMore) {
    film("1", {.bytes = VodOrigin::made(64 * kMiB), .bytes_per_second = 8 * kMiB});
    mount();
    OpenedFile file(path_of("1"));
    EXPECT_TRUE(file.read(0, 6 * kMiB));
    access_.ask_to_yield(true);
    EXPECT_TRUE(provider_.wait_until_idle(path_at_origin("1")));
    access_.ask_to_yield(false);
    EXPECT_TRUE(file.read(20 * kMiB, kMiB));
}

TEST_F(MountTest, TheCacheKeepsToItsLimitAndWhatIsOpen) {
    cache_bytes_ = 24 * kMiB;
    for (const char* id : {"1", "2", "3"}) {
        film(id, {.bytes = VodOrigin::made(10 * kMiB, static_cast<std::uint64_t>(id[0]))});
    }
    mount();
    for (const char* id : {"1", "2"}) {
        OpenedFile file(path_of(id));
        EXPECT_TRUE(file.read(0, 11 * kMiB) ==
                    *VodOrigin::made(10 * kMiB, static_cast<std::uint64_t>(id[0])));
    }
    OpenedFile kept(path_of("2"));
    ASSERT_TRUE(kept.read(0, 1'000));
    OpenedFile file(path_of("3"));
    EXPECT_TRUE(file.read(0, 11 * kMiB) == *VodOrigin::made(10 * kMiB, '3'));
    std::uint64_t on_disk = 0;
    for (const auto& entry : std::filesystem::directory_iterator(cache())) {
        on_disk += std::filesystem::file_size(entry.path());
    }
    EXPECT_LE(on_disk, 25 * kMiB);
    const auto sent = origin_.sent(path_at_origin("2"));
    OpenedFile again(path_of("2"), O_DIRECT);
    EXPECT_TRUE(again.read(0, 11 * kMiB) == *VodOrigin::made(10 * kMiB, '2'));
    EXPECT_EQ(origin_.sent(path_at_origin("2")), sent) << "what is open is not evicted";
}

TEST_F(MountTest, CountsWhatItDoes) {
    const auto bytes = VodOrigin::made(3'000'000);
    film("1", {.bytes = bytes});
    film("2", {.bytes = VodOrigin::made(1'000),
                  .fault = {.kind = VodFault::Kind::status, .number = 404, .times = -1}});
    mount();
    MountStatus status = mount_->status();
    EXPECT_EQ(status.films, 2U);
    EXPECT_EQ(status.sizes_known, 0U);
    EXPECT_EQ(status.sizes_unknown, 2U);
    EXPECT_EQ(status.provider_requests, 0U);
    {
        OpenedFile file(path_of("1"), O_DIRECT);
        EXPECT_EQ(mount_->status().files_open, 1U);
        EXPECT_EQ(file.read(0, bytes->size()), *bytes);
        status = mount_->status();
        EXPECT_EQ(status.reads_waiting, 0U);
        EXPECT_EQ(status.sizes_known, 1U);
        EXPECT_EQ(status.sizes_unknown, 1U);
        EXPECT_GE(status.provider_bytes, bytes->size());
        EXPECT_EQ(status.provider_requests, provider_.count(path_at_origin("1")));
        const std::uint64_t before = status.cache_read_bytes;
        EXPECT_EQ(file.read(0, 1'000'000)->size(), 1'000'000U);
        EXPECT_GE(mount_->status().cache_read_bytes, before + 1'000'000);
    }
    OpenedFile gone(path_of("2"));
    EXPECT_FALSE(gone.read(0, 100));
    status = mount_->status();
    EXPECT_EQ(status.reads_failed, 1U);
    EXPECT_GE(status.provider_failures[static_cast<std::size_t>(SourceFailure::gone)], 1U);
    EXPECT_GE(status.cache_bytes, bytes->size());
}

TEST_F(MountTest, WithoutRoomInTheCacheFilesAreReadAllTheSame) {
    cache_bytes_ = kMiB;
    const auto bytes = VodOrigin::made(40 * kMiB);
    film("1", {.bytes = bytes});
    mount();
    OpenedFile file(path_of("1"));
    EXPECT_TRUE(file.read(0, 41 * kMiB) == *bytes);
    EXPECT_TRUE(file.read(5 * kMiB, kMiB) == bytes->substr(5 * kMiB, kMiB));
    EXPECT_TRUE(log_->has("the cache keeps nothing more"));
}

} // namespace
} // namespace plex_tuner::vodfs
