// SPDX-License-Identifier: GPL-3.0-or-later
// Each dialect of protocols 4 as a file of tests/data/m3u, beside it what must come out.
#include "m3u_dump.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::provider {
namespace {

const std::filesystem::path kData = std::filesystem::path(PT_TEST_DATA_DIR) / "m3u";

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in) << path;
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> dialects() {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(kData)) {
        if (file.path().extension() == ".m3u") {
            names.push_back(file.path().stem().string());
        }
    }
    std::ranges::sort(names);
    return names;
}

class M3uGolden : public ::testing::TestWithParam<std::string> {};

TEST_P(M3uGolden, IsReadAsExpected) {
    const std::string list = bytes_of(kData / (GetParam() + ".m3u"));
    EXPECT_EQ(test::dump_m3u(list), bytes_of(kData / (GetParam() + ".txt")));
}

TEST_P(M3uGolden, ChunksDoNotMatter) {
    const std::string list = bytes_of(kData / (GetParam() + ".m3u"));
    const std::string whole = test::dump_m3u(list);
    for (std::size_t chunk = 1; chunk < std::min<std::size_t>(list.size(), 130); ++chunk) {
        ASSERT_EQ(test::dump_m3u(list, chunk), whole) << "in chunks of " << chunk;
    }
}

INSTANTIATE_TEST_SUITE_P(Dialects, M3uGolden, ::testing::ValuesIn(dialects()), [](const auto& run) {
    std::string name = run.param;
    std::ranges::replace(name, '-', '_');
    return name;
});

} // namespace
} // namespace plex_tuner::provider
