// SPDX-License-Identifier: GPL-3.0-or-later
#include "chunkings.hpp"
#include "xtream_dump.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::provider::test {
namespace {

using testing::StartsWith;

std::string account(std::string_view text) {
    return in_every_chunking(text, dump_account);
}

XtreamAccount read(std::string_view text) {
    auto result = read_xtream_account(text_chunks(text));
    EXPECT_TRUE(result) << result.error().message();
    return result ? *std::move(result) : XtreamAccount();
}

XtreamAccount of_user(std::string_view members) {
    return read(R"({"user_info":{"auth":1,)" + std::string(members) + "}}");
}

std::string streams_of(std::string_view server_info) {
    const XtreamAccount got =
        read(R"({"user_info":{"auth":1},"server_info":)" + std::string(server_info) + "}");
    return got.stream_base ? got.stream_base->text() : "none";
}

TEST(XtreamAccount, TextsAsMostPanelsSendThem) {
    EXPECT_EQ(account(R"({"user_info":{"username":"u","password":"p","message":"Welcome",
        "auth":1,"status":"Active","exp_date":"1893456000","is_trial":"0","active_cons":"1",
        "created_at":"1500000000","max_connections":"2","allowed_output_formats":["m3u8","TS"]},
        "server_info":{"url":"portal.example","port":"8080","https_port":"8443",
        "server_protocol":"http","rtmp_port":"8880","timezone":"Europe\/London",
        "timestamp_now":1700000000,"time_now":"2023-11-14 22:13:20","process":true}})"),
        "account status=Active message=Welcome expires=1893456000 max=2 active=1 formats=m3u8,ts "
        "zone=Europe/London streams=http://portal.example:8080\n");
}

TEST(XtreamAccount, NumbersAndTruthValues) {
    EXPECT_EQ(account(R"({"server_info":{"url":"portal.example","port":80},
        "user_info":{"auth":true,"status":"Trial","exp_date":1893456000,"is_trial":1,
        "active_cons":0,"max_connections":5,"allowed_output_formats":"ts, rtmp"}})"),
        "account status=Trial kind=1 expires=1893456000 max=5 trial=1 formats=ts,rtmp "
        "streams=http://portal.example:80\n");
}

TEST(XtreamAccount, WhatIsMissingIsUnlimitedOrUnknown) {
    for (const std::string_view text : {R"({"user_info":{"auth":"1"}})",
             R"({"user_info":{"auth":1,"status":null,"exp_date":null,"max_connections":null,
                 "active_cons":"","allowed_output_formats":null,"message":null},"server_info":[]})",
             R"({"user_info":{"auth":1,"exp_date":"","max_connections":"0"},"server_info":null})",
             R"({"user_info":{"auth":1,"exp_date":"Unlimited"},"available_channels":{"1":{"url":
                 "x"}}})"}) {
        EXPECT_EQ(account(text), "account kind=5\n") << text;
    }
}

TEST(XtreamAccount, ExpiresByDateOrByWord) {
    const WallTime then{std::chrono::seconds(1'700'000'000)};
    const auto dated = of_user(R"("status":"Active","exp_date":"1700000000")");
    EXPECT_FALSE(dated.expired(then - std::chrono::seconds(1)));
    EXPECT_TRUE(dated.expired(then));
    EXPECT_FALSE(of_user(R"("status":"Active","exp_date":null)").expired(then));
    EXPECT_TRUE(of_user(R"("status":"Expired","exp_date":null)").expired(then));
    EXPECT_EQ(of_user(R"("status":"Banned")").status, XtreamStatus::banned);
    EXPECT_EQ(of_user(R"("status":"disabled")").status, XtreamStatus::disabled);
}

TEST(XtreamAccount, TheStreamBaseIsPutTogether) {
    EXPECT_EQ(streams_of(R"({"url":"h.example","port":"8080","server_protocol":"http"})"),
        "http://h.example:8080");
    EXPECT_EQ(streams_of(
                  R"({"url":"h.example","port":"80","https_port":8443,"server_protocol":"https"})"),
        "https://h.example:8443");
    EXPECT_EQ(streams_of(R"({"url":"h.example","port":"","server_protocol":"https"})"),
        "https://h.example");
    EXPECT_EQ(streams_of(R"({"url":"https://h.example/","port":"80","https_port":"443"})"),
        "https://h.example:443");
    EXPECT_EQ(streams_of(R"({"url":"http://h.example:81/panel/","port":"80"})"),
        "http://h.example:81/panel");
    EXPECT_EQ(streams_of(R"({"server_url":"h.example:82","port":"80"})"), "http://h.example:82");
    EXPECT_EQ(streams_of(R"({"url":"2001:db8::5","port":"80"})"), "http://[2001:db8::5]:80");
    EXPECT_EQ(streams_of(R"({"url":"[2001:db8::5]","port":"80"})"), "http://[2001:db8::5]:80");
    EXPECT_EQ(streams_of(R"({"url":"","port":"80"})"), "none");
    EXPECT_EQ(streams_of(R"({"url":"rtmp://h","port":"80"})"), "none");
    EXPECT_EQ(streams_of(R"({"url":"two words"})"), "none");
    EXPECT_EQ(streams_of(R"({"url":"h","port":"99999"})"), "http://h");
}

TEST(XtreamAccount, EachWayToRefuseHasItsName) {
    const std::string refused = "invalid_argument: the account information: the panel refuses the "
                                "account (";
    const std::string why = "): user name or password is wrong";
    EXPECT_EQ(account(R"({"user_info":{"auth":0}})"), refused + "auth 0" + why);
    EXPECT_EQ(
        account(R"({"user_info":{"auth":"0","status":"Disabled"}})"), refused + "auth 0" + why);
    EXPECT_EQ(account("[]"), refused + "an empty list" + why);
    EXPECT_EQ(account(R"({"user_info":[]})"), refused + "no user_info" + why);
    EXPECT_EQ(account(""), "empty_body: the account information: the answer is empty");
    EXPECT_EQ(account("<html><body>Login</body></html>"),
        "blocked: the account information: an HTML page instead of JSON");
    EXPECT_EQ(
        account("blocked"), "parse: the account information: not JSON but plain text: \"blocked\"");
    for (const std::string_view text : {R"({"message":"no"})", "7", R"([{"auth":1}])", "{}"}) {
        EXPECT_EQ(account(text), "parse: the account information: the panel sent something else")
            << text;
    }
    EXPECT_THAT(account(R"({"user_info":{"auth":1)"), StartsWith("parse: the account information: "
                                                                 "byte 22: the answer ends"));
}

} // namespace
} // namespace plex_tuner::provider::test
