// SPDX-License-Identifier: GPL-3.0-or-later
// Golden tests: every file in tests/data/xmltv/in, read through build_guide, must give the file of
// the same name in out; read in chunks of any size it must give the same.
#include "guide_fixture.hpp"
#include "guide_invariants.hpp"
#include "support/temporary_directory.hpp"
#include "support/xmltv_validator.hpp"

#include <fstream>

#include <gtest/gtest.h>

namespace plex_tuner::guide::testing {
namespace {

[[nodiscard]] std::filesystem::path expected_file(const std::filesystem::path& input) {
    return data_directory() / "out" / (input.filename().string() + ".expected");
}

[[nodiscard]] std::string build_from_file(const std::filesystem::path& input) {
    const plex_tuner::testing::TemporaryDirectory directory;
    const auto target = directory.path() / "guide.xml";
    const auto report =
        build_guide(sample_lineup(), {{input}}, sample_options(), FixedClock(kNow), target);
    EXPECT_TRUE(report) << report.error().message();
    EXPECT_EQ(report->sources.front().failure, "");
    return content_of(target);
}

class XmltvDialect : public ::testing::TestWithParam<std::filesystem::path> {};

std::string name_of(const ::testing::TestParamInfo<std::filesystem::path>& info) {
    std::string name = info.param.filename().string();
    std::ranges::replace_if(name, [](char c) { return c == '.' || c == '-'; }, '_');
    return name;
}

TEST_P(XmltvDialect, GivesTheExpectedGuide) {
    const std::string guide = build_from_file(GetParam());
    const std::string expected = std::filesystem::exists(expected_file(GetParam()))
                                     ? content_of(expected_file(GetParam()))
                                     : "";
    if (guide != expected) {
        const auto actual =
            std::filesystem::path(::testing::TempDir()) / expected_file(GetParam()).filename();
        std::ofstream(actual, std::ios::binary) << guide;
        EXPECT_EQ(guide, expected) << "written to " << actual;
    }
}

TEST_P(XmltvDialect, HoldsOurInvariants) {
    EXPECT_EQ(guide_fault(build_from_file(GetParam())), "");
}

TEST_P(XmltvDialect, IsValidForTheRealValidators) {
    EXPECT_EQ(plex_tuner::testing::xmltv_complaints(build_from_file(GetParam())), "");
}

TEST_P(XmltvDialect, IsTheSameInChunksOfAnySize) {
    const std::string extension = GetParam().extension();
    if (extension == ".gz" || extension == ".xz") {
        return; // unpacking is not part of the streaming class
    }
    const std::string input = content_of(GetParam());
    const std::string expected = content_of(expected_file(GetParam()));
    // Each small size, which puts a boundary everywhere, and a sample of the larger ones.
    for (std::size_t chunk = 1; chunk <= input.size(); chunk += chunk < 200 ? 1 : 61) {
        ASSERT_EQ(build_in_memory(input, chunk).xml, expected) << "in chunks of " << chunk;
    }
}

INSTANTIATE_TEST_SUITE_P(Files, XmltvDialect, ::testing::ValuesIn(data_files("in")), name_of);

class BrokenXmltv : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(BrokenXmltv, IsReportedAndNothingOfItIsUsed) {
    const plex_tuner::testing::TemporaryDirectory directory;
    const auto target = directory.path() / "guide.xml";
    const auto report =
        build_guide(sample_lineup(), {{GetParam()}}, sample_options(), FixedClock(kNow), target);
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_TRUE(report->sources.front().failure.contains(GetParam().filename().string()));
    EXPECT_EQ(report->source_programmes(), 0U);
    EXPECT_EQ(report->channels_with_data, 0U);
    const std::string guide = content_of(target);
    EXPECT_EQ(guide.find("lost"), std::string::npos);
    EXPECT_EQ(guide_fault(guide), "");
}

INSTANTIATE_TEST_SUITE_P(Files, BrokenXmltv, ::testing::ValuesIn(data_files("broken")), name_of);

} // namespace
} // namespace plex_tuner::guide::testing
