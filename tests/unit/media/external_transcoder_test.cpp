// SPDX-License-Identifier: GPL-3.0-or-later
// Streams transcoded by the distribution's ffmpeg, and by programs that are of no use.
#include "external_tool.hpp"
#include "support/media.hpp"
#include "support/temporary_directory.hpp"
#include "test_program.hpp"

#include <plex_tuner/media/external_transcoder.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <optional>
#include <sstream>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace plex_tuner::media {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A transcoder whose events run in the test's own thread.
class Bench {
public:
    explicit Bench(std::string program, const Profile& profile = *find_built_in_profile("default"),
        ExternalLimits limits = {.silence_once_giving = std::chrono::seconds(10)}) {
        worker_.emplace(io_.get_executor(),
            FfmpegProgram{.path = std::move(program), .environment = {"PATH=/usr/bin:/bin"}},
            profile, limits, [] {});
    }

    template <class Condition>
    [[nodiscard]] bool run_until(Condition condition) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!condition() && std::chrono::steady_clock::now() < end) {
            io_.restart();
            io_.run_one_for(std::chrono::milliseconds(100));
            output_ += worker_ ? worker_->take_output() : "";
        }
        return condition();
    }

    void feed(const std::string& bytes) {
        for (std::size_t at = 0; at < bytes.size(); at += 50'000) {
            worker_->feed(std::string_view(bytes).substr(at, 50'000));
        }
    }

    /// "" where it ended well.
    [[nodiscard]] std::string error() {
        if (!run_until([&] { return worker_->outcome().has_value(); })) {
            return "the test waited in vain";
        }
        return *worker_->outcome() ? "" : worker_->outcome()->error().message();
    }

    [[nodiscard]] bool gives_something() {
        return run_until([&] { return !output_.empty(); });
    }

    [[nodiscard]] const std::string& output() const { return output_; }

    ExternalTranscoder& worker() { return *worker_; }

    void destroy() { worker_.reset(); }

private:
    boost::asio::io_context io_;
    std::optional<ExternalTranscoder> worker_;
    std::string output_;
};

const std::string kFfmpeg = "/usr/bin/ffmpeg";

std::string transcoded(const std::string& clip, const Profile& profile) {
    Bench bench(kFfmpeg, profile);
    bench.feed(clip);
    bench.worker().finish();
    EXPECT_EQ(bench.error(), "") << profile.name;
    EXPECT_EQ(bench.output().size() % 188, 0U);
    return bench.output();
}

/// "h264,25/1" of the first stream of that kind; empty: there is none.
std::string facts(const std::string& clip, const std::string& kind, const std::string& entries) {
    std::string text =
        test::run_over(clip, "ffprobe -v error -select_streams " + kind +
                                 ":0 -show_entries stream=" + entries + " -of csv=p=0 FILE")
            .output;
    text.resize(std::min(text.find('\n'), text.size()));
    while (text.ends_with(',')) { // of side data that is empty
        text.pop_back();
    }
    return text;
}

TEST(ExternalTranscoder, MakesEveryProfile) {
    for (const Profile& profile : built_in_profiles()) {
        const std::string out = transcoded(testing::h264_clip(4), profile);
        EXPECT_THAT(
            test::run_over(out, "ffmpeg -v error -xerror -i FILE -f null -").output, IsEmpty())
            << profile.name;
        EXPECT_EQ(facts(out, "v", "codec_name,r_frame_rate"),
            profile.video == VideoTarget::mpeg2 ? "mpeg2video,25/1" : "h264,25/1")
            << profile.name;
        EXPECT_EQ(facts(out, "a", "codec_name"),
            profile.audio == AudioTarget::none ? "" : to_string(profile.audio))
            << profile.name;
    }
}

TEST(ExternalTranscoder, KeepsTheRatesOfEuropeAndMakesOneOfAllOthers) {
    const auto rate_of = [](const char* rate, const char* profile) {
        return facts(transcoded(testing::made_clip("external_" + std::string(rate, 2), 4,
                                    {"-vf", std::string("fps=") + rate, "-c:v", "libx264",
                                        "-preset", "ultrafast", "-g", "25", "-c:a", "aac"}),
                         *find_built_in_profile(profile)),
            "v", "r_frame_rate");
    };
    EXPECT_EQ(rate_of("50", "plexsafe"), "50/1");
    EXPECT_EQ(rate_of("60000/1001", "plexsafe"), "30000/1001");
    EXPECT_EQ(rate_of("24000/1001", "plexsafe"), "30000/1001");
    EXPECT_EQ(rate_of("60000/1001", "default"), "60000/1001");
}

TEST(ExternalTranscoder, OptionsOfTheUserAreUsed) {
    Profile profile = *find_built_in_profile("default");
    profile.name = "own";
    profile.ffmpeg_video = {"-vf", "scale=320:-2", "-c:v", "mpeg2video", "-b:v", "1M"};
    profile.ffmpeg_audio = {"-c:a", "ac3"};
    const std::string out = transcoded(testing::h264_clip(4), profile);
    EXPECT_EQ(facts(out, "v", "codec_name,width"), "mpeg2video,320");
    EXPECT_EQ(facts(out, "a", "codec_name"), "ac3");
}

TEST(ExternalTranscoder, GivesWhatItHasWhileTheStreamGoesOn) {
    Bench bench(kFfmpeg);
    bench.feed(testing::h264_clip(4));
    ASSERT_TRUE(bench.gives_something());
    EXPECT_FALSE(bench.worker().outcome());
}

TEST(ExternalTranscoder, OneThatIsKilledOrHangsIsNamed) {
    for (const auto& [signal, words] :
        {std::pair(SIGKILL, "killed by signal 9"), std::pair(SIGSTOP, "silent for 1000 ms")}) {
        Bench bench(kFfmpeg, *find_built_in_profile("default"), {});
        bench.feed(testing::h264_clip(4));
        ASSERT_TRUE(bench.gives_something());
        const int pid = bench.worker().pid();
        ASSERT_EQ(::kill(pid, signal), 0);
        for (int i = 0; i < 20; ++i) {
            bench.feed(testing::h264_clip(4));
        }
        EXPECT_THAT(bench.error(), HasSubstr(words));
        EXPECT_TRUE(bench.run_until([&] { return ::kill(pid, 0) != 0; })) << "it was collected";
    }
}

TEST(ExternalTranscoder, WhatItSaysIsInTheError) {
    const testing::TemporaryDirectory directory;
    Bench bench(testing::write_program(directory.path() / "ffmpeg",
        "printf 'Device creation failed: -542398533.\\n\\tNo \\033[31mdevice\\n' >&2; exit 9"));
    EXPECT_THAT(bench.error(), AllOf(HasSubstr("ffmpeg exited with status 9: Device creation"),
                                   HasSubstr("; ?No ?[31mdevice")));
}

/// Waits until nothing is in the pipe any more.
bool is_drained(int pipe) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    int bytes = 1;
    while (::ioctl(pipe, FIONREAD, &bytes) == 0 && bytes > 0 &&
           std::chrono::steady_clock::now() < end) {
        std::this_thread::yield();
    }
    return bytes == 0;
}

