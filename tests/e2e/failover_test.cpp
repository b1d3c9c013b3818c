// SPDX-License-Identifier: GPL-3.0-or-later
// A channel whose first source fails, in every way in which sources fail, plays on from the next
// one; a channel without another one says so before the first byte.
#include "playlists.hpp"
#include "support/child_process.hpp"
#include "support/temporary_directory.hpp"
#include "support/timeline_origin.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A fault as a script of the first source, and the word of the log that names it.
struct Fault {
    const char* name;
    const char* script; ///< nullptr: nobody listens at the address
    const char* reason;
};

void PrintTo(const Fault& fault, std::ostream* out) {
    *out << fault.name;
}

constexpr std::size_t kSecondsOfMedia = 180'000; // bytes, of either clip at the least

class Failover : public ::testing::TestWithParam<Fault> {
protected:
    void start(const std::vector<std::string>& sources) {
        std::string urls;
        for (const std::string& source : sources) {
            urls += (urls.empty() ? "" : "\n") + source;
        }
        provider_.on("/list.m3u", behave::content(playlist_of({{"one", urls}})));
        tuner_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}, {"START_TIMEOUT", "6s"},
                          {"STALL_TIMEOUT", "1s"}}});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    }

    /// The address of a source that does what the fault says.
    std::string faulty() {
        if (GetParam().script == nullptr) {
            const ScriptedProvider gone; // its port is nobody's when it is destroyed
            return gone.url("/live.ts");
        }
        return TimelineOrigin(provider_, "/bad", GetParam().script).ts_url();
    }

    static std::string fact(const std::string& report, const std::string& name) {
        const std::string text = "\n" + report;
        const std::size_t found = text.find("\n" + name + "=");
        if (found == std::string::npos) {
            return "";
        }
        const std::size_t begin = found + name.size() + 2;
        return text.substr(begin, text.find('\n', begin) - begin);
    }

    /// What ts-check, the tool for looking at recordings, has to say.
    static void expect_good_recording(const std::string& bytes) {
        const TemporaryDirectory scratch;
        const std::string file = (scratch.path() / "recording.ts").string();
        std::ofstream(file, std::ios::binary) << bytes;
        const CommandResult check = run_command({PT_TS_CHECK_BINARY, file});
        EXPECT_EQ(check.exit_code, 0) << check.output;
        EXPECT_EQ(fact(check.output, "continuity_errors"), "0") << check.output;
        EXPECT_EQ(fact(check.output, "pcr_backwards"), "0") << check.output;
        EXPECT_EQ(fact(check.output, "pcr_jumps"), "0") << check.output;
        EXPECT_EQ(inspect_ts(bytes).continuity_errors, 0u);
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

/// Faults that show before anything can be played.
class FailoverAtStart : public Failover {};

TEST_P(FailoverAtStart, TheNextSourceIsPlayedAndTheLogSaysWhy) {
    const TimelineOrigin good(provider_, "/good", "serve");
    start({faulty(), good.ts_url()});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200) << tuner_.process().stderr_text();
    ASSERT_TRUE(viewer.read(4 * kSecondsOfMedia)) << tuner_.process().stderr_text();
    expect_good_recording(viewer.body());
    EXPECT_TRUE(tuner_.process().wait_for_line(
        {"gateway upstream", GetParam().reason}, std::chrono::seconds(1)))
        << tuner_.process().stderr_text();
    EXPECT_EQ(provider_.most_open(good.ts_path()), 1u);
}

TEST_P(FailoverAtStart, AloneItIsAnsweredWithAnErrorBeforeTheFirstByte) {
    start({faulty()});
    const HttpReply reply = tuner_.get("/auto/v1");
    EXPECT_EQ(reply.status, 503) << tuner_.process().stderr_text();
    EXPECT_THAT(reply.header("x-hdhomerun-error"), StartsWith("807"));
    EXPECT_THAT(reply.body, HasSubstr(GetParam().reason));
    EXPECT_THAT(reply.header("content-type"), StartsWith("text/plain"));
}

