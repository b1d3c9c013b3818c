// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/engine/discovery_doctor.hpp>

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

using ::testing::HasSubstr;

/// A tuner that every client finds.
class DiscoveryChecks : public ::testing::Test {
protected:
    DiscoveryChecks() {
        question_.listen = ":5004";
        facts_.home = {"http://127.0.0.1:5004", "10439EFD", ""};
        facts_.uuid = "uuid:1234";
        facts_.networks = {{"eth0", "10.0.0.5"}, {"eth1", "10.1.0.5"}};
        for (const auto& network : facts_.networks) {
            facts_.http.push_back({"http://" + network.address + ":5004", "10439EFD", ""});
            facts_.port_80.push_back({"http://" + network.address, "10439EFD", ""});
            facts_.control.push_back({network.address + ":65001", "hdhomerun5_atsc", ""});
            facts_.found.push_back({{.id = 0x10439EFD}, network.address});
        }
        facts_.announced = {{"uuid:1234::upnp:rootdevice", "http://10.0.0.5:5004/device.xml"}};
    }

    [[nodiscard]] Check check(std::string_view name) const {
        const auto checks = examine(question_, facts_);
        const auto found = std::ranges::find(checks, name, &Check::name);
        return found == checks.end() ? Check{.name = "none", .finding = ""} : *found;
    }

    [[nodiscard]] bool has_problem(std::string_view name) const {
        return check(name).verdict == Check::Verdict::problem;
    }

    DiscoveryQuestion question_;
    DiscoveryFacts facts_;
};

TEST_F(DiscoveryChecks, ATunerThatEverybodyFindsIsInOrder) {
    for (const Check& check : examine(question_, facts_)) {
        EXPECT_EQ(check.verdict, Check::Verdict::ok) << check.name << ": " << check.finding;
    }
}

TEST_F(DiscoveryChecks, ATunerThatDoesNotRunIsSaidFirst) {
    facts_.home = {"http://127.0.0.1:5004", "", "connection refused"};
    const auto checks = examine(question_, facts_);
    EXPECT_EQ(checks.front().verdict, Check::Verdict::problem);
    EXPECT_THAT(checks.front().finding, HasSubstr("connection refused"));
    EXPECT_THAT(checks.front().remedy, HasSubstr("plex-tuner run"));
    EXPECT_EQ(check("discovery").verdict, Check::Verdict::skipped) << "one cause, one problem";
}

TEST_F(DiscoveryChecks, AnAddressThatKeepsOthersOutIsNamed) {
    question_.listen = "127.0.0.1:5004";
    facts_.http[0].failure = "refused";
    EXPECT_THAT(check("network").remedy, HasSubstr("PLEX_TUNER_ADDR=127.0.0.1:5004"));
    facts_.networks.clear();
    EXPECT_THAT(check("network").remedy, HasSubstr("host networking"));
}

TEST_F(DiscoveryChecks, WhoHasThePortInsteadIsNamed) {
    facts_.found[1].device.id = 0x12345674;
    EXPECT_THAT(check("discovery").finding, HasSubstr("12345674"));
    EXPECT_TRUE(has_problem("discovery"));
    facts_.found.pop_back();
    EXPECT_THAT(check("discovery").finding, HasSubstr("10.1.0.5 on eth1"));
    question_.native = false;
    EXPECT_EQ(check("discovery").verdict, Check::Verdict::skipped);
    EXPECT_EQ(check("control").verdict, Check::Verdict::skipped);
}

TEST_F(DiscoveryChecks, ABaseUrlMustFitAndLeadToTheTuner) {
    question_.base_url = "http://tuner.home.example:5004";
    facts_.advertised = DoctorAnswer{question_.base_url, "10439EFD", ""};
    EXPECT_THAT(check("base-url").finding, HasSubstr("28 characters"));
    question_.base_url = "http://10.0.0.7:5004";
    facts_.advertised = DoctorAnswer{question_.base_url, "12345674", ""};
    EXPECT_THAT(check("base-url").finding, HasSubstr("another device (12345674)"));
}

TEST_F(DiscoveryChecks, Port80IsAProblemOnlyWhereItWasAskedFor) {
    facts_.port_80[0].failure = "refused";
    EXPECT_THAT(check("port-80").finding, HasSubstr("PLEX_TUNER_SECOND_ADDR=:80"));
    EXPECT_FALSE(has_problem("port-80"));
    question_.second_listen = ":80";
    EXPECT_TRUE(has_problem("port-80"));
}

TEST_F(DiscoveryChecks, ControlAndSsdpThatDoNotAnswerAreProblems) {
    facts_.control[1].failure = "no answer";
    facts_.announced.clear();
    EXPECT_THAT(check("control").finding, HasSubstr("10.1.0.5:65001"));
    EXPECT_TRUE(has_problem("control"));
    EXPECT_TRUE(has_problem("ssdp"));
    question_.ssdp = false;
    EXPECT_FALSE(has_problem("ssdp"));
}

TEST_F(DiscoveryChecks, WhatCouldNotBeAskedIsNeitherInOrderNorAProblem) {
    facts_.found.clear();
    facts_.announced.clear();
    facts_.no_socket = "opening a UDP socket: too many open files";
    for (const char* name : {"discovery", "ssdp"}) {
        EXPECT_EQ(check(name).verdict, Check::Verdict::skipped) << name;
        EXPECT_THAT(check(name).finding, HasSubstr("too many open files")) << name;
    }
}

TEST_F(DiscoveryChecks, WhatAFirewallMustLetInIsListed) {
    facts_.filters = std::vector<net::InputFilter>{{"filter INPUT", true}};
    EXPECT_THAT(check("firewall").finding, HasSubstr("TCP 5004, 65001; UDP 65001, 5004; UDP 1900"));
    EXPECT_FALSE(has_problem("firewall")) << "a rule may let them in";
    facts_.announced.clear();
    EXPECT_TRUE(has_problem("firewall")) << "it does not";
    facts_.filters = fail(ErrorCode::io, "permission denied");
    EXPECT_THAT(check("firewall").finding, HasSubstr("as root"));
}

TEST_F(DiscoveryChecks, OthersAreListedAndATwinIsAProblem) {
    facts_.found.push_back({{.id = 0x12345674}, "10.0.0.8"});
    EXPECT_EQ(check("other-devices").finding, "12345674 at 10.0.0.8");
    facts_.found.push_back({{.id = 0x10439EFD}, "10.0.0.9"});
    EXPECT_THAT(check("other-devices").finding, HasSubstr("10.0.0.9 has the same id"));
    EXPECT_TRUE(has_problem("other-devices"));
}

} // namespace
} // namespace plex_tuner::engine