TEST(ExternalTranscoder, WordsThatAnotherThreadIsReadingAtItsEndAreNotLost) {
    const testing::TemporaryDirectory directory;
    const auto file = directory.path() / "pid";
    const auto program = testing::write_program(
        directory.path() / "ffmpeg", "echo $$ > " + file.string() + "; exec sleep 1000 <&- >&-");
    boost::asio::thread_pool threads(2); // one is held up below
    const auto strand = boost::asio::make_strand(threads);
    std::optional<ExternalTranscoder> worker;
    std::promise<std::string> error;
    bool is_told = false;
    const auto on_strand = [&](auto action) {
        return boost::asio::post(strand, boost::asio::use_future(action)).get();
    };
    on_strand([&] {
        worker.emplace(strand,
            FfmpegProgram{.path = program, .environment = {"PATH=/usr/bin:/bin"}},
            *find_built_in_profile("default"), ExternalLimits{}, [&] {
                if (worker->outcome() && !std::exchange(is_told, true)) {
                    error.set_value(*worker->outcome() ? "" : worker->outcome()->error().message());
                }
            });
    });
    const pid_t pid = testing::pid_in(file);
    const int pipe =
        ::open(("/proc/" + std::to_string(pid) + "/fd/2").c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_GE(pipe, 0);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (
        on_strand([&] { return worker->pid(); }) >= 0 && std::chrono::steady_clock::now() < end) {
        std::this_thread::yield(); // it has not seen the end of the output yet
    }
    // Its end is known first, the words come then, and the strand hears of both behind that.
    on_strand([&] {
        EXPECT_EQ(::kill(pid, SIGKILL), 0);
        EXPECT_TRUE(testing::is_gone(pid));
        EXPECT_EQ(::write(pipe, "too hot\n", 8), 8);
        EXPECT_TRUE(is_drained(pipe));
    });
    EXPECT_THAT(error.get_future().get(), HasSubstr("killed by signal 9 (Killed): too hot"));
    ::close(pipe);
    on_strand([&] { worker.reset(); });
    threads.join();
}

TEST(ExternalTranscoder, WhatItCannotReadItSays) {
    Bench bench(kFfmpeg);
    bench.feed(std::string(100'000, 'x'));
    bench.worker().finish();
    EXPECT_THAT(bench.error(), AllOf(HasSubstr("exited with status 1"), HasSubstr("pipe:0")));
}

TEST(ExternalTranscoder, WhatIsNoTransportStreamIsNotPassedOn) {
    Bench bench("/bin/echo");
    EXPECT_THAT(bench.error(), HasSubstr("no transport stream"));
    EXPECT_EQ(bench.output(), "");
}

TEST(ExternalTranscoder, OneThatIsNotThereOrNoProgramIsAnError) {
    const testing::TemporaryDirectory directory;
    EXPECT_THAT(Bench("/nowhere/ffmpeg").error(), HasSubstr("/nowhere/ffmpeg: No such file"));
    EXPECT_THAT(Bench(testing::write_program(directory.path() / "x", "", 0600)).error(),
        HasSubstr("Permission denied"));
}

TEST(ExternalTranscoder, ItsEndTakesWhatItStartedAlong) {
    const testing::TemporaryDirectory directory;
    const auto file = directory.path() / "pid";
    const auto wrapper = testing::write_program(
        directory.path() / "wrapper", "sleep 1000 & echo $! > " + file.string() + "; wait");
    Bench bench(wrapper);
    const pid_t child = testing::pid_in(file);
    const pid_t parent = bench.worker().pid();
    bench.destroy();
    EXPECT_TRUE(bench.run_until([&] { return ::kill(parent, 0) != 0; }));
    EXPECT_TRUE(testing::is_gone(child));
}

TEST(ExternalTranscoder, HasNothingOfOursButItsSocket) {
    ::setenv("PLEX_TUNER_TEST_SECRET", "hunter2", 1);
    const std::string own = std::filesystem::canonical("/bin/sleep").string();
    const testing::TemporaryDirectory directory;
    // Without shutting anything that it was given.
    const auto file = directory.path() / "pid";
    Bench bench(testing::write_program(
        directory.path() / "waits", "echo $$ > " + file.string() + "; exec sleep 1000"));
    const pid_t pid = testing::pid_in(file);
    ASSERT_EQ(pid, bench.worker().pid());
    const std::filesystem::path process = "/proc/" + std::to_string(pid);
    std::string environment;
    // The kernel names the new program before it has given it its environment.
    ASSERT_TRUE(bench.run_until([&] {
        std::error_code error;
        if (std::filesystem::read_symlink(process / "exe", error) != own) {
            return false;
        }
        std::ifstream source(process / "environ");
        environment.assign(std::istreambuf_iterator<char>(source), {});
        return !environment.empty();
    }));
    std::vector<std::string> descriptors;
    // The loader of the program opens libraries, and closes them again.
    EXPECT_TRUE(bench.run_until([&] {
        descriptors.clear();
        for (const auto& entry : std::filesystem::directory_iterator(process / "fd")) {
            descriptors.push_back(entry.path().filename());
        }
        std::ranges::sort(descriptors);
        return descriptors == std::vector<std::string>{"0", "1", "2"};
    })) << ::testing::PrintToString(descriptors);
    EXPECT_THAT(environment, HasSubstr("PATH=/usr/bin:/bin"));
    EXPECT_EQ(environment.find("hunter2"), std::string::npos);
    EXPECT_EQ(::getpgid(pid), pid);
    std::ifstream stat(process / "stat");
    const std::vector<std::string> fields(
        std::istream_iterator<std::string>(stat), std::istream_iterator<std::string>{});
    constexpr std::size_t kNice = 18;
    ASSERT_GT(fields.size(), kNice);
    EXPECT_EQ(fields[kNice], "5");
}

} // namespace
} // namespace plex_tuner::media
