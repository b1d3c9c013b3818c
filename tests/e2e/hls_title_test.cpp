// SPDX-License-Identifier: GPL-3.0-or-later
// Films that the provider has as HLS only, read through a real mount of the real binary.
#include "mount_command_fixture.hpp"
#include "support/child_process.hpp"
#include "support/media.hpp"
#include "support/second_demuxer.hpp"

#include <cerrno>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace plex_tuner::testing {
namespace {

class HlsTitleTest : public MountCommandTest {
protected:
    HlsTitleTest() { paths_["Film"] = "/film/list.m3u8"; }

    [[nodiscard]] std::filesystem::path title() const {
        return mount_point() / "Movies" / "Film" / "Film.ts";
    }

    void serve(const std::map<std::string, std::string>& files) {
        for (const auto& [name, body] : files) {
            provider_.on("/film/" + name, behave::content(body));
        }
    }

    /// Segments of two seconds; which of them are listed, and how the list ends.
    void serve_segments(std::size_t count, const std::string& end = "#EXT-X-ENDLIST\n") {
        std::string list = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n";
        for (std::size_t i = 0; i < count; ++i) {
            const std::string name = std::to_string(i) + ".ts";
            list += (i > 0 && i % relay_segments().size() == 0 ? "#EXT-X-DISCONTINUITY\n" : "") +
                    std::string("#EXTINF:2,\n") + name + "\n";
            provider_.on(
                "/film/" + name, behave::content(relay_segments()[i % relay_segments().size()]));
        }
        provider_.on("/film/list.m3u8", behave::content(list + end));
    }

    [[nodiscard]] std::size_t segment_requests(std::size_t count) const {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
            sum += provider_.count("/film/" + std::to_string(i) + ".ts");
        }
        return sum;
    }

