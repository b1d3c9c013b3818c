// SPDX-License-Identifier: GPL-3.0-or-later
#include "line_splitter.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::fleet {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> split(LineSplitter splitter, std::string_view text, std::size_t chunk) {
    std::vector<std::string> lines;
    const auto take = [&](std::string_view line) {
        lines.emplace_back(line);
    };
    for (std::size_t at = 0; at < text.size(); at += chunk) {
        splitter.feed(text.substr(at, chunk), take);
    }
    splitter.finish(take);
    return lines;
}

TEST(LineSplitter, CutsInEveryChunkSize) {
    const std::string_view text = "one\n\ntwo\r\nthree\rstill\nlast";
    for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
        EXPECT_THAT(split(LineSplitter(), text, chunk),
            ElementsAre("one", "", "two", "three\rstill", "last"))
            << chunk;
    }
}

TEST(LineSplitter, ALongLineIsCutAndTheNextIsWhole) {
    const std::string_view text = "0123456789\n01234567\n012345678\nend";
    for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
        EXPECT_THAT(split(LineSplitter(8), text, chunk),
            ElementsAre("01234567 [cut]", "01234567", "01234567 [cut]", "end"))
            << chunk;
    }
}

TEST(LineSplitter, ALineOfAMegabytePasses) {
    const std::string text(LineSplitter::kMaxLine, 'x');
    EXPECT_THAT(split(LineSplitter(), text + "\n", 65'536), ElementsAre(text));
    EXPECT_THAT(split(LineSplitter(), text + "yz\n", 65'536), ElementsAre(text + " [cut]"));
}

TEST(LineSplitter, WhereNothingCameThereIsNoLine) {
    EXPECT_THAT(split(LineSplitter(), "", 1), ElementsAre());
    EXPECT_THAT(split(LineSplitter(), "a\n", 1), ElementsAre("a"));
}

} // namespace
} // namespace plex_tuner::fleet
