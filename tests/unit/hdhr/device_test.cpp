// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hdhr/device.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::hdhr {
namespace {

Device device_under_test() {
    Device device;
    device.id = DeviceId::corrected(0x10439EFD);
    device.friendly_name = "Attic <\"&\"> tuner";
    device.tuner_count = 4;
    return device;
}

TEST(DiscoverJson, CarriesWhatClientsRead) {
    const auto json =
        nlohmann::json::parse(discover_json(device_under_test(), "http://10.0.0.5:5004"));
    EXPECT_EQ(json.at("DeviceID"), "10439EFD");
    EXPECT_EQ(json.at("FriendlyName"), "Attic <\"&\"> tuner");
    EXPECT_EQ(json.at("BaseURL"), "http://10.0.0.5:5004");
    EXPECT_EQ(json.at("LineupURL"), "http://10.0.0.5:5004/lineup.json");
    EXPECT_EQ(json.at("TunerCount"), 4);
    EXPECT_EQ(json.at("DeviceAuth").get<std::string>().size(), 24u);
    EXPECT_EQ(json.at("ModelNumber").get<std::string>().find("HDTC"), std::string::npos);
}

TEST(LineupStatusJson, IsIdle) {
    Device device = device_under_test();
    auto json = nlohmann::json::parse(lineup_status_json(device));
    EXPECT_EQ(json.at("ScanInProgress"), 0);
    EXPECT_EQ(json.at("ScanPossible"), 1);
    EXPECT_EQ(json.at("SourceList").size(), 2u);
    device.scan_possible = false;
    EXPECT_EQ(nlohmann::json::parse(lineup_status_json(device)).at("ScanPossible"), 0);
}

TEST(DeviceXml, EscapesAndKeepsItsIdentity) {
    const std::string xml = device_xml(device_under_test(), "http://10.0.0.5:5004");
    EXPECT_NE(xml.find("<friendlyName>Attic &lt;&quot;&amp;&quot;&gt; tuner</friendlyName>"),
        std::string::npos);
    EXPECT_NE(
        xml.find("<UDN>uuid:" + device_uuid(device_under_test()) + "</UDN>"), std::string::npos);
    EXPECT_EQ(xml, device_xml(device_under_test(), "http://10.0.0.5:5004"));
}

TEST(DeviceUuid, HasTheFormOfRfc4122AndDependsOnTheId) {
    const std::string uuid = device_uuid(device_under_test());
    ASSERT_EQ(uuid.size(), 36u);
    EXPECT_EQ(uuid[8], '-');
    EXPECT_EQ(uuid[13], '-');
    EXPECT_EQ(uuid[14], '5');
    EXPECT_EQ(uuid[19], 'a');
    Device other = device_under_test();
    other.id = DeviceId::from_seed(7);
    EXPECT_NE(uuid, device_uuid(other));
}

} // namespace
} // namespace plex_tuner::hdhr
