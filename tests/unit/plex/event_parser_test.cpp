// SPDX-License-Identifier: GPL-3.0-or-later
#include "event_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Event = EventParser::Event;

std::vector<Event> parsed(std::string_view text, std::size_t chunk) {
    EventParser parser;
    std::vector<Event> all;
    for (std::size_t i = 0; i < text.size(); i += chunk) {
        for (Event& event : parser.feed(text.substr(i, chunk))) {
            all.push_back(std::move(event));
        }
    }
    return all;
}

TEST(EventParser, ReadsAllLineEndsInEveryChunking) {
    constexpr std::string_view kLines = "\xEF\xBB\xBF: comment|event: ping|data: {}||event:playing|"
                                        "id: 7|data: {\"a\":|data:1}||data||event: lost||data: cut";
    for (const std::string_view end : {"\n", "\r\n", "\r"}) {
        std::string text;
        for (const char c : kLines) {
            text.append(c == '|' ? end : std::string_view(&c, 1));
        }
        for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
            ASSERT_THAT(
                parsed(text, chunk), ElementsAre(Event{"ping", "{}"},
                                         Event{"playing", "{\"a\":\n1}"}, Event{"message", ""}))
                << chunk;
        }
    }
}

TEST(EventParser, AnEventWithoutEndIsLeftOut) {
    EventParser parser;
    const std::string part(100'000, 'x');
    EXPECT_THAT(parser.feed("data: "), IsEmpty());
    for (int i = 0; i < 30; ++i) {
        EXPECT_THAT(parser.feed(part), IsEmpty());
    }
    EXPECT_THAT(parser.feed("\n\ndata: next\n\n"), ElementsAre(Event{"message", "next"}));
}

TEST(EventParser, ReadsWhatClientsReport) {
    constexpr const char* kOne =
        R"({"sessionKey":"12","viewOffset":1000,"state":"playing","transcodeSession":"t"})";
    for (const std::string& data : {std::string(R"({"PlaySessionStateNotification":)") + kOne + "}",
             std::string(R"({"NotificationContainer":{"type":"playing","size":1,)") +
                 R"("PlaySessionStateNotification":[)" + kOne + "]}}"}) {
        const ServerEvent event = read_event({"playing", data});
        ASSERT_TRUE(event.notice) << data;
        EXPECT_EQ(event.notice->session_key, "12");
        EXPECT_EQ(event.notice->state, "playing");
        EXPECT_EQ(event.notice->transcode_id, "t");
        EXPECT_EQ(event.notice->view_offset, 1'000);
    }
    for (const char* other : {"", "{", "[]", "7", "{}", R"({"TimelineEntry":{"state":5}})"}) {
        EXPECT_FALSE(read_event({"timeline", other}).notice) << other;
    }
}

} // namespace
} // namespace plex_tuner::plex
