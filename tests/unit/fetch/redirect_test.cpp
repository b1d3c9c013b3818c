// SPDX-License-Identifier: GPL-3.0-or-later
#include "fetch_fixture.hpp"

#include <gmock/gmock.h>

namespace plex_tuner::fetch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kUserPassword = "Basic dXNlcjpwYXNz"; // user:pass

std::string redirect(const std::string& location, int status = 302, std::string_view body = "") {
    return response(status, body, "Location: " + location + "\r\n");
}

class RedirectTest : public FetchTest {
protected:
    /// Where everything ends.
    ScriptedOrigin target_{
        ScriptedOrigin::answering([](const std::string&) { return response(200, "end"); })};

    std::string last_at_target() const {
        const auto requests = target_.requests();
        return requests.empty() ? "" : requests.back();
    }
};

TEST_F(RedirectTest, EffectiveUrlIsTheLastOne) {
    for (const int status : {301, 302, 303, 307, 308}) {
        ScriptedOrigin first(ScriptedOrigin::answering([&](const std::string&) {
            return redirect(target_.base() + "/b/c?d=e", status, "moved");
        }));
        const auto answer = get(first.url("/a"));
        ASSERT_TRUE(answer) << answer.error().message();
        EXPECT_EQ(answer->head.status, 200);
        EXPECT_EQ(answer->body, "end");
        EXPECT_EQ(answer->head.effective_url, target_.url("/b/c?d=e"));
    }
}

TEST_F(RedirectTest, RelativeLocationsResolveAgainstTheRedirectingUrl) {
    ScriptedOrigin origin(ScriptedOrigin::answering([](const std::string& request) {
        const std::string line = request_line(request);
        if (line.starts_with("GET /a/b ")) {
            return redirect("../c/d e?x=1");
        }
        if (line.starts_with("GET /c/d%20e?x=1 ")) {
            return redirect("?y=2");
        }
        return response(200, line);
    }));
    const auto answer = get(origin.url("/a/b"));
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->body, "GET /c/d%20e?y=2 HTTP/1.1");
    EXPECT_EQ(origin.connections(), 1) << "the connection of a short redirect is used again";
}

TEST_F(RedirectTest, CredentialsGoOnlyToTheirOrigin) {
    ScriptedOrigin first(ScriptedOrigin::answering(
        [&](const std::string&) { return redirect(target_.base() + "/x"); }));
    Request request(first.url("/"));
    request.credentials = Credentials{first.origin(), "user", Secret("pass")};
    ASSERT_TRUE(get(request));
    EXPECT_EQ(field(first.requests().at(0), "Authorization"), kUserPassword);
    EXPECT_EQ(field(last_at_target(), "Authorization"), "<none>");

    request.credentials->origin = target_.origin();
    ASSERT_TRUE(get(request));
    EXPECT_EQ(field(first.requests().at(1), "Authorization"), "<none>");
    EXPECT_EQ(field(last_at_target(), "Authorization"), kUserPassword);
}

TEST_F(RedirectTest, CredentialsComeBackWithTheirOrigin) {
    std::string away;
    ScriptedOrigin home(ScriptedOrigin::answering([&](const std::string& request) {
        return request.starts_with("GET /start ") ? redirect(away) : response(200, "home");
    }));
    ScriptedOrigin foreign(ScriptedOrigin::answering(
        [&](const std::string&) { return redirect(home.base() + "/back"); }));
    away = foreign.base() + "/away";
    Request request(home.url("/start"));
    request.credentials = Credentials{home.origin(), "user", Secret("pass")};
    ASSERT_TRUE(get(request));
    EXPECT_EQ(field(foreign.requests().at(0), "Authorization"), "<none>");
    EXPECT_EQ(field(home.requests().at(1), "Authorization"), kUserPassword);
}

TEST_F(RedirectTest, UserinfoBecomesBasicOfThatOriginOnly) {
    ScriptedOrigin first(ScriptedOrigin::answering([&](const std::string& request) {
        return request.starts_with("GET /one ") ? redirect("/two")
                                                : redirect(target_.base() + "/end");
    }));
    const Url url =
        *Url::parse("http://us%65r:pass@127.0.0.1:" + std::to_string(first.port()) + "/one");
    ASSERT_TRUE(get(url));
    for (const std::string& request : first.requests()) {
        EXPECT_EQ(field(request, "Authorization"), kUserPassword);
        EXPECT_EQ(field(request, "Host"), "127.0.0.1:" + std::to_string(first.port()));
    }
    EXPECT_EQ(field(last_at_target(), "Authorization"), "<none>");
}

