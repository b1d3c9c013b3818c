// SPDX-License-Identifier: GPL-3.0-or-later
// Sources that are played for nobody, to say what is in them.
#include "gateway_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/gateway/source_inspection.hpp>

#include <array>
#include <csignal>
#include <fstream>

#include <boost/asio/ip/udp.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

namespace plex_tuner::testing {
namespace {

using gateway::Inspection;
using gateway::InspectionEnd;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kUrl = "http://origin/live/USER/SECRET/1.ts";
const std::string kList = "http://origin/tv/list.m3u8";

std::string text_of(const ByteVector& bytes) {
    return {bytes.begin(), bytes.end()};
}

class SourceInspectionTest : public ::testing::Test {
protected:
    Inspection inspect(const std::string& url) {
        return inspect_source(origin_, Url::parse(url).value(), options_, {});
    }

    /// What goes through a pipe.
    Inspection inspect_piped(const std::string& bytes) {
        std::array<int, 2> pipe{};
        EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
        std::thread writer([&] {
            for (std::size_t at = 0; at < bytes.size();) {
                const ssize_t count = ::write(pipe[1], bytes.data() + at, bytes.size() - at);
                if (count <= 0) {
                    break;
                }
                at += static_cast<std::size_t>(count);
            }
            ::close(pipe[1]);
        });
        Inspection inspection = inspect_descriptor(origin_, pipe[0], options_);
        EXPECT_EQ(::fcntl(pipe[0], F_GETFL) & O_NONBLOCK, 0) << "others have it, too";
        writer.join();
        ::close(pipe[0]);
        return inspection;
    }

    ByteVector groups(int count) {
        ByteVector bytes;
        for (int i = 0; i < count; ++i) {
            const ByteVector group = station_.group();
            bytes.insert(bytes.end(), group.begin(), group.end());
        }
        return bytes;
    }

    static void expect_refused(const Inspection& inspection, const std::string& why) {
        EXPECT_FALSE(inspection.has_stream());
        EXPECT_EQ(inspection.end, InspectionEnd::broken);
        ASSERT_TRUE(inspection.error);
        EXPECT_THAT(inspection.error->message(), HasSubstr(why));
        EXPECT_THAT(inspection.error->message(), Not(HasSubstr("SECRET")));
    }