INSTANTIATE_TEST_SUITE_P(Faults, FailoverAtStart,
    ::testing::Values(Fault{"NobodyListens", nullptr, "connect"},
        Fault{"Forbidden", "status 403", "status 403"},
        Fault{"Unavailable", "status 503", "status 503"}, Fault{"Html", "html", "an HTML page"},
        Fault{"Json", "json", "a JSON document"}, Fault{"Empty", "empty", "an empty body"},
        Fault{"SilentBeforeTheHead", "stall", "no video within"},
        Fault{"SilentBeforeTheFirstByte", "head; stall", "no data"},
        Fault{"NoVideoAndNoAudio", "no video; no audio; serve", "no video"},
        Fault{"NoTables", "psi silence; serve", "no video"}),
    [](const auto& fault) { return fault.param.name; });

/// Faults of a source that plays.
class FailoverInMidStream : public Failover {};

TEST_P(FailoverInMidStream, TheRecordingGoesOnWithTheNextSource) {
    const TimelineOrigin good(provider_, "/good", "serve");
    start({faulty(), good.ts_url()});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200) << tuner_.process().stderr_text();
    ASSERT_TRUE(viewer.read(kSecondsOfMedia)) << tuner_.process().stderr_text();
    // The first is not played again (its faults are repeated), and the other plays for a while.
    ASSERT_TRUE(provider_.wait_for_requests(good.ts_path(), 1)) << tuner_.process().stderr_text();
    ASSERT_TRUE(viewer.read(viewer.body().size() + 4 * kSecondsOfMedia))
        << tuner_.process().stderr_text();
    expect_good_recording(viewer.body());
    EXPECT_TRUE(tuner_.process().wait_for_line(
        {"gateway upstream", GetParam().reason}, std::chrono::seconds(1)))
        << tuner_.process().stderr_text();
}

INSTANTIATE_TEST_SUITE_P(Faults, FailoverInMidStream,
    ::testing::Values(Fault{"Stall", "serve 2s; stall; status 403", "for 1 s"},
        Fault{"CutInPacket", "serve 2s; cut in packet; status 403", "ended the stream"},
        Fault{"Reset", "serve 2s; reset; status 403", "reset"},
        Fault{"GarbageAndNoMore",
            "serve 2s; garbage 100000 bytes; serve 1 packets; stall; status 403", "for 1 s"},
        Fault{"NullPacketsForEver", "serve 2s; no video; no audio; psi silence; serve; status 403",
            "no media for 1 s"}),
    [](const auto& fault) { return fault.param.name; });

/// Faults that a source has and goes on: it is not left, and nothing of them is recorded.
class FaultsThatPass : public Failover {};

TEST_P(FaultsThatPass, TheRecordingIsGoodWithoutAnotherSource) {
    const std::string source = faulty();
    const TimelineOrigin good(provider_, "/good", "serve");
    start({source, good.ts_url()});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200) << tuner_.process().stderr_text();
    ASSERT_TRUE(viewer.read(8 * kSecondsOfMedia)) << tuner_.process().stderr_text();
    expect_good_recording(viewer.body());
    EXPECT_EQ(provider_.count("/bad/live.ts"), 1u);
    EXPECT_EQ(provider_.count(good.ts_path()), 0u);
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultsThatPass,
    ::testing::Values(Fault{"Garbage", "serve 2s; garbage 5000 bytes; serve", ""},
        Fault{"DroppedPackets", "serve 2s; drop 20 packets; serve", ""},
        Fault{"TenLostSeconds",
            "serve 2s; burst; drop 9000 packets; serve 9000 packets; pace 4x; serve", ""},
        Fault{"DuplicatePackets", "serve 2s; duplicate 20 packets; serve", ""},
        Fault{"PtsJump", "serve 2s; jump pts +2^32; serve", ""},
        Fault{"PtsBack", "serve 2s; jump pts -1h; serve", ""},
        Fault{"PtsWrap", "wrap pts in 3s; serve", ""},
        Fault{"OtherPids", "serve 2s; pids shift; serve", ""},
        Fault{"OtherCodecs", "serve 2s; switch clip B; serve", ""}),
    [](const auto& fault) { return fault.param.name; });

} // namespace
} // namespace plex_tuner::testing
