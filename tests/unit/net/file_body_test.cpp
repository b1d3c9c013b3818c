// SPDX-License-Identifier: GPL-3.0-or-later
#include "server_fixture.hpp"

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

namespace plex_tuner::net {
namespace {

class FileBodyTest : public test::ServerTest {
protected:
    FileBodyTest() { std::filesystem::create_directories(directory_); }

    ~FileBodyTest() override { std::filesystem::remove_all(directory_); }

    std::filesystem::path write(const std::string& name, const std::string& text) {
        const auto path = directory_ / name;
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }

    void serve_body(FileBody body) {
        serve([this, body](Exchange& exchange) -> asio::awaitable<void> {
            Response head;
            const auto sent = co_await exchange.send_file(std::move(head), body);
            if (!sent) {
                error = sent.error().message();
                failed.set();
            }
        });
    }

    static std::string pattern(std::size_t size) {
        std::string text(size, '\0');
        for (std::size_t i = 0; i < size; ++i) {
            text[i] = static_cast<char>('a' + (i * 7 + i / 1000) % 26);
        }
        return text;
    }

    test::Signal failed;
    std::string error; ///< written before `failed`
    std::filesystem::path directory_ =
        std::filesystem::path(::testing::TempDir()) / ("net_file_" + std::to_string(getpid()));
};

TEST_F(FileBodyTest, OpenTellsSizeAndTime) {
    const auto path = write("a", "hello");
    const auto body = open_file_body(path);
    ASSERT_TRUE(body);
    EXPECT_EQ(body->offset, 0U);
    EXPECT_EQ(body->length, 5U);
    EXPECT_GT(body->modified, WallTime{std::chrono::seconds(1'700'000'000)});
}

TEST_F(FileBodyTest, AFileThatIsOnDiskOnlyIsSentWhole) {
    const std::string text = pattern(3'000'000);
    const auto body = open_file_body(write("cold", text));
    ASSERT_TRUE(body);
    ASSERT_EQ(::fsync(*body->descriptor), 0);
    ASSERT_EQ(::posix_fadvise(*body->descriptor, 0, 0, POSIX_FADV_DONTNEED), 0);
    serve_body(*body);
    auto peer = client();
    peer.get("/");
    EXPECT_TRUE(peer.read_response().body == text);
}

TEST_F(FileBodyTest, OpenNamesWhatIsWrong) {
    const auto missing = open_file_body(directory_ / "missing");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code(), ErrorCode::not_found);
    EXPECT_NE(missing.error().message().find("missing"), std::string::npos);
    const auto directory = open_file_body(directory_);
    ASSERT_FALSE(directory);
    EXPECT_EQ(directory.error().code(), ErrorCode::unsupported);
}

TEST_F(FileBodyTest, LargeFilesArriveWhole) {
    const std::string text = pattern(9'000'001);
    serve_body(*open_file_body(write("large", text)));
    auto peer = client();
    peer.get("/");
    EXPECT_TRUE(peer.read_response().body == text);
    peer.get("/");
    EXPECT_TRUE(peer.read_response().body == text) << "the connection goes on";
}

TEST_F(FileBodyTest, AReplacedFileIsSentAsItWasOpened) {
    const auto path = write("f", "old content");
    serve_body(*open_file_body(path));
    std::filesystem::rename(write("g", "new"), path);
    auto peer = client();
    peer.get("/");
    EXPECT_EQ(peer.read_response().body, "old content");
}

TEST_F(FileBodyTest, OnlyTheWantedPartIsSent) {
    auto body = *open_file_body(write("f", "0123456789"));
    body.offset = 3;
    body.length = 4;
    serve_body(body);
    auto peer = client();
    peer.get("/");
    EXPECT_EQ(peer.read_response().body, "3456");
}

TEST_F(FileBodyTest, AFileThatShrankBreaksTheConnection) {
    const auto path = write("f", pattern(100'000));
    const auto body = *open_file_body(path);
    std::filesystem::resize_file(path, 1000);
    serve_body(body);
    auto peer = client();
    peer.get("/");
    EXPECT_EQ(peer.wait_for_end(), test::RawClient::End::rst);
    ASSERT_TRUE(failed.wait());
    EXPECT_NE(error.find("shorter"), std::string::npos);
}

TEST_F(FileBodyTest, APeerThatStopsReadingIsReset) {
    options.write_timeout = std::chrono::milliseconds(200);
    serve_body(*open_file_body(write("large", pattern(30'000'000))));
    test::RawClient peer(server->port(), "127.0.0.1", 4096);
    peer.get("/");
    ASSERT_TRUE(failed.wait());
    EXPECT_NE(error.find("too long"), std::string::npos);
    EXPECT_TRUE(reaches(server->counters().connections_open, 0));
}

} // namespace
} // namespace plex_tuner::net
