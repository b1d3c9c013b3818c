// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes that are learned before anybody opens a file, seen through a mount.
#include "mount_fixture.hpp"
#include "size_answer.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace plex_tuner::vodfs {
namespace {

using testing::VodFault;
using testing::VodOrigin;
using Kind = VodFault::Kind;

constexpr const char* kAll = "all files were asked for their size";

class SizerTest : public MountTest {
protected:
    SizerTest() : MountTest(1) { size_rate_ = 6'000; }

    [[nodiscard]] static off_t size_of(const std::filesystem::path& path) {
        struct stat status{};
        return ::stat(path.c_str(), &status) == 0 ? status.st_size : -1;
    }

    [[nodiscard]] std::size_t requests(const std::string& id) const {
        return provider_.count(path_at_origin(id));
    }
};

TEST_F(SizerTest, EverySizeIsKnownInTheEndAndTheKernelHearsOfIt) {
    for (const char* id : {"1", "2", "3"}) {
        film(id, {.bytes = VodOrigin::made(10'000 + static_cast<std::size_t>(id[0]))});
    }
    access_.be_busy(true);
    mount();
    EXPECT_EQ(size_of(path_of("1")), 1) << "the kernel keeps that";
    EXPECT_EQ(size_of(path_of("3")), 1);
    EXPECT_EQ(requests("1") + requests("2") + requests("3"), 0U) << "others have the connection";
    access_.be_busy(false);
    ASSERT_TRUE(log_->wait_for(kAll));
    EXPECT_EQ(size_of(path_of("1")), 10'000 + '1');
    EXPECT_EQ(size_of(path_of("2")), 10'000 + '2');
    EXPECT_EQ(size_of(path_of("3")), 10'000 + '3');
    EXPECT_EQ(mount_->status().sizes_unknown, 0U);
    EXPECT_EQ(requests("1") + requests("2") + requests("3"), 4U)
        << "the first file is asked for in both ways, the others with HEAD";
    EXPECT_LE(origin_.sent(path_at_origin("1")), 1U);
}

TEST_F(SizerTest, WhatIsKnownOrWasRefusedIsNotAskedForAfterARestart) {
    film("1", {.bytes = VodOrigin::made(10'000)});
    film("2", {.bytes = VodOrigin::made(10'000),
                  .fault = {.kind = Kind::status, .number = 404, .times = -1}});
    film("3", {.bytes = VodOrigin::made(10'000), .fault = {.kind = Kind::html, .times = -1}});
    mount();
    ASSERT_TRUE(log_->wait_for(kAll));
    EXPECT_EQ(mount_->status().sizes_known, 1U);
    EXPECT_EQ(size_of(path_of("3")), 1) << "the size of a page is not that of the film";
    const std::size_t before = requests("1") + requests("2") + requests("3");
    unmount();
    const std::size_t told = log_->text().size();
    film("4", {.bytes = VodOrigin::made(4'000)});
    mount();
    ASSERT_TRUE(log_->wait_for(kAll, told));
    EXPECT_EQ(size_of(path_of("1")), 10'000);
    EXPECT_EQ(size_of(path_of("4")), 4'000);
    EXPECT_EQ(requests("1") + requests("2") + requests("3"), before);
}

TEST_F(SizerTest, AServerWithoutALengthInHeadIsAskedForAByte) {
    film("1", {.bytes = VodOrigin::made(10'000), .says_length = false});
    film("2", {.bytes = VodOrigin::made(20'000), .says_length = false});
    mount();
    ASSERT_TRUE(log_->wait_for(kAll));
    EXPECT_EQ(size_of(path_of("1")), 10'000);
    EXPECT_EQ(size_of(path_of("2")), 20'000);
    EXPECT_LE(origin_.sent(path_at_origin("1")) + origin_.sent(path_at_origin("2")), 2U);
    EXPECT_EQ(requests("1") + requests("2"), 3U);
}

TEST_F(SizerTest, GivesItsConnectionToWhoWantsIt) {
    film("1", {.bytes = VodOrigin::made(10'000), .fault = {.kind = Kind::silent, .times = -1}});
    mount();
    ASSERT_TRUE(provider_.wait_for_requests(path_at_origin("1"), 1));
    access_.ask_to_yield(true);
    ASSERT_TRUE(access_.wait_until_free());
    EXPECT_EQ(mount_->status().sizes_known, 0U);
}

TEST_F(SizerTest, AsksForNothingWhenItIsOff) {
    film("1", {.bytes = VodOrigin::made(10'000)});
    film("2", {.bytes = VodOrigin::made(10'000)});
    size_rate_ = 0;
    mount();
    {
        const OpenedFile file(path_of("1"));
        EXPECT_EQ(file.size(), 10'000U);
    }
    EXPECT_EQ(requests("2"), 0U);
    EXPECT_EQ(size_of(path_of("2")), 1);
}

TEST(SizeAnswer, OnlyWhatLooksLikeAFilmIsBelieved) {
    fetch::ResponseHead head{.status = 200,
        .effective_url = *Url::parse("http://h/1.mkv"),
        .headers = {{"Content-Type", "video/x-matroska"}},
        .content_length = 5};
    EXPECT_EQ(size_in_head(head), 5U);
    head.headers = {{"content-type", "text/html; charset=utf-8"}};
    EXPECT_EQ(size_in_head(head), std::nullopt);
    head.headers = {{"Content-Encoding", "gzip"}};
    EXPECT_EQ(size_in_head(head), std::nullopt);
    head.headers = {};
    head.content_length = 0;
    EXPECT_EQ(size_in_head(head), std::nullopt);
    head.content_length = 5;
    head.status = 206;
    EXPECT_EQ(size_in_head(head), std::nullopt);
}

} // namespace
} // namespace plex_tuner::vodfs