TEST_F(RedirectTest, UserinfoOfALocationIsUsedThere) {
    ScriptedOrigin first(ScriptedOrigin::answering([&](const std::string&) {
        return redirect("http://user:pass@127.0.0.1:" + std::to_string(target_.port()) + "/x");
    }));
    ASSERT_TRUE(get(first.url("/")));
    EXPECT_EQ(field(first.requests().at(0), "Authorization"), "<none>");
    EXPECT_EQ(field(last_at_target(), "Authorization"), kUserPassword);
}

TEST_F(RedirectTest, HarmlessHeadersGoAlongSecretOnesStay) {
    ScriptedOrigin first(ScriptedOrigin::answering([&](const std::string& request) {
        return request.starts_with("GET /one ") ? redirect("/two")
                                                : redirect(target_.base() + "/end");
    }));
    Request request(first.url("/one"));
    request.headers = {{"User-Agent", "Other/1"}, {"Referer", "http://r/"}, {"X-Mine", "1"},
        {"authorization", "Bearer t0ken"}, {"Cookie", "sid=1"}, {"Host", "virtual.example"}};
    ASSERT_TRUE(get(request));
    for (const std::string& there : first.requests()) {
        EXPECT_EQ(field(there, "Authorization"), "Bearer t0ken");
        EXPECT_EQ(field(there, "Cookie"), "sid=1");
        EXPECT_EQ(field(there, "Host"), "virtual.example");
    }
    const std::string there = last_at_target();
    EXPECT_EQ(field(there, "User-Agent"), "Other/1");
    EXPECT_EQ(field(there, "Referer"), "http://r/");
    EXPECT_EQ(field(there, "X-Mine"), "1");
    EXPECT_EQ(field(there, "Authorization"), "<none>");
    EXPECT_EQ(field(there, "Cookie"), "<none>");
    EXPECT_EQ(field(there, "Host"), "127.0.0.1:" + std::to_string(target_.port()));
}

TEST_F(RedirectTest, EndlessRedirectsAreNamed) {
    ScriptedOrigin origin(ScriptedOrigin::answering(
        [](const std::string&) { return redirect("/get.php?username=u&password=hunter2"); }));
    Request request(origin.url("/"));
    request.max_redirects = 3;
    const Error error = error_of(request);
    EXPECT_EQ(error.code(), ErrorCode::network);
    EXPECT_THAT(error.message(), HasSubstr("more than 3 redirects"));
    EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
    EXPECT_EQ(origin.requests().size(), 4U);
}

TEST_F(RedirectTest, WithoutRedirectsTheRedirectIsTheAnswer) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return redirect("/b", 302, "moved"); }));
    Request request(origin.url("/a"));
    request.max_redirects = 0;
    const auto answer = get(request);
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->head.status, 302);
    EXPECT_EQ(answer->head.header("Location"), "/b");
    EXPECT_EQ(answer->body, "moved");
}

TEST_F(RedirectTest, OtherSchemesAreRefused) {
    for (const char* location : {"file:///etc/passwd", "ftp://h/x", "rtsp://u:pw@h/x"}) {
        ScriptedOrigin origin(
            ScriptedOrigin::answering([&](const std::string&) { return redirect(location); }));
        const Error error = error_of(Request(origin.url("/")));
        EXPECT_EQ(error.code(), ErrorCode::unsupported) << location;
        EXPECT_THAT(error.message(), HasSubstr("only http and https are followed"));
        EXPECT_THAT(error.message(), Not(HasSubstr("pw")));
    }
}

TEST_F(RedirectTest, UnusableLocationIsNamed) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return redirect("http://:99999/"); }));
    EXPECT_THAT(
        error_of(Request(origin.url("/"))).message(), HasSubstr("redirects to no usable address"));
}

TEST_F(RedirectTest, EndlessBodyOfARedirectIsNotWaitedFor) {
    ScriptedOrigin first([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 302 X\r\nLocation: " + target_.base() + "/x\r\n\r\n");
        while (connection.send(std::string(65536, 'x'))) {
        }
    });
    const auto answer = get(first.url("/"));
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->body, "end");
}

TEST_F(RedirectTest, CookiesOfARedirectAreSentToItsTarget) {
    ScriptedOrigin origin(ScriptedOrigin::answering([](const std::string& request) {
        if (request.starts_with("GET /a ")) {
            return response(302, "", "Location: /b\r\nSet-Cookie: gate=open\r\n");
        }
        return response(200, field(request, "Cookie"));
    }));
    const auto answer = get(origin.url("/a"));
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->body, "gate=open");
    const auto later = get(origin.url("/b"));
    ASSERT_TRUE(later);
    EXPECT_EQ(later->body, "<none>") << "cookies without a jar end with their request";
}

} // namespace
} // namespace plex_tuner::fetch::testing