    /// A stream that two demultiplexers and a decoder have nothing to say about, so long.
    void expect_clean(const std::string& bytes, double seconds) {
        const std::string file = tuner_.file("copy.ts");
        std::ofstream(file, std::ios::binary) << bytes;
        EXPECT_EQ(complaints_of_tsreport(bytes), "");
        const auto decoded =
            run_command({"ffmpeg", "-v", "error", "-nostdin", "-i", file, "-f", "null", "-"});
        EXPECT_EQ(decoded.errors, "");
        const auto length = run_command(
            {"ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file});
        EXPECT_NEAR(std::stod(length.output), seconds, 0.3);
    }
};

TEST_F(HlsTitleTest, IsAFileLikeOthers) {
    serve(hls_files("title-ts-v1", 8,
        {"-c:v", "libx264", "-g", "25", "-c:a", "aac", "-hls_time", "2", "-hls_list_size", "0"}));
    write_catalog({"Film", "Zulu"});
    mount();
    const std::string first = content(title());
    expect_clean(first, 8);
    EXPECT_EQ(std::filesystem::file_size(title()), first.size()) << "known once it was read";
    const std::size_t requests = provider_.count("/film/list.m3u8");
    EXPECT_TRUE(content(title()) == first);
    EXPECT_EQ(provider_.count("/film/list.m3u8"), requests) << "read from the cache";
    EXPECT_TRUE(content(film("Zulu")) == *bytes_) << "others are read as ever";
    EXPECT_EQ(tuner_.stop(), 0);
    mount();
    EXPECT_EQ(std::filesystem::file_size(title()), first.size());
    EXPECT_TRUE(content(title()) == first);
    EXPECT_EQ(provider_.count("/film/list.m3u8"), requests) << "the cache outlives the mount";
    EXPECT_EQ(tuner_.stop(), 0);
    std::filesystem::remove_all(tuner_.file("cache"));
    mount();
    EXPECT_TRUE(content(title()) == first) << "made anew it is the same";
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(HlsTitleTest, OfFragmentedMp4IsATransportStream) {
    serve(fmp4_files());
    write_catalog({"Film"});
    mount();
    expect_clean(content(title()), 8);
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(HlsTitleTest, IsFetchedAsFarAsItIsRead) {
    constexpr std::size_t kSegments = 20;
    serve_segments(kSegments);
    write_catalog({"Film"});
    mount();
    const int file = ::open(title().c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    std::string head(64 * 1024, '\0');
    EXPECT_EQ(::pread(file, head.data(), head.size(), 0), static_cast<ssize_t>(head.size()));
    // Far behind what has come there is nothing yet, and nobody waits for it.
    EXPECT_EQ(::pread(file, head.data(), head.size(), off_t{500} << 20), -1);
    EXPECT_EQ(errno, EIO);
    ASSERT_TRUE(tuner_.process().wait_for_line({"cannot read a file", "HLS only"}));
    ::close(file);
    EXPECT_EQ(tuner_.stop(), 0);
    EXPECT_LT(segment_requests(kSegments), 5U) << "a look at its head fetches no film";
}

TEST_F(HlsTitleTest, AFaultOfTheServerIsNotInTheFile) {
    serve_segments(6);
    write_catalog({"Film"});
    mount();
    const std::string whole = content(title());
    EXPECT_EQ(tuner_.stop(), 0);
    std::filesystem::remove_all(tuner_.file("cache"));
    const std::string& segment = relay_segments()[3];
    provider_.on("/film/3.ts", behave::sequence({behave::status(503), behave::cut(segment, 100'000),
                                   behave::status(500), behave::content(segment)}));
    mount();
    EXPECT_TRUE(content(title()) == whole);
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(HlsTitleTest, AServerThatWantsAPauseGetsIt) {
    settings_ = {{"PROVIDER_URL", provider_.url("")}, {"PROVIDER_USER", "u"},
        {"PROVIDER_PASS", "p"}, {"SHARED_DIR", tuner_.file("shared")}};
    serve_segments(6);
    write_catalog({"Film"});
    mount();
    const std::string whole = content(title());
    EXPECT_EQ(tuner_.stop(), 0);
    std::filesystem::remove_all(tuner_.file("cache"));
    constexpr std::chrono::seconds kPause{2};
    provider_.on("/film/3.ts", behave::sequence({behave::status(429, {"Retry-After: 2"}),
                                   behave::content(relay_segments()[3])}));
    const std::size_t asked_before = provider_.requests("/film/3.ts").size();
    mount();
    EXPECT_TRUE(content(title()) == whole);
    EXPECT_EQ(tuner_.stop(), 0);
    const auto asked = provider_.requests("/film/3.ts");
    ASSERT_EQ(asked.size(), asked_before + 2);
    EXPECT_GE(asked.back().at - asked[asked_before].at, kPause);
}

TEST_F(HlsTitleTest, ABadSegmentHoldsUpNoOtherFilm) {
    settings_ = {{"PROVIDER_URL", provider_.url("")}, {"PROVIDER_USER", "u"},
        {"PROVIDER_PASS", "p"}, {"SHARED_DIR", tuner_.file("shared")}};
    serve_segments(6);
    provider_.on("/film/3.ts", behave::status(503));
    write_catalog({"Film", "Zulu"});
    mount();
    const std::jthread reader([path = title()] {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        std::string part(256 * 1024, '\0');
        while (::read(file, part.data(), part.size()) > 0) {
        }
        ::close(file);
    });
    ASSERT_TRUE(provider_.wait_for_requests("/film/3.ts", 6));
    EXPECT_TRUE(content(film("Zulu")) == *bytes_);
    EXPECT_EQ(tuner_.stop(), 0);
    EXPECT_THAT(tuner_.process().stderr_text(),
        ::testing::Not(::testing::HasSubstr("until the provider may be asked again")));
}

TEST_F(HlsTitleTest, AServerThatWantsToBeLeftAloneIsSaidAtOnce) {
    settings_ = {{"PROVIDER_URL", provider_.url("")}, {"PROVIDER_USER", "u"},
        {"PROVIDER_PASS", "p"}, {"SHARED_DIR", tuner_.file("shared")}};
    serve_segments(6);
    provider_.on("/film/list.m3u8", behave::status(503, {"Retry-After: 300"}));
    write_catalog({"Film"});
    mount();
    const int file = ::open(title().c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    char byte = 0;
    EXPECT_EQ(::pread(file, &byte, 1, 0), -1);
    EXPECT_EQ(errno, EIO);
    ::close(file);
    EXPECT_TRUE(tuner_.process().wait_for_line({"cannot read a file", "left alone"}))
        << tuner_.process().stderr_text();
    EXPECT_EQ(provider_.count("/film/list.m3u8"), 1U);
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(HlsTitleTest, WithoutOneOfItsSegmentsEndsWithAnError) {
    serve_segments(6);
    provider_.on("/film/3.ts", behave::status(404));
    write_catalog({"Film"});
    mount();
    const int file = ::open(title().c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    std::string part(256 * 1024, '\0');
    ssize_t got = 1;
    while (got > 0) {
        got = ::read(file, part.data(), part.size());
    }
    EXPECT_EQ(got, -1) << "no end where there is none";
    EXPECT_EQ(errno, EIO);
    ::close(file);
    ASSERT_TRUE(tuner_.process().wait_for_line({"cannot read a file", "404"}));
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(HlsTitleTest, ALivePlaylistIsNoFilm) {
    serve_segments(3, "");
    write_catalog({"Film"});
    mount();
    const int file = ::open(title().c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    char byte = 0;
    EXPECT_EQ(::pread(file, &byte, 1, 0), -1);
    EXPECT_EQ(errno, EIO);
    ::close(file);
    ASSERT_TRUE(
        tuner_.process().wait_for_line({"cannot read a file", "a live playlist has no end"}));
    EXPECT_EQ(tuner_.stop(), 0);
}

} // namespace
} // namespace plex_tuner::testing
