// SPDX-License-Identifier: GPL-3.0-or-later
#include "unknown_names.hpp"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

TEST(UnknownNames, ATypingErrorNamesTheNearest) {
    EXPECT_EQ(warn_about_unknown("TUNERCOUNT", "2", "environment"),
        "PLEX_TUNER_TUNERCOUNT (environment) is unknown, ignored; did you mean "
        "PLEX_TUNER_TUNER_COUNT?");
    EXPECT_EQ(warn_about_unknown("QWERTY", "2", ".env:7"),
        "PLEX_TUNER_QWERTY (.env:7) is unknown, ignored");
}

TEST(UnknownNames, AncestorNamesSaySo) {
    EXPECT_EQ(warn_about_unknown("WEBSAFE_JOIN_DELAY_MS", "on", "environment"),
        "PLEX_TUNER_WEBSAFE_JOIN_DELAY_MS (environment) is not supported by this version yet, "
        "ignored");
    EXPECT_TRUE(warn_about_unknown("HDHR_CONTROL_PORT", "65001", "environment"));
}

// What a pod gets when Services are called "plex-tuner" and "plex-tuner-sports".
TEST(UnknownNames, KubernetesServiceLinksAreNotOurs) {
    const std::vector<std::pair<std::string_view, std::string_view>> links = {
        {"SERVICE_HOST", "10.0.0.1"}, {"SERVICE_PORT", "5004"}, {"SERVICE_PORT_HTTP", "5004"},
        {"PORT", "tcp://10.0.0.1:5004"}, {"PORT_5004_TCP", "tcp://10.0.0.1:5004"},
        {"PORT_5004_TCP_PROTO", "tcp"}, {"PORT_5004_TCP_PORT", "5004"},
        {"PORT_5004_TCP_ADDR", "10.0.0.1"}, {"PORT_65001_UDP", "udp://10.0.0.1:65001"},
        {"SPORTS_SERVICE_HOST", "10.0.0.2"}, {"SPORTS_PORT", "udp://10.0.0.2:5004"},
        {"SPORTS_PORT_5004_TCP_ADDR", "10.0.0.2"}, {"A_PORT_B_PORT_1_TCP", "x"}};
    for (const auto& [name, value] : links) {
        EXPECT_FALSE(warn_about_unknown(name, value, "environment")) << name;
    }
}

TEST(UnknownNames, OtherPortsAre) {
    EXPECT_TRUE(warn_about_unknown("PORT", "5004", "environment"));
    EXPECT_TRUE(warn_about_unknown("PORT_X_TCP", "5004", "environment"));
    EXPECT_TRUE(warn_about_unknown("PORT_5004_TCP_NAME", "x", "environment"));
    EXPECT_TRUE(warn_about_unknown("SERVICE_PORT", "x", "environment"));
}

} // namespace
} // namespace plex_tuner::config