    FakeOrigin origin_;
    Station station_;
    gateway::InspectionOptions options_;
};

TEST_F(SourceInspectionTest, AContinuousStreamIsLookedAtUntilItEnds) {
    origin_.serve(kUrl, groups(4));
    const Inspection inspection = inspect(kUrl);
    EXPECT_EQ(inspection.kind, "ts");
    EXPECT_EQ(inspection.end, InspectionEnd::over);
    EXPECT_FALSE(inspection.error);
    EXPECT_EQ(inspection.report.totals.continuity_errors, 0U);
    EXPECT_EQ(inspection.report.key_frames, 4U);
    EXPECT_FALSE(inspection.report.needs_repair());
    EXPECT_EQ(origin_.count(kUrl), 1U);
    EXPECT_EQ(origin_.running(), 0);
}

TEST_F(SourceInspectionTest, EnoughIsEnough) {
    origin_.open(kUrl)->push(groups(20)); // four seconds, and it stays open
    options_.limit = milliseconds(1'000);
    const Inspection inspection = inspect(kUrl);
    EXPECT_EQ(inspection.end, InspectionEnd::limit);
    EXPECT_FALSE(inspection.error);
    EXPECT_GE(inspection.report.played, ts::kPcrHz);
    EXPECT_FALSE(inspection.report.needs_repair()) << "that we stopped is no damage";
}

TEST_F(SourceInspectionTest, TimeIsUpForAStreamThatSaysLittle) {
    origin_.open(kUrl)->push(groups(2));
    options_.limit = milliseconds(600);
    const Inspection inspection = inspect(kUrl);
    EXPECT_EQ(inspection.end, InspectionEnd::limit);
    EXPECT_TRUE(inspection.has_stream());
    EXPECT_LT(inspection.report.played, ts::kPcrHz / 2);
}

TEST_F(SourceInspectionTest, ASignalEndsItWithTheReportSoFar) {
    const auto body = origin_.open(kUrl);
    body->push(groups(2));
    std::thread user([&] {
        const auto read = [&] {
            while (body->unread() > 0) {
                std::this_thread::yield();
            }
        };
        read();
        body->push(groups(1));
        read(); // so the first part has been taken
        ::kill(::getpid(), SIGINT);
    });
    const Inspection inspection = inspect(kUrl);
    user.join();
    EXPECT_EQ(inspection.end, InspectionEnd::interrupted);
    EXPECT_FALSE(inspection.error);
    EXPECT_TRUE(inspection.has_stream());
    EXPECT_EQ(origin_.running(), 0);
}

TEST_F(SourceInspectionTest, WhatBrokeOffIsToldWithWhatCameBefore) {
    const auto body = origin_.open(kUrl);
    body->push(groups(3));
    body->cut();
    const Inspection inspection = inspect(kUrl);
    EXPECT_EQ(inspection.end, InspectionEnd::broken);
    ASSERT_TRUE(inspection.error);
    EXPECT_THAT(inspection.error->message(), HasSubstr("connection reset"));
    EXPECT_TRUE(inspection.has_stream());
}

TEST_F(SourceInspectionTest, SegmentsAreFollowedAndTheirSeamsAreNoErrors) {
    origin_.serve(kList, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n0.ts\n#EXTINF:1,\n1.ts\n"
                         "#EXT-X-DISCONTINUITY\n#EXTINF:1,\n2.ts\n#EXT-X-ENDLIST\n");
    for (int i = 0; i < 3; ++i) {
        if (i == 2) {
            station_ = Station(); // counters and clock begin anew
        }
        origin_.serve("http://origin/tv/" + std::to_string(i) + ".ts", groups(5));
    }
    const Inspection inspection = inspect(kList);
    EXPECT_EQ(inspection.kind, "hls");
    EXPECT_EQ(inspection.end, InspectionEnd::over);
    EXPECT_EQ(inspection.report.pieces, 3U);
    EXPECT_EQ(inspection.report.seams, 1U);
    EXPECT_EQ(inspection.report.totals.continuity_errors, 0U);
    EXPECT_EQ(inspection.report.clock_jumps, 0U);
    EXPECT_EQ(inspection.report.splicing.splices, 1U);
    EXPECT_TRUE(inspection.report.needs_repair());
}

TEST_F(SourceInspectionTest, RefusalsAreNamedWithoutSecrets) {
    origin_.serve(kUrl, "<html><body>blocked</body></html>");
    expect_refused(inspect(kUrl), "an HTML page");
    origin_.serve(kUrl, "no", 403);
    expect_refused(inspect(kUrl), "403");
    expect_refused(inspect("http://origin/live/USER/SECRET/2.ts"), "connection refused");
    expect_refused(inspect("rtsp://USER:SECRET@origin/live"), "rtsp sources are not supported");
    expect_refused(inspect("udp://nonsense:1234"), "must be a number");
}

TEST_F(SourceInspectionTest, ASilentSourceIsGivenUp) {
    options_.start_timeout = milliseconds(50);
    origin_.on(kUrl, [](const fetch::Request&) {
        FakeAnswer silence;
        silence.hang = true;
        return silence;
    });
    expect_refused(inspect(kUrl), "no media within");
    expect_refused(inspect("udp://127.0.0.1:1"), "no media within");
}

TEST_F(SourceInspectionTest, Datagrams) {
    asio::io_context io;
    asio::ip::udp::socket socket(io, asio::ip::udp::v4());
    const asio::ip::udp::endpoint to(asio::ip::address_v4::loopback(),
        asio::ip::udp::socket(io, {asio::ip::address_v4::loopback(), 0}).local_endpoint().port());
    options_.limit = milliseconds(2'000);
    std::atomic<bool> done{false};
    std::thread sender([&] {
        while (!done) {
            const ByteVector bytes = station_.group();
            for (std::size_t at = 0; at < bytes.size(); at += 7 * ts::kPacketSize) {
                boost::system::error_code ignored; // nobody listens yet
                socket.send_to(asio::buffer(bytes.data() + at,
                                   std::min(7 * ts::kPacketSize, bytes.size() - at)),
                    to, 0, ignored);
            }
            std::this_thread::yield();
        }
    });
    const Inspection inspection = inspect("udp://127.0.0.1:" + std::to_string(to.port()));
    done = true;
    sender.join();
    EXPECT_EQ(inspection.kind, "udp");
    EXPECT_EQ(inspection.end, InspectionEnd::limit);
    EXPECT_TRUE(inspection.has_stream());
    EXPECT_TRUE(inspection.report.program);
}

TEST_F(SourceInspectionTest, PipesAndFilesAreReadToTheirEnd) {
    const std::string bytes = text_of(groups(200));
    const Inspection piped = inspect_piped(bytes);
    EXPECT_EQ(piped.kind, "file");
    EXPECT_EQ(piped.end, InspectionEnd::over);
    EXPECT_EQ(piped.bytes, bytes.size());
    EXPECT_EQ(piped.report.key_frames, 200U);
    EXPECT_FALSE(piped.report.needs_repair());

    const TemporaryDirectory directory;
    const auto file = directory.path() / "a clip.ts";
    std::ofstream(file, std::ios::binary) << bytes;
    const Inspection read = inspect_file(origin_, file, options_);
    EXPECT_EQ(read.end, InspectionEnd::over);
    EXPECT_EQ(read.report.totals.packets, piped.report.totals.packets);
    EXPECT_EQ(read.report.bits_per_second, piped.report.bits_per_second);
}

TEST_F(SourceInspectionTest, FilesThatAreNoStreamAreNamed) {
    const TemporaryDirectory directory;
    std::ofstream(directory.path() / "page.ts") << "<html>hello</html>";
    std::ofstream(directory.path() / "empty.ts");
    expect_refused(inspect_file(origin_, directory.path() / "page.ts", options_), "an HTML page");
    expect_refused(inspect_file(origin_, directory.path() / "empty.ts", options_), "empty");
    expect_refused(
        inspect_file(origin_, directory.path() / "none.ts", options_), "opening the file");
    expect_refused(inspect_file(origin_, directory.path(), options_), "directory");
    expect_refused(inspect_piped("{\"error\":1}"), "JSON");
    EXPECT_EQ(gateway::path_of_file_url(Url::parse("file:///a%20b.ts").value()).value(), "/a b.ts");
    EXPECT_FALSE(gateway::path_of_file_url(Url::parse("file://server/b.ts").value()));
}

} // namespace
} // namespace plex_tuner::testing
