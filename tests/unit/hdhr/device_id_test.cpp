// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hdhr/device_id.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::hdhr {
namespace {

TEST(DeviceId, KnowsValidAndInvalidIds) {
    for (const std::uint32_t id :
        {0x10439EFDU, 0x1053C0CAU, 0x124205A5U, 0x12345674U, 0xDEADBEE5U, 0x1242F0AAU, 0x1040ABC5U,
            0x10400002U, 0x10500009U, 0x1080000CU, 0x10A0000DU, 0x13100003U}) {
        EXPECT_TRUE(DeviceId::is_valid(id)) << std::hex << id;
    }
    for (const std::uint32_t id : {0x12345678U, 0xCAFE0001U, 0x10A1B2C3U, 0x1040ABC0U, 0x1080F19EU,
             0x10500DEFU, 0U, 0xFFFFFFFFU}) {
        EXPECT_FALSE(DeviceId::is_valid(id)) << std::hex << id;
    }
}

TEST(DeviceId, CorrectionChangesOnlyTheLastDigit) {
    EXPECT_EQ(DeviceId::corrected(0x12345678).text(), "12345674");
    EXPECT_EQ(DeviceId::corrected(0x10439EFD).text(), "10439EFD");
    EXPECT_TRUE(DeviceId::is_valid(DeviceId::corrected(0).value()));
    EXPECT_TRUE(DeviceId::is_valid(DeviceId::corrected(0xFFFFFFFF).value()));
}

TEST(DeviceId, SeededIdsAreValidAndOutsideLegacyRanges) {
    for (std::uint64_t seed = 0; seed < 5000; ++seed) {
        const DeviceId id = DeviceId::from_seed(seed);
        EXPECT_TRUE(DeviceId::is_valid(id.value()));
        EXPECT_GE(id.value() >> 20, 0x104U);
        EXPECT_LE(id.value() >> 20, 0x10EU);
        EXPECT_EQ(id, DeviceId::from_seed(seed));
    }
}

TEST(DeviceId, TextIsEightUpperCaseDigits) {
    EXPECT_EQ(DeviceId::corrected(0xdeadbee5).text(), "DEADBEE5");
}

TEST(ConfiguredDeviceId, TakesAValidIdSilently) {
    for (const char* text : {"10439EFD", "10439efd", "0x10439EFD", " 10439EFD "}) {
        const auto configured = device_id_from_configuration(text);
        EXPECT_EQ(configured.id.text(), "10439EFD") << text;
        EXPECT_EQ(configured.warning, "") << text;
    }
}

TEST(ConfiguredDeviceId, CorrectsAWrongCheckDigitAndSaysSo) {
    const auto configured = device_id_from_configuration("12345678");
    EXPECT_EQ(configured.id.text(), "12345674");
    EXPECT_NE(configured.warning.find("12345678"), std::string::npos);
    EXPECT_NE(configured.warning.find("12345674"), std::string::npos);
}

TEST(ConfiguredDeviceId, TurnsANameIntoAStableId) {
    const auto first = device_id_from_configuration("plextuner01");
    EXPECT_TRUE(DeviceId::is_valid(first.id.value()));
    EXPECT_EQ(first.id, device_id_from_configuration("plextuner01").id);
    EXPECT_NE(first.id, device_id_from_configuration("plextuner02").id);
    EXPECT_NE(first.warning, "");
}

} // namespace
} // namespace plex_tuner::hdhr
