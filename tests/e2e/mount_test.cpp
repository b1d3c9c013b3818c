// SPDX-License-Identifier: GPL-3.0-or-later
// `plex-tuner mount` and `run -mount`: real mounts of the real binary.
#include "mount_command_fixture.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace plex_tuner::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(MountCommandTest, ShowsTheCatalogAndFollowsIt) {
    write_catalog({"Alien", "Zulu"});
    mount();
    EXPECT_THAT(films(), ElementsAre("Alien", "Zulu"));
    EXPECT_TRUE(content(film("Zulu")) == *bytes_);
    const int open_file = ::open(film("Zulu").c_str(), O_RDONLY | O_CLOEXEC);
    write_catalog({"Alien", "Brazil"});
    ASSERT_TRUE(tuner_.process().wait_for_line({"the mount shows the new catalog"}));
    EXPECT_THAT(films(), ElementsAre("Alien", "Brazil"));
    EXPECT_TRUE(rest_of(open_file) == *bytes_) << "what is open goes on";
    ::close(open_file);
    // A broken one changes nothing.
    std::ofstream(tuner_.file("catalog.json")) << "{\"movies\": [";
    ASSERT_TRUE(tuner_.process().wait_for_line({"the new catalog cannot be read"}));
    EXPECT_THAT(films(), ElementsAre("Alien", "Brazil"));
    EXPECT_EQ(tuner_.stop(), 0);
    EXPECT_TRUE(std::filesystem::is_empty(mount_point()));
}

TEST_F(MountCommandTest, WhatACrashLeftIsClearedAndNoByteIsWrong) {
    write_catalog({"Zulu"});
    origin_.change("/1.mkv", [](VodOrigin::File& file) { file.bytes_per_second = 8 * kMiB; });
    mount();
    std::thread reader([&] {
        // Ends with an error when the mount dies under it.
        const std::string got = content(film("Zulu"));
        EXPECT_TRUE(bytes_->starts_with(got));
    });
    ASSERT_TRUE(provider_.wait_for_requests("/1.mkv", 2));
    tuner_.kill();
    reader.join();
    struct statvfs disk{};
    EXPECT_EQ(::statvfs(mount_point().c_str(), &disk), -1);
    EXPECT_EQ(errno, ENOTCONN);
    origin_.change("/1.mkv", [](VodOrigin::File& file) { file.bytes_per_second = 0; });
    mount();
    EXPECT_TRUE(content(film("Zulu")) == *bytes_);
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(MountCommandTest, EndsOnASignalThoughAReaderWaits) {
    write_catalog({"Zulu"});
    mount();
    EXPECT_TRUE(content(film("Zulu")) == *bytes_);
    std::filesystem::remove_all(tuner_.file("cache"));
    EXPECT_EQ(tuner_.stop(), 0);
    origin_.change("/1.mkv",
        [](VodOrigin::File& file) { file.fault = {.kind = VodFault::Kind::silent, .times = -1}; });
    mount();
    const int file = ::open(film("Zulu").c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    const std::size_t before = provider_.count("/1.mkv");
    std::thread reader([file] {
        char byte = 0;
        EXPECT_EQ(::pread(file, &byte, 1, 0), -1);
    });
    ASSERT_TRUE(provider_.wait_for_requests("/1.mkv", before + 1));
    EXPECT_EQ(tuner_.stop(), 0);
    reader.join();
    ::close(file);
    EXPECT_TRUE(std::filesystem::is_empty(mount_point()));
}

TEST_F(MountCommandTest, EndsWhenSomebodyElseUnmounts) {
    write_catalog({"Zulu"});
    mount();
    ASSERT_EQ(::umount2(mount_point().c_str(), 0), 0);
    EXPECT_EQ(tuner_.process().wait(), 0);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("somebody else unmounted it"));
}

TEST_F(MountCommandTest, SaysWhatIsMissing) {
    TunerOptions wrong = options();
    tuner_.launch(wrong);
    EXPECT_EQ(tuner_.process().wait(), 1);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("catalog.json"));
    write_catalog({"Zulu"});
    wrong.flags = {};
    tuner_.launch(wrong);
    EXPECT_NE(tuner_.process().wait(), 0);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("-mount"));
    wrong.flags = {"-mount", tuner_.file("catalog.json")};
    tuner_.launch(wrong);
    EXPECT_EQ(tuner_.process().wait(), 1);
}

TEST_F(MountCommandTest, SizesAreLearnedInTheBackgroundWhenThatIsWanted) {
    write_catalog({"Alien", "Zulu"});
    TunerOptions slowly = options();
    slowly.settings["VODFS_SIZE_RATE"] = "600";
    tuner_.launch(slowly);
    ASSERT_TRUE(tuner_.process().wait_for_line({"all files were asked for their size"}))
        << tuner_.process().stderr_text();
    EXPECT_EQ(std::filesystem::file_size(film("Alien")), bytes_->size());
    EXPECT_EQ(std::filesystem::file_size(film("Zulu")), bytes_->size());
    EXPECT_LE(origin_.sent("/1.mkv"), 1U) << "no film was fetched for that";
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(MountCommandTest, TheTunerMountsBesideServing) {
    write_catalog({"Zulu"});
    TunerOptions run = options();
    run.subcommand = "run";
    run.flags = {"-addr", "127.0.0.1:0", "-mount", mount_point()};
    tuner_.launch(run);
    ASSERT_TRUE(tuner_.process().wait_for_line({"mounted", "mount_point="}));
    const auto line = tuner_.process().wait_for_line({" serving ", "port="});
    ASSERT_TRUE(line);
    const auto port = static_cast<std::uint16_t>(std::stoi(line->substr(line->find("port=") + 5)));
    EXPECT_THAT(http_get(port, "/metrics").body, HasSubstr("plex_tuner_vod_sizes_unknown 1\n"));
    EXPECT_TRUE(content(film("Zulu")) == *bytes_);
    const std::string metrics = http_get(port, "/metrics").body;
    EXPECT_THAT(metrics, HasSubstr("plex_tuner_vod_films 1\n"));
    EXPECT_THAT(metrics, HasSubstr("plex_tuner_vod_sizes_known 1\n"));
    EXPECT_THAT(metrics, HasSubstr("plex_tuner_vod_sizes_unknown 0\n"));
    EXPECT_THAT(http_get(port, "/").body, HasSubstr("1 films, 0 series with 0 episodes"));
    EXPECT_EQ(tuner_.stop(), 0);
    EXPECT_TRUE(std::filesystem::is_empty(mount_point()));
}

} // namespace
} // namespace plex_tuner::testing
