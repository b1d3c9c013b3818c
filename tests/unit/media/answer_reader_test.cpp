// SPDX-License-Identifier: GPL-3.0-or-later
#include "answer_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::media {
namespace {

using ::testing::HasSubstr;

std::string frame(FrameType type, const std::string& payload = {}) {
    std::string bytes;
    append_frames(type, payload, bytes);
    return bytes;
}

std::string packets(int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) {
        bytes += "\x47" + std::string(187, static_cast<char>(i));
    }
    return bytes;
}

std::string error_of(const Result<void>& result) {
    return result ? std::string("none") : result.error().message();
}

TEST(AnswerReader, ReadsAJobInEveryChunking) {
    const std::string bytes = frame(FrameType::ready) + frame(FrameType::output, packets(2)) +
                              frame(FrameType::output, packets(1)) +
                              frame(FrameType::done, encode(JobResult{1234}));
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
        AnswerReader reader;
        reader.begin_job(1'000'000);
        for (std::size_t at = 0; at < bytes.size(); at += size) {
            ASSERT_TRUE(reader.feed(std::string_view(bytes).substr(at, size)));
        }
        EXPECT_EQ(reader.take_output(), packets(2) + packets(1));
        ASSERT_TRUE(reader.outcome() && *reader.outcome());
        EXPECT_EQ((*reader.outcome())->end_time, 1234);
    }
}

TEST(AnswerReader, FailuresKeepTheirKindAndLoseWhatIsNoText) {
    AnswerReader reader;
    reader.begin_job(1'000);
    ASSERT_TRUE(reader.feed(
        frame(FrameType::ready) + frame(FrameType::failed, encode(Error(ErrorCode::unsupported,
                                                               "bad\n\x1b[31m codec \xc3\xa4")))));
    ASSERT_TRUE(reader.outcome() && !*reader.outcome());
    EXPECT_EQ(reader.outcome()->error().code(), ErrorCode::unsupported);
    EXPECT_EQ(reader.outcome()->error().message(), "bad[31m codec ");
}

TEST(AnswerReader, MisbehaviourIsNamed) {
    const std::string ready = frame(FrameType::ready);
    const std::pair<std::string, const char*> cases[] = {
        {frame(FrameType::output, packets(1)), "out of turn"},
        {ready + ready, "out of turn"},
        {ready + frame(FrameType::done, encode(JobResult{})) + frame(FrameType::output, packets(1)),
            "out of turn"},
        {ready + frame(FrameType::output, packets(1).substr(1)), "no transport stream"},
        {ready + frame(FrameType::output, ""), "no transport stream"},
        {ready + frame(FrameType::output, packets(6)), "more than a segment can give"},
        {ready + frame(FrameType::done, "short"), "malformed"},
        {ready + frame(FrameType::failed, ""), "malformed"},
        {ready + frame(FrameType::failed, "xwhat"), "malformed"},
        {ready + frame(FrameType::begin, "what"), "unknown type"},
        {std::string("O\xff\xff\xff\xff", 5), "too large"},
    };
    for (const auto& [bytes, text] : cases) {
        AnswerReader reader;
        reader.begin_job(5 * 188);
        EXPECT_THAT(error_of(reader.feed(bytes)), HasSubstr(text));
    }
}

TEST(Frame, JobsComeThroughAndOthersDoNot) {
    const Job job{InputKind::packed_audio, 31, -5};
    EXPECT_EQ(decode_job(encode(job)), job);
    std::string bytes = encode(job);
    EXPECT_FALSE(decode_job(bytes + "x"));
    bytes[0] = 9;
    EXPECT_FALSE(decode_job(bytes));
    bytes = encode(job);
    bytes[1] = 32;
    EXPECT_FALSE(decode_job(bytes));
}

TEST(Frame, LongPayloadsAreCutIntoFrames) {
    const std::string bytes = frame(FrameType::input, std::string(kMaxFramePayload + 1, 'x'));
    ASSERT_EQ(bytes.size(), kMaxFramePayload + 1 + 2 * kFrameHeaderSize);
    EXPECT_EQ(parse_frame_header(bytes).size, kMaxFramePayload);
    EXPECT_EQ(parse_frame_header(bytes.substr(kFrameHeaderSize + kMaxFramePayload)).size, 1U);
}

} // namespace
} // namespace plex_tuner::media
